package textpos

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
)

// maxExprs bounds how much of a program is looked at for one text.
const maxExprs = 4000

// A gatherer collects the spellings that can become part of a value.
type gatherer struct {
	*Index
	found []spelling
	seen  map[any]bool
	work  []ast.Expr
}

func (x *Index) gather(from ...ast.Expr) []spelling {
	g := gatherer{Index: x, seen: map[any]bool{}, work: from}
	for n := 0; len(g.work) > 0 && n < maxExprs; n++ {
		e := g.work[0]
		g.work = g.work[1:]
		if e != nil && !g.seen[e] {
			g.seen[e] = true
			g.expr(e)
		}
	}
	return g.found
}

func (g *gatherer) expr(e ast.Expr) {
	if s, ok := g.spell(e); ok {
		if s.text != "" {
			g.found = append(g.found, s)
		}
		return
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		g.more(e.X)
	case *ast.StarExpr:
		g.more(e.X)
	case *ast.UnaryExpr:
		g.more(e.X)
	case *ast.IndexExpr:
		g.more(e.X)
	case *ast.SliceExpr:
		g.more(e.X)
	case *ast.TypeAssertExpr:
		g.more(e.X)
	case *ast.KeyValueExpr:
		g.more(e.Value)
	case *ast.CompositeLit:
		g.more(e.Elts...)
	case *ast.FuncLit:
		g.results(e.Body)
	case *ast.BinaryExpr:
		g.sum(e)
	case *ast.Ident:
		g.object(g.info.ObjectOf(e))
	case *ast.SelectorExpr:
		g.object(g.info.ObjectOf(e.Sel))
	case *ast.CallExpr:
		g.call(e)
	}
}

func (g *gatherer) more(exprs ...ast.Expr) { g.work = append(g.work, exprs...) }

// sum reads a concatenation of which a part is not constant: neighbours that
// are become one text.
func (g *gatherer) sum(e *ast.BinaryExpr) {
	if e.Op != token.ADD {
		return
	}
	var terms []ast.Expr
	var flatten func(e ast.Expr)
	flatten = func(e ast.Expr) {
		if b, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && b.Op == token.ADD {
			flatten(b.X)
			flatten(b.Y)
			return
		}
		terms = append(terms, e)
	}
	flatten(e)
	var run spelling
	flush := func() {
		if run.text != "" {
			g.found = append(g.found, run)
		}
		run = spelling{}
	}
	for _, t := range terms {
		if s, ok := g.spell(t); ok {
			run.add(s)
			continue
		}
		flush()
		g.more(t)
	}
	flush()
}

// object follows a name to what it was given.
func (g *gatherer) object(obj types.Object) {
	if obj == nil || g.seen[obj] {
		return
	}
	g.seen[obj] = true
	if _, isVar := obj.(*types.Var); !isVar {
		return
	}
	g.more(g.given[obj]...)
	for _, call := range g.written[obj] {
		g.more(call)
	}
	for _, pattern := range g.embedded[obj] {
		g.file(obj, pattern)
	}
}

// call follows a call to its arguments, to the variable it is a method of, and
// to what a function of this package returns.
func (g *gatherer) call(e *ast.CallExpr) {
	args := e.Args
	var callee types.Object
	switch fun := ast.Unparen(e.Fun).(type) {
	case *ast.Ident:
		callee = g.info.Uses[fun]
	case *ast.SelectorExpr:
		callee = g.info.Uses[fun.Sel]
		if g.info.Selections[fun] != nil {
			g.more(fun.X)
			g.embeddedFile(fun.X, e)
		}
	case *ast.FuncLit:
		g.more(fun)
	}
	switch callee := callee.(type) {
	case *types.Func:
		if at := formatArgument(callee.FullName()); at >= 0 && at < len(args) {
			if format, ok := g.spell(args[at]); ok {
				for _, p := range pieces(format) {
					if p.text != "" {
						g.found = append(g.found, p)
					}
				}
				args = args[at+1:]
			}
		}
		if decl := g.bodies[callee.Origin()]; decl != nil && decl.Body != nil && !g.seen[decl] {
			g.seen[decl] = true
			g.results(decl.Body)
		}
	case *types.Var:
		g.object(callee)
	}
	g.more(args...)
}

// formatArgument is the argument of a function of fmt that is a format, -1 if
// none is.
func formatArgument(name string) int {
	switch name {
	case "fmt.Sprintf":
		return 0
	case "fmt.Fprintf", "fmt.Appendf":
		return 1
	}
	return -1
}

// results follows what a function returns.
func (g *gatherer) results(body *ast.BlockStmt) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			g.more(n.Results...)
		}
		return true
	})
}

// embeddedFile follows fs.ReadFile("name") of an embedded file system.
func (g *gatherer) embeddedFile(fs ast.Expr, call *ast.CallExpr) {
	obj := g.objectOf(fs)
	if obj == nil || len(g.embedded[obj]) == 0 || len(call.Args) != 1 {
		return
	}
	if name, ok := g.constant(call.Args[0]); ok {
		g.file(obj, name)
	}
}

// file adds the text of an embedded file, named relative to its package.
func (g *gatherer) file(obj types.Object, name string) {
	dir := filepath.Dir(g.fset.Position(obj.Pos()).Filename)
	path := filepath.Join(dir, filepath.FromSlash(name))
	if g.seen[path] {
		return
	}
	g.seen[path] = true
	data, err := g.read(path)
	if err != nil || len(data) == 0 {
		return // a pattern, or gone: the text has no place then
	}
	g.found = append(g.found, spelling{text: string(data), segments: []segment{{n: len(data), file: path}}})
}
