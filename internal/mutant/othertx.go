package mutant

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// otherTx does on a second transaction what was to be done on the one with the
// context: the query, or what sets the context.
func otherTx(pl place) []candidate {
	var out []candidate
	for _, block := range pl.blocks() {
		for i, s := range block {
			tx := pl.txServed(block, i)
			if tx == nil {
				continue
			}
			begin := pl.beginFor(pl.pkg.TypesInfo.TypeOf(tx), tx.Pos())
			if begin == "" {
				continue
			}
			at := pl.offset(s.Pos())
			edits := []Edit{{at, at, "other, failed := " + begin + "\nif failed != nil {\npanic(failed)\n}\ndefer other." + pl.rollback(tx) + "\n"}}
			obj := pl.pkg.TypesInfo.Uses[tx]
			headOf(s, func(n ast.Node) {
				if id, ok := n.(*ast.Ident); ok && pl.pkg.TypesInfo.Uses[id] == obj {
					edits = append(edits, pl.replace(id, "other"))
				}
			})
			out = append(out, candidate{s.Pos(), oneLine(pl.text(s)), [][]Edit{edits}})
		}
	}
	return out
}

// rollback is the call that ends a transaction, which the pool waits for.
func (pl place) rollback(tx *ast.Ident) string {
	if method(pl.pkg.TypesInfo.TypeOf(tx), "Rollback").Params().Len() == 0 {
		return "Rollback()"
	}
	for _, v := range pl.variables(tx.Pos()) {
		if isContext(v.Type()) {
			return "Rollback(" + v.Name() + ")"
		}
	}
	return "Rollback(nil)"
}

// headOf visits what a statement itself evaluates, without the blocks and the
// functions in it.
func headOf(s ast.Stmt, visit func(ast.Node)) {
	ast.Inspect(s, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit, *ast.BlockStmt:
			return false
		}
		visit(n)
		return true
	})
}

// txServed is the transaction that a statement sends over, hands to a function
// that does, or sets the context on.
func (pl place) txServed(block []ast.Stmt, i int) (tx *ast.Ident) {
	sets, isSetting := pl.setting(block, i, block[i])
	headOf(block[i], func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok || tx != nil {
			return
		}
		parts := call.Args
		serves := isSetting && !sets.reset && call == sets.call || pl.touches(call) || pl.callsParameter(call)
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
			parts = append([]ast.Expr{sel.X}, parts...)
		}
		if !serves {
			return
		}
		for _, p := range parts {
			if id, ok := p.(*ast.Ident); ok && pl.pkg.TypesInfo.TypeOf(id) != nil && isTx(pl.pkg.TypesInfo.TypeOf(id)) {
				tx = id
				return
			}
		}
	})
	return tx
}

// callsParameter reports whether a call is one of a function that its own was
// given.
func (pl place) callsParameter(call *ast.CallExpr) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := pl.pkg.TypesInfo.Uses[id].(*types.Var)
	if !ok || !pl.isParameter(v) {
		return false
	}
	_, ok = v.Type().Underlying().(*types.Signature)
	return ok
}

// plainBegin begins a transaction where a function of the program would, which
// also sets the context.
// Have: tx, err := beginTenant(ctx, pool, tenant)
func plainBegin(pl place) []candidate {
	var out []candidate
	pl.eachCall(func(call *ast.CallExpr, _ *ast.SelectorExpr) {
		results, ok := pl.pkg.TypesInfo.TypeOf(call).(*types.Tuple)
		if !ok || results.Len() != 2 || !isError(results.At(1).Type()) || !isTx(results.At(0).Type()) {
			return
		}
		if !pl.calls(call, func(f *function) bool { return f.sets && f.begins() }) {
			return
		}
		if begin := pl.beginFor(results.At(0).Type(), call.Pos()); begin != "" {
			out = append(out, candidate{call.Pos(), begin + " for " + oneLine(pl.text(call)), [][]Edit{{pl.replace(call, begin)}}})
		}
	})
	return out
}

// beginFor is a call that begins a transaction of the type on a pool in sight, ""
// if there is none. Pools that are no wrappers come first.
func (pl place) beginFor(tx types.Type, pos token.Pos) string {
	pools := slices.DeleteFunc(pl.substitutes(pos), func(s substitute) bool { return !isPool(s.typ) })
	wrapped := func(s substitute) int {
		if pl.isWrapper(s.typ) {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(pools, func(a, b substitute) int { return wrapped(a) - wrapped(b) })
	ctx := slices.IndexFunc(pl.variables(pos), func(v *types.Var) bool { return isContext(v.Type()) })
	for _, s := range pools {
		for _, name := range []string{"Begin", "Beginx", "BeginTx", "BeginTxx"} {
			sig := method(s.typ, name)
			if sig == nil || sig.Results().Len() != 2 || !types.Identical(sig.Results().At(0).Type(), tx) {
				continue
			}
			params := sig.Params()
			withContext := params.Len() > 0 && isContext(params.At(0).Type())
			switch {
			case params.Len() == 0:
				return fmt.Sprintf("%s.%s()", s.text, name)
			case withContext && ctx < 0:
			case withContext && params.Len() == 1:
				return fmt.Sprintf("%s.%s(%s)", s.text, name, pl.variables(pos)[ctx].Name())
			case withContext && params.Len() == 2 && isPointer(params.At(1).Type()):
				return fmt.Sprintf("%s.%s(%s, nil)", s.text, name, pl.variables(pos)[ctx].Name())
			}
		}
	}
	return ""
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}
