package evidence

import (
	"go/ast"
	"slices"
)

// runsWithin are functions that call the last of their arguments with what they begin.
var runsWithin = map[string]bool{"BeginFunc": true, "BeginTxFunc": true, "AcquireFunc": true, "Transaction": true, "RunInTx": true, "RunInTransaction": true}

// givesForeign reports whether what a call passes to a function that it is given, as one
// of that function's arguments, is foreign.
func (b *bareKey) givesForeign(at *inst, call *ast.CallExpr, arg, param, depth int) bool {
	if b.steps++; depth > maxDepth || b.steps > maxSteps || arg < 0 {
		return false
	}
	pkg, name := at.fn.file.callee(call)
	sel, isSelector := call.Fun.(*ast.SelectorExpr)
	switch {
	case isDatabase(pkg): // pgx.BeginFunc(ctx, pool, fn)
		return runsWithin[name] && arg > 1 && b.foreign(at, call.Args[1], depth+1)
	case pkg != "" && !b.own(pkg):
		return false
	}
	funcs := b.named(at.fn.file, call)
	for _, g := range funcs {
		if !b.callsWithForeign(&inst{g, call, at}, arg, param, depth) {
			return false
		}
	}
	if isSelector && pkg == "" && runsWithin[name] { // pool.BeginFunc(ctx, fn)
		return b.onPool(at, sel.X, name) || b.foreign(at, sel.X, depth+1)
	}
	return len(funcs) > 0
}

// callsWithForeign resolves what a function passes to one of its parameters.
func (b *bareKey) callsWithForeign(at *inst, arg, param, depth int) bool {
	f := at.fn
	name := ""
	for i := range f.decl.Type.Params.List {
		for _, n := range f.decl.Type.Params.List[i].Names {
			if parameter(f.decl, n.Name) == arg {
				name = n.Name
			}
		}
	}
	if name == "" || name == "_" {
		return name == "_"
	}
	if b.putting {
		b.tainted[f] = true
	}
	ok := true
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		id, isName := n.(*ast.Ident)
		if !ok || !isName || id.Name != name {
			return ok
		}
		call, isCall := f.around()[id].(*ast.CallExpr)
		switch {
		case !isCall:
			ok = false // kept, or compared
		case call.Fun == ast.Expr(id):
			ok = len(call.Args) > param && b.foreign(at, call.Args[param], depth+1)
		default:
			ok = b.givesForeign(at, call, slices.Index(call.Args, ast.Expr(id)), param, depth+1)
		}
		return ok
	})
	return ok
}
