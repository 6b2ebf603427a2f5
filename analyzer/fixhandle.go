package analyzer

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// useScoped replaces the handle of a call by the scoped one: the handle itself
// where that has the same method, generated queries through their WithTx.
func useScoped(pass *analysis.Pass, s *site.Site) (analysis.SuggestedFix, bool) {
	none := analysis.SuggestedFix{}
	if s.Expr == nil || s.Region.Name == "" {
		return none, false
	}
	sel, ok := s.Expr.Fun.(*ast.SelectorExpr)
	if !ok {
		return none, false
	}
	scoped := visible(pass, s.Region.Name, s.Start)
	if scoped == nil || inGoroutine(pass, s.Start) {
		return none, false // a transaction is for one goroutine
	}
	handle := pass.TypesInfo.TypeOf(sel.X)
	method := pass.TypesInfo.Selections[sel]
	if handle == nil || method == nil {
		return none, false
	}
	if same, _, _ := types.LookupFieldOrMethod(scoped.Type(), true, pass.Pkg, sel.Sel.Name); same != nil {
		if !types.Identical(same.Type(), method.Type()) {
			return none, false
		}
		return analysis.SuggestedFix{
			Message:   "Use " + s.Region.Name,
			TextEdits: []analysis.TextEdit{{Pos: sel.X.Pos(), End: sel.X.End(), NewText: []byte(s.Region.Name)}},
		}, true
	}
	with, _, _ := types.LookupFieldOrMethod(handle, true, pass.Pkg, "WithTx")
	fn, ok := with.(*types.Func)
	if !ok || fn.Signature().Params().Len() != 1 || !types.AssignableTo(scoped.Type(), fn.Signature().Params().At(0).Type()) {
		return none, false
	}
	return analysis.SuggestedFix{
		Message:   "Use WithTx(" + s.Region.Name + ")",
		TextEdits: []analysis.TextEdit{{Pos: sel.X.End(), End: sel.X.End(), NewText: []byte(".WithTx(" + s.Region.Name + ")")}},
	}, true
}

// visible returns the variable that a name means at a place, if it is one of a
// function.
func visible(pass *analysis.Pass, name string, pos token.Pos) *types.Var {
	inner := pass.Pkg.Scope().Innermost(pos)
	if inner == nil {
		return nil
	}
	_, obj := inner.LookupParent(name, pos)
	v, ok := obj.(*types.Var)
	if !ok || v.Parent() == pass.Pkg.Scope() {
		return nil
	}
	return v
}

// inGoroutine reports whether a place is inside a go statement.
func inGoroutine(pass *analysis.Pass, pos token.Pos) bool {
	for _, f := range pass.Files {
		if f.FileStart > pos || pos >= f.FileEnd {
			continue
		}
		path, _ := astutil.PathEnclosingInterval(f, pos, pos)
		for _, n := range path {
			if _, ok := n.(*ast.GoStmt); ok {
				return true
			}
		}
	}
	return false
}
