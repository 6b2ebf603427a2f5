package scope

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// zeroTest is the value of which a condition says whether it is zero: `tenant != ""`,
// `len(roles) == 0`, `id == uuid.Nil`, or a flag.
func zeroTest(cond ssa.Value, holds bool) (v ssa.Value, nonZero, ok bool) {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return zeroTest(c.X, !holds)
		}
	case *ssa.BinOp:
		x, y, op := c.X, c.Y, c.Op
		if _, isConst := x.(*ssa.Const); isConst || isNone(x) {
			x, y, op = y, x, mirrored(op)
		}
		if of := lengthOf(x); of != nil {
			nonZero, ok = comparedSize(op, y)
			return of, nonZero == holds, ok
		}
		switch {
		case op != token.EQL && op != token.NEQ:
			return nil, false, false
		case isNone(y):
			return x, holds == (op == token.NEQ), true
		case isTrue(y):
			return x, holds == (op == token.EQL), true
		}
		return nil, false, false
	}
	b, isBasic := cond.Type().Underlying().(*types.Basic)
	return cond, holds, isBasic && b.Info()&types.IsBoolean != 0
}

// mirrored is a comparison with its sides exchanged.
func mirrored(op token.Token) token.Token {
	switch op {
	case token.LSS:
		return token.GTR
	case token.GTR:
		return token.LSS
	case token.LEQ:
		return token.GEQ
	case token.GEQ:
		return token.LEQ
	}
	return op
}

// comparedSize says whether a length is not zero where a comparison with a constant
// holds; ok is false where that doesn't follow from it, or from its opposite.
func comparedSize(op token.Token, with ssa.Value) (nonZero, ok bool) {
	c, isConst := with.(*ssa.Const)
	if !isConst || c.Value == nil {
		return false, false
	}
	switch n := c.Int64(); {
	case n == 0 && (op == token.GTR || op == token.NEQ), n == 1 && op == token.GEQ:
		return true, true
	case n == 0 && (op == token.LEQ || op == token.EQL), n == 1 && op == token.LSS:
		return false, true
	}
	return false, false
}

// lengthOf is what len is called on, nil for other values.
func lengthOf(v ssa.Value) ssa.Value {
	call, ok := v.(*ssa.Call)
	if !ok {
		return nil
	}
	if b, ok := call.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
		return call.Call.Args[0]
	}
	return nil
}

// isNone reports whether a value is surely the zero of its type: a constant, or a
// package's Nil, as of uuid.
func isNone(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	if !ok {
		return isZero(v)
	}
	if c.Value == nil {
		return true
	}
	switch c.Value.Kind() {
	case constant.Bool:
		return !constant.BoolVal(c.Value)
	case constant.String:
		return constant.StringVal(c.Value) == ""
	case constant.Int, constant.Float:
		return constant.Sign(c.Value) == 0
	}
	return false
}

func isTrue(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Bool && constant.BoolVal(c.Value)
}
