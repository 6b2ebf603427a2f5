package scope

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// A callee is a function value: a literal with its frame, a declared function
// or bound method, a parameter, or unknown.
type callee struct {
	literal  *ssa.Function
	made     *frame // where the literal was made
	declared *ssa.Function
	bindings []ssa.Value // of a bound method: the receiver
	at       *frame      // where the bindings are values
	param    int         // -1 when not a parameter of the declared function
	known    bool
}

// function resolves a function value.
func (f *frame) function(v ssa.Value) callee {
	return f.functionValue(v, 0)
}

func (f *frame) functionValue(v ssa.Value, depth int) callee {
	none := callee{param: -1}
	if depth > maxDepth {
		return none
	}
	switch v := v.(type) {
	case *ssa.MakeClosure:
		fn := v.Fn.(*ssa.Function)
		if fn.Parent() != nil {
			return callee{literal: fn, made: f, param: -1, known: true}
		}
		return callee{declared: fn, bindings: v.Bindings, at: f, param: -1, known: true}
	case *ssa.Function:
		if v.Parent() != nil {
			return callee{literal: v, made: f, param: -1, known: true}
		}
		return callee{declared: v, at: f, param: -1, known: true}
	case *ssa.ChangeType:
		return f.functionValue(v.X, depth+1)
	case *ssa.MakeInterface:
		return f.functionValue(v.X, depth+1)
	case *ssa.Parameter:
		if f.parent == nil {
			for i, p := range f.fn.Params {
				if p == v {
					return callee{param: i, known: true}
				}
			}
		}
	case *ssa.FreeVar:
		if b := binding(v); b != nil && f.parent != nil {
			return f.parent.functionValue(b, depth+1)
		}
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return f.functionVariable(v, depth)
		}
	case *ssa.Phi:
		// The usual phi of functions is a default for nil.
		for _, e := range v.Edges {
			if c := f.functionValue(e, depth+1); c.known {
				return c
			}
		}
	}
	return none
}

// functionVariable resolves a function variable that is assigned once.
func (f *frame) functionVariable(v *ssa.UnOp, depth int) callee {
	if val := lazyssa.StoredBefore(v); val != nil {
		return f.functionValue(val, depth+1)
	}
	addr, at := v.X, f
	for at != nil {
		fv, ok := addr.(*ssa.FreeVar)
		if !ok {
			break
		}
		addr, at = binding(fv), at.parent
	}
	alloc, ok := addr.(*ssa.Alloc)
	if !ok || at == nil {
		return callee{param: -1}
	}
	if vals, whole := lazyssa.Stored(alloc); whole && len(vals) == 1 {
		return at.functionValue(vals[0], depth+1)
	}
	return callee{param: -1}
}
