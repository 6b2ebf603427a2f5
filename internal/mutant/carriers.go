package mutant

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// withoutCarrier leaves a context as it was where a handle is put into it.
func withoutCarrier(pl place) []candidate {
	var out []candidate
	pl.eachCall(func(call *ast.CallExpr, sel *ast.SelectorExpr) {
		fn := pl.callee(call)
		if fn == nil {
			return
		}
		replace := func(with ast.Expr) {
			out = append(out, candidate{call.Pos(), oneLine(pl.text(call)), [][]Edit{{pl.replace(call, pl.text(with))}}})
		}
		switch fn.FullName() {
		case "context.WithValue":
			if carriesHandle(pl.pkg.TypesInfo.TypeOf(call.Args[2])) {
				replace(call.Args[0])
			}
			return
		case "(*net/http.Request).WithContext":
			if sel != nil && pl.carries(call.Args[0]) {
				replace(sel.X)
			}
			return
		}
		// A function of the program that does: WithTx(ctx, tx).
		if ctx := pl.carried(call, fn); ctx != nil {
			replace(ctx)
		}
	})
	return out
}

// carried is the context that a call puts a handle into, nil if it does not.
func (pl place) carried(call *ast.CallExpr, fn *types.Func) (ctx ast.Expr) {
	sig := fn.Signature()
	if pl.funcs[fn.Origin()] == nil || sig.Results().Len() != 1 || !isContext(sig.Results().At(0).Type()) {
		return nil
	}
	handle := false
	for i, arg := range call.Args {
		if i < sig.Params().Len() && isContext(sig.Params().At(i).Type()) {
			ctx = arg
		}
		handle = handle || carriesHandle(pl.pkg.TypesInfo.TypeOf(arg))
	}
	if !handle {
		return nil
	}
	return ctx
}

// carries reports whether a context is one that a handle was put into here.
func (pl place) carries(ctx ast.Expr) bool {
	switch ctx := ast.Unparen(ctx).(type) {
	case *ast.Ident:
		obj, decl := pl.pkg.TypesInfo.Uses[ctx], pl.decl(ctx.Pos())
		found := false
		if decl == nil {
			return false
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			assign, ok := n.(*ast.AssignStmt)
			if !ok || len(assign.Rhs) != 1 {
				return true
			}
			id, ok := assign.Lhs[0].(*ast.Ident)
			call, isCall := assign.Rhs[0].(*ast.CallExpr)
			found = found || ok && isCall && pl.pkg.TypesInfo.ObjectOf(id) == obj && pl.carries(call)
			return true
		})
		return found
	case *ast.CallExpr:
		fn := pl.callee(ctx)
		if fn == nil {
			return false
		}
		return fn.FullName() == "context.WithValue" && carriesHandle(pl.pkg.TypesInfo.TypeOf(ctx.Args[2])) || pl.carried(ctx, fn) != nil
	}
	return false
}

// hooks are the functions that a file assigns to hooks of a pool's configuration.
func (pl place) hooks(visit func(stmt ast.Stmt, field string, hook ast.Expr)) {
	ast.Inspect(pl.file, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok || assign.Tok != token.ASSIGN || len(assign.Lhs) != 1 || len(assign.Rhs) != 1 {
			return true
		}
		sel, ok := assign.Lhs[0].(*ast.SelectorExpr)
		if !ok {
			return true
		}
		field, ok := pl.pkg.TypesInfo.Uses[sel.Sel].(*types.Var)
		if ok && field.IsField() && field.Pkg() != nil && strings.HasSuffix(field.Pkg().Path(), "/pgxpool") {
			visit(assign, field.Name(), assign.Rhs[0])
		}
		return true
	})
}

// body is that of a function literal, or of a function of this file.
func (pl place) body(hook ast.Expr) *ast.BlockStmt {
	switch hook := ast.Unparen(hook).(type) {
	case *ast.FuncLit:
		return hook.Body
	case *ast.Ident:
		if fn, ok := pl.pkg.TypesInfo.Uses[hook].(*types.Func); ok {
			if f := pl.funcs[fn]; f != nil && f.pkg == pl.pkg && pl.file.Pos() <= f.decl.Pos() && f.decl.Pos() < pl.file.End() {
				return f.decl.Body
			}
		}
	}
	return nil
}

// hookOpen lets the hook hand out the connection where it refuses.
func hookOpen(pl place) []candidate {
	var out []candidate
	pl.hooks(func(_ ast.Stmt, field string, hook ast.Expr) {
		open := map[string]string{"PrepareConn": "true, nil", "BeforeAcquire": "true"}[field]
		body := pl.body(hook)
		if open == "" || body == nil {
			return
		}
		ast.Inspect(body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt:
				if text := strings.TrimSpace(strings.TrimPrefix(pl.text(n), "return")); text != open {
					out = append(out, candidate{n.Pos(), "return " + text + " in " + field, [][]Edit{{pl.replace(n, "return "+open)}}})
				}
			}
			return true
		})
	})
	return out
}

func hookDrop(pl place) []candidate { return pl.dropHook("PrepareConn", "BeforeAcquire") }

func resetDrop(pl place) []candidate { return pl.dropHook("AfterRelease") }

// dropHook assigns the hook to nothing.
func (pl place) dropHook(names ...string) []candidate {
	var out []candidate
	pl.hooks(func(stmt ast.Stmt, field string, hook ast.Expr) {
		if contains(names, field) {
			out = append(out, candidate{stmt.Pos(), field, [][]Edit{{pl.replace(stmt, "_ = "+pl.text(hook))}}})
		}
	})
	return out
}
