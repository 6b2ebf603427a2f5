package scope

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// What one value is, another one may be as well: a variable that is given only one, a
// field that is read twice, a text without its spaces.

// single follows a value through conversions, and variables that get one value only,
// where they are declared.
func single(v ssa.Value) ssa.Value {
	for range maxDepth {
		v = plain(v)
		at := v
		if isLoad(v) {
			at = v.(*ssa.UnOp).X
		}
		if fv, ok := at.(*ssa.FreeVar); ok {
			if at = captured(fv); at == nil {
				return v
			}
		}
		alloc, isVariable := at.(*ssa.Alloc)
		switch {
		case at == v:
			return v
		case isVariable && isLoad(v):
			only := onlyValue(alloc)
			if only == nil {
				return v
			}
			v = only
		case isLoad(v):
			return v
		default:
			v = at // captured by value
		}
	}
	return v
}

// captured is what a free variable is bound to where it is declared, nil if that is not
// known.
func captured(fv *ssa.FreeVar) ssa.Value {
	var v ssa.Value = fv
	for range maxDepth {
		in, ok := v.(*ssa.FreeVar)
		if !ok {
			return v
		}
		if v = lazyssa.Captured(in); v == nil {
			return nil
		}
	}
	return nil
}

// onlyValue is the one value that a variable gets, where it is declared; nil if it gets
// others.
func onlyValue(alloc *ssa.Alloc) ssa.Value {
	vals, whole := lazyssa.Stored(alloc)
	if len(vals) != 1 || !whole {
		return nil
	}
	for _, use := range *alloc.Referrers() {
		if st, ok := use.(*ssa.Store); ok && st.Addr == alloc && st.Block() == alloc.Block() {
			return st.Val
		}
	}
	return nil
}

// sameRead reports whether two values are the same, or the same field, or element, of
// the same.
func sameRead(a, b ssa.Value, depth int) bool {
	if a == nil || b == nil || depth > maxPath {
		return false
	}
	a, b = single(a), single(b)
	if sameValue(a, b, 0) {
		return true
	}
	switch x := a.(type) {
	case *ssa.UnOp:
		y, ok := b.(*ssa.UnOp)
		return ok && isLoad(x) && isLoad(y) && !isVariable(x.X) && sameRead(x.X, y.X, depth+1)
	case *ssa.FieldAddr:
		y, ok := b.(*ssa.FieldAddr)
		return ok && x.Field == y.Field && sameRead(x.X, y.X, depth+1)
	case *ssa.Field:
		y, ok := b.(*ssa.Field)
		return ok && x.Field == y.Field && sameRead(x.X, y.X, depth+1)
	}
	return false
}

// trimmed is what strings.TrimSpace is called on: if anything is left of it, it was
// not empty.
func trimmed(v ssa.Value) ssa.Value {
	if call, ok := single(v).(*ssa.Call); ok && call.Call.StaticCallee() != nil && fullname.Is(declared(call.Call.StaticCallee()), "strings.TrimSpace") {
		return call.Call.Args[0]
	}
	return nil
}

func isLoad(v ssa.Value) bool {
	op, ok := v.(*ssa.UnOp)
	return ok && op.Op == token.MUL
}
