package envread

import (
	"go/ast"
	"go/constant"
	"go/types"
)

// Constant returns the text of an expression that is a constant string.
func Constant(info *types.Info, x ast.Expr) (string, bool) {
	v := info.Types[x].Value
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}
