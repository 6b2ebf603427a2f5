package directive

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// Scoped is the fact that an object is declared with //tenantvet:scoped: a
// function, a method of an interface, a field, a type or a package variable.
// (What is declared of a function with a body is in its summary, too.)
type Scoped struct{}

// AFact marks Scoped as a fact of an object.
func (*Scoped) AFact() {}

// String prints the fact for tests.
func (*Scoped) String() string { return "scoped" }

// objects finds what a //tenantvet:scoped directive declares: what stands on its
// line or, if nothing does, below it; of a function with names behind the
// directive, the parameters that are called so.
func (d *Directive) objects(info *types.Info, top map[ast.Node]bool, n ast.Node) []types.Object {
	var out []types.Object
	define := func(names ...*ast.Ident) {
		for _, name := range names {
			if obj := info.Defs[name]; obj != nil {
				out = append(out, obj)
			}
		}
	}
	if g, ok := n.(*ast.GenDecl); ok && len(g.Specs) == 1 {
		n = g.Specs[0]
		top = map[ast.Node]bool{n: top[g]}
	}
	switch n := n.(type) {
	case *ast.FuncDecl:
		if len(d.Rules) == 0 {
			define(n.Name)
		}
		for _, name := range d.Rules {
			if p := parameter(n, name); p != nil {
				define(p)
			} else {
				d.Problem = "directive declares " + name + ", but the function has no parameter of that name"
			}
		}
		return out
	case *ast.TypeSpec:
		if top[n] {
			define(n.Name)
		}
	case *ast.ValueSpec:
		if top[n] {
			define(n.Names...)
		}
	case *ast.Field:
		define(n.Names...)
		if len(n.Names) == 0 {
			define(embedded(n.Type))
		}
	}
	switch {
	case len(out) == 0:
		d.Problem = "directive stands at nothing that can be scoped: write it at " + declares
	case len(d.Rules) > 0:
		d.Problem = "directive names parameters, but stands at no function"
	}
	return out
}

// declares are the places for //tenantvet:scoped.
const declares = "a function, a parameter, a field, a type or a package variable"

func parameter(fn *ast.FuncDecl, name string) *ast.Ident {
	for _, list := range []*ast.FieldList{fn.Recv, fn.Type.Params} {
		if list == nil {
			continue
		}
		for _, f := range list.List {
			for _, id := range f.Names {
				if id.Name == name {
					return id
				}
			}
		}
	}
	return nil
}

// embedded is the identifier that defines an embedded field.
func embedded(t ast.Expr) *ast.Ident {
	switch t := t.(type) {
	case *ast.Ident:
		return t
	case *ast.StarExpr:
		return embedded(t.X)
	case *ast.SelectorExpr:
		return t.Sel
	case *ast.IndexExpr:
		return embedded(t.X)
	}
	return &ast.Ident{}
}

// topLevel lists the specs of a file's own declarations.
func topLevel(f *ast.File) map[ast.Node]bool {
	top := map[ast.Node]bool{}
	for _, decl := range f.Decls {
		if g, ok := decl.(*ast.GenDecl); ok && (g.Tok == token.TYPE || g.Tok == token.VAR) {
			top[g] = true
			for _, spec := range g.Specs {
				top[spec] = true
			}
		}
	}
	return top
}

// declare resolves the directives of a package that declare objects, exports
// them as facts, and takes in those of the packages that it imports.
func (x *Index) declare(pass *analysis.Pass) {
	for _, d := range x.All {
		if d.Verb != "scoped" || d.Problem != "" {
			continue
		}
		objs := d.objects(pass.TypesInfo, topLevel(d.in), d.node)
		if d.Problem != "" {
			continue
		}
		for _, obj := range objs {
			x.scoped[obj] = d
			if exportable(obj) {
				pass.ExportObjectFact(obj, &Scoped{})
			}
		}
	}
	for _, f := range pass.AllObjectFacts() {
		if _, ok := f.Fact.(*Scoped); ok && f.Object.Pkg() != pass.Pkg {
			x.scoped[f.Object] = nil
		}
	}
}

// exportable reports whether another package can refer to an object: parameters
// and what functions declare inside can't be.
func exportable(obj types.Object) bool {
	switch obj := obj.(type) {
	case *types.Func, *types.TypeName:
		return true
	case *types.Var:
		return obj.IsField() || obj.Parent() == obj.Pkg().Scope()
	}
	return false
}

// Scoped reports whether an object is declared with //tenantvet:scoped.
func (x *Index) Scoped(obj types.Object) bool {
	_, ok := x.scoped[obj]
	return ok
}

// Declared lists the objects that a directive of this package declares, in the
// order of the source.
func (x *Index) Declared(d *Directive) []types.Object {
	var out []types.Object
	for obj, by := range x.scoped {
		if by == d {
			out = append(out, obj)
		}
	}
	slices.SortFunc(out, func(a, b types.Object) int { return int(a.Pos() - b.Pos()) })
	return out
}
