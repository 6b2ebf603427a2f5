package mutant

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// eachCall visits the calls of a file with a selector: x.name(..).
func (pl place) eachCall(visit func(call *ast.CallExpr, sel *ast.SelectorExpr)) {
	ast.Inspect(pl.file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			sel, _ := ast.Unparen(call.Fun).(*ast.SelectorExpr)
			visit(call, sel)
		}
		return true
	})
}

// onPool sends a query over a pool in the place of the scoped handle.
func onPool(pl place) []candidate {
	var out []candidate
	pl.eachCall(func(call *ast.CallExpr, sel *ast.SelectorExpr) {
		if sel == nil || !pl.isScopedHandle(sel.X) || !pl.sends(call) {
			return
		}
		if pool := pl.poolFor(sel.X, sel.Sel.Name); pool != "" {
			what := fmt.Sprintf("%s becomes %s in %s", pl.text(sel.X), pool, oneLine(pl.text(call)))
			out = append(out, candidate{call.Pos(), what, [][]Edit{{pl.replace(sel.X, pool)}}})
		}
	})
	return out
}

// sends reports whether a call's own arguments are a statement on a tenant
// relation, or a batch.
func (pl place) sends(call *ast.CallExpr) bool {
	for _, arg := range call.Args {
		if text, ok := pl.sql(arg); ok && pl.touchesTenant(text) {
			return true
		}
		if t := pl.pkg.TypesInfo.TypeOf(arg); t != nil && strings.HasSuffix(types.TypeString(t, nil), "pgx/v5.Batch") {
			return true
		}
	}
	return false
}

// poolArgument hands a pool to a function of the program that queries with what
// it is given, or to the constructor of something that does.
func poolArgument(pl place) []candidate {
	var out []candidate
	pl.eachCall(func(call *ast.CallExpr, _ *ast.SelectorExpr) {
		if !pl.callsParameter(call) && (pl.callee(call) == nil || !pl.feeds(call)) {
			return
		}
		params := pl.pkg.TypesInfo.TypeOf(call.Fun).Underlying().(*types.Signature).Params()
		for i, arg := range call.Args {
			if i >= params.Len() || !pl.isScopedHandle(arg) {
				continue
			}
			if pool := pl.poolAs(params.At(i).Type(), arg.Pos()); pool != "" && pool != pl.text(arg) {
				what := fmt.Sprintf("%s becomes %s in %s", pl.text(arg), pool, oneLine(pl.text(call)))
				out = append(out, candidate{call.Pos(), what, [][]Edit{{pl.replace(arg, pool)}}})
			}
		}
	})
	return out
}

// feeds reports whether a call queries tenants' rows with what it is given, or
// makes something that the function around it does so with.
func (pl place) feeds(call *ast.CallExpr) bool {
	if pl.touches(call) {
		return true
	}
	decl := pl.decl(call.Pos())
	if decl == nil || !pl.calls(call, pl.constructs) {
		return false
	}
	var made types.Object
	ast.Inspect(decl, func(n ast.Node) bool {
		if assign, ok := n.(*ast.AssignStmt); ok && len(assign.Rhs) == 1 && assign.Rhs[0] == call {
			if id, ok := assign.Lhs[0].(*ast.Ident); ok {
				made = pl.pkg.TypesInfo.ObjectOf(id)
			}
		}
		return true
	})
	if made == nil {
		return true // it goes elsewhere
	}
	queries := false
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr: // a method of it
			if id, ok := n.X.(*ast.Ident); ok && pl.pkg.TypesInfo.Uses[id] == made {
				fn, _ := pl.pkg.TypesInfo.Uses[n.Sel].(*types.Func)
				queries = queries || fn == nil || slices.ContainsFunc(pl.resolve(fn), func(f *function) bool { return f.touches })
				return false
			}
		case *ast.Ident: // handed on
			queries = queries || pl.pkg.TypesInfo.Uses[n] == made
		}
		return true
	})
	return queries
}

// constructs reports whether a function returns something with methods that
// query.
func (pl place) constructs(f *function) bool {
	results := f.fn.Signature().Results()
	for v := range results.Variables() {
		for _, m := range pl.methodsOf(v.Type()) {
			if m.touches {
				return true
			}
		}
	}
	return false
}

func (p *Program) methodsOf(t types.Type) []*function {
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem()
	}
	named, ok := t.(*types.Named)
	if !ok {
		return nil
	}
	var out []*function
	for m := range named.Origin().Methods() {
		if f := p.funcs[m]; f != nil {
			out = append(out, f)
		}
	}
	return out
}

// withoutTx leaves the call of WithTx out.
func withoutTx(pl place) []candidate {
	var out []candidate
	pl.eachCall(func(call *ast.CallExpr, sel *ast.SelectorExpr) {
		if sel == nil || sel.Sel.Name != "WithTx" || len(call.Args) != 1 {
			return
		}
		t := pl.pkg.TypesInfo.TypeOf(sel.X)
		if t == nil || !types.Identical(t, pl.pkg.TypesInfo.TypeOf(call)) {
			return
		}
		out = append(out, candidate{call.Pos(), oneLine(pl.text(call)), [][]Edit{{pl.replace(call, pl.text(sel.X))}}})
	})
	return out
}

// outerQueries calls a method on another value of the same type that is in sight
// through a field: the queries that were made of the pool.
func outerQueries(pl place) []candidate {
	var out []candidate
	pl.eachCall(func(call *ast.CallExpr, sel *ast.SelectorExpr) {
		if sel == nil || !pl.calls(call, func(f *function) bool { return f.touches }) {
			return
		}
		id, ok := ast.Unparen(sel.X).(*ast.Ident)
		if !ok || !isHolder(pl.pkg.TypesInfo.TypeOf(id)) {
			return
		}
		for _, s := range pl.substitutes(id.Pos()) {
			if strings.Contains(s.text, ".") && !strings.HasPrefix(s.text, id.Name+".") && types.Identical(s.typ, pl.pkg.TypesInfo.TypeOf(id)) {
				what := fmt.Sprintf("%s becomes %s in %s", id.Name, s.text, oneLine(pl.text(call)))
				out = append(out, candidate{call.Pos(), what, [][]Edit{{pl.replace(id, s.text)}}})
				return
			}
		}
	})
	return out
}

// inGoroutine lets a goroutine send a statement, over the pool, and waits for it.
// Have: if _, err := tx.Exec(..); err != nil { .. }
func inGoroutine(pl place) []candidate {
	var out []candidate
	for _, block := range pl.blocks() {
		for _, s := range block {
			check, ok := s.(*ast.IfStmt)
			if !ok {
				continue
			}
			assign, ok := check.Init.(*ast.AssignStmt)
			if !ok || assign.Tok != token.DEFINE || len(assign.Rhs) != 1 || len(assign.Lhs) != 2 || pl.text(assign.Lhs[0]) != "_" {
				continue
			}
			call, ok := assign.Rhs[0].(*ast.CallExpr)
			if !ok {
				continue
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !pl.isScopedHandle(sel.X) || !pl.sends(call) {
				continue
			}
			pool := pl.poolFor(sel.X, sel.Sel.Name)
			if pool == "" {
				continue
			}
			err := pl.text(assign.Lhs[1])
			sent := pool + string(pl.texts[pl.path][pl.offset(sel.X.End()):pl.offset(call.End())])
			text := fmt.Sprintf("sent := make(chan error, 1)\ngo func() {\n_, %s := %s\nsent <- %[1]s\n}()\n", err, sent)
			text += fmt.Sprintf("if %s := <-sent; ", err) + string(pl.texts[pl.path][pl.offset(check.Cond.Pos()):pl.offset(check.End())])
			out = append(out, candidate{call.Pos(), oneLine(pl.text(call)), [][]Edit{
				{pl.replace(check, text)}, {pl.replace(check, "{\n"+text+"\n}")}}})
		}
	}
	return out
}

// commitFirst ends the transaction before the query. pgx then refuses the handle,
// and what has database/sql's shape does so, too.
func commitFirst(pl place) []candidate {
	var out []candidate
	for _, block := range pl.blocks() {
		for _, s := range block {
			handle := pl.txIn(s)
			if handle == nil {
				continue
			}
			sig := method(pl.pkg.TypesInfo.TypeOf(handle), "Commit")
			args := ""
			if sig.Params().Len() > 0 {
				for _, v := range pl.variables(s.Pos()) {
					if isContext(v.Type()) {
						args = v.Name()
						break
					}
				}
			}
			commit := fmt.Sprintf("if err := %s.Commit(%s); err != nil {\npanic(err)\n}\n", pl.text(handle), args)
			out = append(out, candidate{s.Pos(), "before " + oneLine(pl.text(s)),
				[][]Edit{{{pl.offset(s.Pos()), pl.offset(s.Pos()), commit}}}})
		}
	}
	return out
}

// txIn is the transaction over which a statement itself sends.
func (pl place) txIn(s ast.Stmt) (handle *ast.Ident) {
	ast.Inspect(s, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.BlockStmt:
			return false
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && handle == nil && pl.sends(n) {
				if id, ok := sel.X.(*ast.Ident); ok && isTx(pl.pkg.TypesInfo.TypeOf(id)) {
					handle = id
				}
			}
		}
		return true
	})
	return handle
}

// withoutBegin works on the connection itself.
// Have: tx, err := conn.Begin(ctx), where conn can do what is done with tx.
func withoutBegin(pl place) []candidate {
	var out []candidate
	for _, block := range pl.blocks() {
		for i, s := range block {
			assign, ok := s.(*ast.AssignStmt)
			if !ok || len(assign.Lhs) != 2 || len(assign.Rhs) != 1 {
				continue
			}
			call, ok := assign.Rhs[0].(*ast.CallExpr)
			if !ok {
				continue
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !strings.HasPrefix(sel.Sel.Name, "Begin") || !isHandle(pl.pkg.TypesInfo.TypeOf(sel.X)) || !isTx(pl.pkg.TypesInfo.TypeOf(assign.Lhs[0])) {
				continue
			}
			tx, ok := assign.Lhs[0].(*ast.Ident)
			if !ok || pl.isReceiver(sel.X) || isTx(pl.pkg.TypesInfo.TypeOf(sel.X)) || pl.isTakenOut(sel.X) {
				continue // a savepoint has the context of the transaction around it
			}
			edits := []Edit{{pl.offset(s.Pos()), pl.offset(block[pl.checked(block, i)-1].End()), ""}}
			serves := false
			for _, rest := range block[pl.checked(block, i):] {
				edits = append(edits, pl.onConnection(rest, tx, pl.text(sel.X))...)
				serves = serves || pl.serves(rest, pl.pkg.TypesInfo.ObjectOf(tx))
			}
			if !serves {
				continue
			}
			out = append(out, candidate{call.Pos(), oneLine(pl.text(call)), [][]Edit{edits}})
		}
	}
	return out
}

// serves reports whether a handle is used for tenants' rows.
func (pl place) serves(s ast.Stmt, handle types.Object) bool {
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return !found
		}
		parts := slices.Clone(call.Args)
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
			parts = append(parts, sel.X)
		}
		for _, p := range parts {
			if id, ok := p.(*ast.Ident); ok && pl.pkg.TypesInfo.Uses[id] == handle {
				// What is called may be a parameter, of which nothing is known.
				found = found || pl.feeds(call) || pl.callee(call) == nil
			}
		}
		return !found
	})
	return found
}

// isReceiver reports whether an expression is the receiver of the method that it
// is in: a wrapper that sends over itself would call itself without end.
func (pl place) isReceiver(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := pl.pkg.TypesInfo.Uses[id].(*types.Var)
	return ok && v.Kind() == types.RecvVar
}

// onConnection takes out what ends the transaction and renames it in the rest.
func (pl place) onConnection(s ast.Stmt, tx *ast.Ident, conn string) []Edit {
	obj := pl.pkg.TypesInfo.ObjectOf(tx)
	ends := func(e ast.Expr) bool {
		call, ok := e.(*ast.CallExpr)
		if !ok {
			return false
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Commit" && sel.Sel.Name != "Rollback" {
			return false
		}
		id, ok := sel.X.(*ast.Ident)
		return ok && pl.pkg.TypesInfo.ObjectOf(id) == obj
	}
	var edits []Edit
	ast.Inspect(s, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			if ends(n.Call) {
				edits = append(edits, pl.replace(n, ""))
				return false
			}
		case *ast.CallExpr:
			if ends(n) {
				edits = append(edits, pl.replace(n, "error(nil)"))
				return false
			}
		case *ast.Ident:
			if pl.pkg.TypesInfo.Uses[n] == obj {
				edits = append(edits, pl.replace(n, conn))
			}
		}
		return true
	})
	return edits
}
