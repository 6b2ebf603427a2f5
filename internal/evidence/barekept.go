package evidence

import (
	"go/ast"
	"slices"
	"strings"
)

// Code of another module, of which the text is not at hand, may set the tenant's context
// on what it is given.

// givesAway reports whether a function hands a variable to such code.
func (b *bareKey) givesAway(f *codeFunc, name string) bool {
	found := false
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		found = found || ok && b.isAway(f, call) && slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return isIdent(a, name) })
		return !found
	})
	return found
}

// isAway reports whether a call's function is another module's, but for libraries that run
// SQL and the standard library, or a method that nothing of the module's has.
func (b *bareKey) isAway(f *codeFunc, call *ast.CallExpr) bool {
	pkg, name := f.file.callee(call)
	if pkg != "" && !b.own(pkg) {
		domain, _, _ := strings.Cut(pkg, "/")
		return strings.Contains(domain, ".") && !isDatabase(pkg)
	}
	return len(b.byName[name]) == 0 && !f.file.isPut(f.decl, call)
}

// keeps reports whether what is taken from contexts under the key stays within the module.
func (b *bareKey) keeps() bool {
	t := takers{bareKey: b, names: map[string]bool{}}
	for grown := true; grown; {
		grown = false
		for _, f := range b.funcs {
			if name := f.decl.Name.Name; !t.names[name] && t.returns(f) {
				t.names[name], grown = true, true
			}
		}
	}
	return !slices.ContainsFunc(b.funcs, t.givesAway)
}

// takers are the functions that return what they take from contexts, by name.
type takers struct {
	*bareKey
	names map[string]bool
}

// held are the variables of a function that have, or are made of, what is taken out.
func (t takers) held(f *codeFunc) map[string]bool {
	held := map[string]bool{}
	for grown := true; grown; {
		grown = false
		ast.Inspect(f.decl.Body, func(n ast.Node) bool {
			a, ok := n.(*ast.AssignStmt)
			if !ok || !slices.ContainsFunc(a.Rhs, func(r ast.Expr) bool { return t.isTaken(f, r, held) }) {
				return true
			}
			for _, l := range a.Lhs {
				if id, isName := l.(*ast.Ident); isName && id.Name != "_" && id.Name != "ok" && id.Name != "err" && !held[id.Name] {
					held[id.Name], grown = true, true
				}
			}
			return true
		})
	}
	return held
}

// isTaken reports whether an expression is what was taken out, or is made of it.
func (t takers) isTaken(f *codeFunc, e ast.Expr, held map[string]bool) bool {
	any := func(list []ast.Expr) bool {
		return slices.ContainsFunc(list, func(e ast.Expr) bool { return t.isTaken(f, e, held) })
	}
	switch e := e.(type) {
	case *ast.Ident:
		return held[e.Name]
	case *ast.ParenExpr:
		return t.isTaken(f, e.X, held)
	case *ast.StarExpr:
		return t.isTaken(f, e.X, held)
	case *ast.UnaryExpr:
		return t.isTaken(f, e.X, held)
	case *ast.TypeAssertExpr:
		return t.isTaken(f, e.X, held)
	case *ast.KeyValueExpr:
		return t.isTaken(f, e.Value, held)
	case *ast.CompositeLit:
		return any(e.Elts)
	case *ast.CallExpr:
		name := calledName(e.Fun)
		if t.names[name] || any(e.Args) {
			return true
		}
		if takesOut[name] && len(e.Args) == 1 {
			key := keyName(e.Args[0], f.file.imports)
			return key != "" && t.keyOf(f.file, key) == t.key
		}
		sel, ok := e.Fun.(*ast.SelectorExpr)
		return ok && derives[name] && t.isTaken(f, sel.X, held)
	}
	return false
}

// returns reports whether a function returns it.
func (t takers) returns(f *codeFunc) bool {
	if f.decl.Type.Results == nil {
		return false
	}
	held, found := t.held(f), false
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		r, ok := n.(*ast.ReturnStmt)
		if ok && len(r.Results) == 0 {
			found = found || slices.ContainsFunc(f.decl.Type.Results.List, func(field *ast.Field) bool {
				return slices.ContainsFunc(field.Names, func(id *ast.Ident) bool { return held[id.Name] })
			})
		}
		found = found || ok && slices.ContainsFunc(r.Results, func(e ast.Expr) bool { return t.isTaken(f, e, held) })
		return !found
	})
	return found
}

// givesAway reports whether a function hands it to another module's code.
func (t takers) givesAway(f *codeFunc) bool {
	held, found := t.held(f), false
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		found = found || ok && slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return t.isTaken(f, a, held) }) && t.isAway(f, call)
		return !found
	})
	return found
}

// takesOut are methods that take something from a context.
var takesOut = map[string]bool{"Value": true, "Get": true, "MustGet": true, "Locals": true}
