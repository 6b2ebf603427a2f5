package scope

import (
	"cmp"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A LeftOut is a call of a function that leaves the tenant's context out for its
// argument, or may: nothing is known of that.
type LeftOut struct {
	Call ssa.CallInstruction // nil if there is none
	asks Place
}

// String says when the function sets the context.
func (l LeftOut) String() string {
	common := l.Call.Common()
	fn := common.StaticCallee()
	p, op := (*types.Var)(nil), "!="
	if fn != nil {
		p = parameterOf(fn.Signature, l.asks.Param)
	}
	if p == nil {
		return calls(l.Call) + ", which sets the context for some arguments only"
	}
	if l.asks.wantsZero() {
		op = "=="
	}
	condition := p.Name() + " " + op + " "
	switch t := p.Type().Underlying().(type) {
	case *types.Basic:
		switch {
		case t.Info()&types.IsString != 0:
			condition += "\"\""
		case t.Info()&types.IsBoolean == 0:
			condition += "0"
		case l.asks.wantsZero():
			condition = "!" + p.Name()
		default:
			condition = p.Name()
		}
	case *types.Array, *types.Struct:
		condition += "its zero value"
	case *types.Slice, *types.Map:
		condition = "len(" + p.Name() + ") " + op + " 0"
	default:
		condition += "nil"
	}
	return calls(l.Call) + ", which sets the context only if " + condition
}

// parameterOf is a parameter of a function, receiver first, nil if it has no such one.
func parameterOf(sig *types.Signature, i int) *types.Var {
	if sig.Recv() != nil {
		i--
	}
	if i < 0 || i >= sig.Params().Len() || sig.Params().At(i).Name() == "" {
		return nil
	}
	return sig.Params().At(i)
}

// first is the one that comes first in the source, of two that may be missing.
func first(a, b LeftOut) LeftOut {
	switch {
	case a.Call == nil:
		return b
	case b.Call == nil:
		return a
	}
	if cmp.Or(cmp.Compare(a.Call.Pos(), b.Call.Pos()), comparePlaces(a.asks, b.asks)) <= 0 {
		return a
	}
	return b
}
