// Package textpos finds the words of SQL texts in the source of a program.
//
// The facts about a text count bytes in what the program makes of its string
// literals; SSA, from which texts are read, keeps no positions of constants. So
// the literals are looked for again, in the syntax: those that can reach a call
// and that hold the very text. A word that is not found for sure, or found in
// two places, has none.
package textpos

import (
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
)

// An Index knows where the texts of a package come from. It is read-only after
// its first use and may be used by several goroutines.
type Index struct {
	fset  *token.FileSet
	info  *types.Info
	pkg   *types.Package
	files []*ast.File
	read  func(file string) ([]byte, error) // files that are embedded
	own   func(file string) ([]byte, error) // the package's own

	once sync.Once
	// given are the expressions whose values go into a constant, variable or
	// field: initial values, assignments, elements ranged over.
	given map[types.Object][]ast.Expr
	// written are the arguments of methods called on a variable and of functions
	// that take its address: what a builder is written.
	written  map[types.Object][]ast.Expr
	bodies   map[types.Object]*ast.FuncDecl
	embedded map[types.Object][]string // the patterns of //go:embed
}

// New returns the index of the package of a pass. Nothing is read until it is used.
func New(pass *analysis.Pass) *Index {
	x := &Index{fset: pass.Fset, info: pass.TypesInfo, pkg: pass.Pkg, files: pass.Files, read: os.ReadFile, own: os.ReadFile}
	if pass.ReadFile != nil {
		x.own = pass.ReadFile // in an editor, as it is typed
	}
	return x
}

func (x *Index) build() {
	x.given = map[types.Object][]ast.Expr{}
	x.written = map[types.Object][]ast.Expr{}
	x.bodies = map[types.Object]*ast.FuncDecl{}
	x.embedded = map[types.Object][]string{}
	for _, f := range x.files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				x.bodies[x.info.Defs[n.Name]] = n
			case *ast.GenDecl:
				x.embeds(n)
			case *ast.ValueSpec:
				for i, name := range n.Names {
					x.give(name, valueOf(n.Values, len(n.Names), i))
				}
			case *ast.AssignStmt:
				for i, lhs := range n.Lhs {
					x.give(lhs, valueOf(n.Rhs, len(n.Lhs), i))
				}
			case *ast.RangeStmt:
				if n.Value != nil {
					x.give(n.Value, n.X)
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok {
					if field, ok := x.info.Uses[key].(*types.Var); ok && field.IsField() {
						x.given[field] = append(x.given[field], n.Value)
					}
				}
			case *ast.CallExpr:
				x.writes(n)
			}
			return true
		})
	}
}

// valueOf is the expression that gives the i-th of n names its value, nil if
// there is none.
func valueOf(values []ast.Expr, n, i int) ast.Expr {
	switch len(values) {
	case n:
		return values[i]
	case 1:
		return values[0]
	}
	return nil
}

func (x *Index) give(to, value ast.Expr) {
	if obj := x.objectOf(to); obj != nil && value != nil {
		x.given[obj] = append(x.given[obj], value)
	}
}

// objectOf is the variable, constant or field that an expression names. The
// elements of a slice or map count as the whole.
func (x *Index) objectOf(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return x.info.ObjectOf(e)
	case *ast.SelectorExpr:
		return x.info.ObjectOf(e.Sel)
	case *ast.IndexExpr:
		return x.objectOf(e.X)
	case *ast.StarExpr:
		return x.objectOf(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return x.objectOf(e.X)
		}
	}
	return nil
}

func (x *Index) writes(call *ast.CallExpr) {
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok && x.info.Selections[sel] != nil && len(call.Args) > 0 {
		if v, ok := x.objectOf(sel.X).(*types.Var); ok && builds(v.Type()) {
			x.written[v] = append(x.written[v], call)
		}
	}
	for _, a := range call.Args {
		if u, ok := ast.Unparen(a).(*ast.UnaryExpr); ok && u.Op == token.AND {
			if v, ok := x.objectOf(u.X).(*types.Var); ok && builds(v.Type()) {
				x.written[v] = append(x.written[v], call)
			}
		}
	}
}

// builds reports whether texts are built in values of a type, such as
// strings.Builder. What is sent over a handle is no part of the handle.
func builds(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && (strings.HasSuffix(n.Obj().Name(), "Builder") || strings.HasSuffix(n.Obj().Name(), "Buffer"))
}

// embeds notes the patterns of a //go:embed directive above a declaration.
func (x *Index) embeds(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		spec, ok := spec.(*ast.ValueSpec)
		if !ok || d.Tok != token.VAR || len(spec.Names) != 1 {
			continue
		}
		for _, doc := range []*ast.CommentGroup{d.Doc, spec.Doc} {
			if doc == nil {
				continue
			}
			for _, c := range doc.List {
				if patterns, ok := strings.CutPrefix(c.Text, "//go:embed "); ok {
					obj := x.info.Defs[spec.Names[0]]
					x.embedded[obj] = append(x.embedded[obj], strings.Fields(patterns)...)
				}
			}
		}
	}
}

// function returns the declaration around a place.
func (x *Index) function(pos token.Pos) *ast.FuncDecl {
	for _, f := range x.files {
		if pos < f.FileStart || pos >= f.FileEnd {
			continue
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Pos() <= pos && pos < fn.End() {
				return fn
			}
		}
	}
	return nil
}
