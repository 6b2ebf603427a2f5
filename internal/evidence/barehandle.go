package evidence

import (
	"go/ast"
	"go/token"
	"slices"
)

// What a handle is, is resolved from the text: a pool by the type that it is declared
// with, and what is begun on one by the names of the methods that begin. A method of the
// module's own of such a name is looked into.

// An inst is a function as a call calls it; without call, as anybody may.
type inst struct {
	fn     *codeFunc
	call   *ast.CallExpr
	caller *inst
}

// maxDepth bounds how far what a value was made from is followed.
const maxDepth = 12

// derives are methods that return a handle which they begin on theirs, or theirs again.
var derives = map[string]bool{"Begin": true, "BeginTx": true, "BeginTxx": true, "Beginx": true, "MustBegin": true, "MustBeginTx": true,
	"Acquire": true, "Conn": true, "Connx": true, "WithContext": true, "Session": true, "Debug": true}

// foreign reports whether a value, in a function, is surely a handle that has nothing to
// do with the one in the context: a pool, or what was begun on one apart from it. While
// what is put there is resolved, it is the latter only, and where it was begun is noted.
func (b *bareKey) foreign(at *inst, e ast.Expr, depth int) bool {
	if b.steps++; depth > maxDepth || b.steps > maxSteps {
		return false
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return b.foreign(at, e.X, depth)
	case *ast.StarExpr:
		return b.foreign(at, e.X, depth)
	case *ast.UnaryExpr:
		return e.Op == token.AND && b.foreign(at, e.X, depth)
	case *ast.TypeAssertExpr:
		return b.foreign(at, e.X, depth)
	case *ast.CompositeLit:
		return len(e.Elts) > 0 && !slices.ContainsFunc(e.Elts, func(elt ast.Expr) bool {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				elt = kv.Value
			}
			return !b.foreign(at, elt, depth+1)
		})
	case *ast.Ident:
		return b.foreignName(at, e.Name, e.Pos(), depth)
	case *ast.SelectorExpr:
		return b.foreignField(at, e, depth)
	case *ast.CallExpr:
		return b.foreignResult(at, e, 0, depth)
	}
	return false
}

// foreignField resolves x.f.
func (b *bareKey) foreignField(at *inst, e *ast.SelectorExpr, depth int) bool {
	f := at.fn
	x, ok := e.X.(*ast.Ident)
	switch {
	case b.fieldIs(at, e, typeIn.isPool):
		return true
	case !ok || x.Name != f.receiver() || f.rebinds(x.Name) || b.stored[e.Sel.Name]:
		return false
	case at.call != nil:
		sel, isMethod := at.call.Fun.(*ast.SelectorExpr)
		return isMethod && b.foreign(at.caller, sel.X, depth+1)
	}
	if f.isLibrarys() {
		return false
	}
	called := 0 // a method that nobody is seen to call, a library may call
	return b.eachCall(f, func(c codeCall) bool {
		sel, isMethod := c.call.Fun.(*ast.SelectorExpr)
		called++
		return isMethod && b.foreign(&inst{fn: c.in}, sel.X, depth+1)
	}) && called > 0
}

// foreignName resolves a variable by all that it may be at a place.
func (b *bareKey) foreignName(at *inst, name string, pos token.Pos, depth int) bool {
	f := at.fn
	if name == "nil" {
		return true
	}
	if name == f.receiver() {
		return false
	}
	found, ok := 0, true
	is := func(foreign bool) { found, ok = found+1, ok && foreign }
	if i := parameter(f.decl, name); i >= 0 {
		is(b.foreignParameter(at, i, depth))
	}
	begun := false // on its way, not passed in
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		if !ok {
			return false
		}
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				switch {
				case !isIdent(l, name) || n.Tok == token.DEFINE && !f.reaches(n, pos):
				case len(n.Rhs) == len(n.Lhs):
					begun = true
					is((!b.putting || isBegun(n.Rhs[i])) && b.foreign(at, n.Rhs[i], depth+1))
				default:
					call, isCall := n.Rhs[0].(*ast.CallExpr)
					begun = true
					if isCall {
						is(b.foreignResult(at, call, i, depth+1))
					} else {
						is(i == 0 && b.foreign(at, n.Rhs[0], depth+1))
					}
				}
			}
		case *ast.ValueSpec:
			for i, l := range n.Names {
				if l.Name != name || !f.reaches(f.around()[n], pos) {
					continue
				}
				switch {
				case len(n.Values) == len(n.Names):
					begun = true
					is(b.foreign(at, n.Values[i], depth+1))
				case len(n.Values) > 0:
					is(false)
				}
			}
		case *ast.RangeStmt:
			if isIdent(n.Key, name) || isIdent(n.Value, name) {
				is(false)
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND && isIdent(n.X, name) {
				is(false) // somebody else writes to it
			}
		case *ast.FuncLit:
			if i := literalParameter(n, name); i >= 0 && n.Pos() <= pos && pos < n.End() {
				begun = true
				call, isCall := f.around()[n].(*ast.CallExpr)
				is(isCall && b.givesForeign(at, call, slices.Index(call.Args, ast.Expr(n)), i, depth+1))
			}
		}
		return true
	})
	if found == 0 {
		return !f.binds(name) && !f.results(name) && b.vars[f.file.pkg+"."+name].isPool()
	}
	if begun && b.putting {
		b.tainted[f] = true
	}
	return ok && (b.putting || !begun || !b.tainted[f])
}

// reaches reports whether what a node declares is in scope at a place.
func (f *codeFunc) reaches(n ast.Node, pos token.Pos) bool {
	scope := f.around()[n]
	if _, ok := scope.(*ast.DeclStmt); ok {
		scope = f.around()[scope]
	}
	return scope == nil || n.End() <= pos && pos < scope.End()
}

// isBegun reports whether what is put into a context may have been begun for that: what is
// kept somewhere may be anything.
func isBegun(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.CallExpr:
		return true
	case *ast.Ident:
		return e.Name != "nil"
	}
	return false
}

// results reports whether a name is that of a result.
func (f *codeFunc) results(name string) bool {
	return f.decl.Type.Results != nil && slices.ContainsFunc(f.decl.Type.Results.List, func(field *ast.Field) bool {
		return slices.ContainsFunc(field.Names, func(n *ast.Ident) bool { return n.Name == name })
	})
}

// foreignParameter resolves what a function is given.
func (b *bareKey) foreignParameter(at *inst, i int, depth int) bool {
	f := at.fn
	if (typeIn{parameterType(f.decl, i), f.file}).isPool() {
		return true
	}
	if at.call != nil {
		return i < len(at.call.Args) && !at.call.Ellipsis.IsValid() && b.foreign(at.caller, at.call.Args[i], depth+1)
	}
	if f.isLibrarys() {
		return false
	}
	called := 0
	return b.eachCall(f, func(c codeCall) bool {
		called++
		return i < len(c.call.Args) && !c.call.Ellipsis.IsValid() && b.foreign(&inst{fn: c.in}, c.call.Args[i], depth+1)
	}) && (called > 0 || f.decl.Recv == nil && !b.putting) // else it is dead
}

// isLibrarys reports whether a method has the name of one of the libraries' own: they call
// it where a driver or a pool is wrapped, and calls of theirs are none of it.
func (f *codeFunc) isLibrarys() bool {
	name := f.decl.Name.Name
	return f.decl.Recv != nil && (derives[name] || sends[name] || runsWithin[name] || ordinary[name])
}

func parameterType(decl *ast.FuncDecl, i int) ast.Expr {
	for _, field := range decl.Type.Params.List {
		if i < len(field.Names) {
			return field.Type
		}
		i -= len(field.Names)
	}
	return nil
}

// foreignResult resolves one of the values that a call returns.
func (b *bareKey) foreignResult(at *inst, call *ast.CallExpr, result, depth int) bool {
	pkg, name := at.fn.file.callee(call)
	if pkg != "" && !b.own(pkg) {
		return isDatabase(pkg) && !b.putting // it opens one
	}
	sel, isMethod := call.Fun.(*ast.SelectorExpr)
	if isMethod && derives[name] && result == 0 && b.onPool(at, sel.X, name) {
		return true
	}
	funcs := b.named(at.fn.file, call)
	for _, g := range funcs {
		if !b.returnsForeign(&inst{g, call, at}, result, depth) {
			return false
		}
	}
	if isMethod && pkg == "" && derives[name] && result == 0 {
		return b.foreign(at, sel.X, depth+1)
	}
	return len(funcs) > 0
}

// returnsForeign resolves a result at all returns.
func (b *bareKey) returnsForeign(at *inst, result, depth int) bool {
	f := at.fn
	if f.decl.Type.Results == nil || result >= f.decl.Type.Results.NumFields() || depth > maxDepth {
		return false
	}
	if b.putting {
		b.tainted[f] = true
	}
	ok := true
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			switch {
			case !ok:
			case len(n.Results) > result && len(n.Results) == f.decl.Type.Results.NumFields():
				ok = b.foreign(at, n.Results[result], depth+1)
			case len(n.Results) == 1:
				call, isCall := n.Results[0].(*ast.CallExpr)
				ok = isCall && b.foreignResult(at, call, result, depth+1)
			default: // the results have names
				name := resultName(f.decl, result)
				ok = name != "" && b.foreignName(at, name, n.Pos(), depth+1)
			}
		}
		return ok
	})
	return ok
}

func resultName(decl *ast.FuncDecl, i int) string {
	for _, field := range decl.Type.Results.List {
		if i < len(field.Names) {
			return field.Names[i].Name
		}
		i -= len(field.Names)
	}
	return ""
}
