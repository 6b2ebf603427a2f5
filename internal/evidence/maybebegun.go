package evidence

import (
	"go/ast"
	"slices"
	"strings"
)

// mayBeBegun is the cheap question about what a function puts into a context, before all
// of the module is read: it is the function's parameter, or what something returns, or
// calls a literal with, that is named for what it begins.
func mayBeBegun(decl *ast.FuncDecl, value ast.Expr) bool {
	id, ok := ast.Unparen(value).(*ast.Ident)
	if !ok {
		return false
	}
	if parameter(decl, id.Name) >= 0 {
		return true // its callers are asked
	}
	found := false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if i := slices.IndexFunc(n.Lhs, func(l ast.Expr) bool { return isIdent(l, id.Name) }); i >= 0 {
				call, isCall := n.Rhs[min(i, len(n.Rhs)-1)].(*ast.CallExpr)
				found = found || isCall && begins(calledName(call.Fun))
			}
		case *ast.FuncLit:
			found = found || literalBegins(n, id.Name)
		}
		return !found
	})
	return found
}

// literalBegins reports whether a literal's parameter has a type that is named for a
// transaction.
func literalBegins(lit *ast.FuncLit, name string) bool {
	for _, field := range lit.Type.Params.List {
		if slices.ContainsFunc(field.Names, func(n *ast.Ident) bool { return n.Name == name }) {
			return begins(embeddedName(field.Type))
		}
	}
	return false
}

func begins(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"begin", "acquire", "conn", "tx", "transaction"}, func(part string) bool { return strings.Contains(name, part) })
}
