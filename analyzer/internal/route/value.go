package route

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/analyzer/internal/interceptor"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/internal/webcontext"
)

// maxDepth bounds how far a value is followed.
const maxDepth = 20

// declared is the object of a declared function or method, nil for a literal.
func declared(fn *ssa.Function) *types.Func {
	if fn == nil {
		return nil
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	obj, _ := fn.Object().(*types.Func)
	return obj
}

// captured is what a literal's variable is bound to.
func captured(v *ssa.FreeVar) ssa.Value { return lazyssa.Captured(v) }

// variable is the variable behind an address: of a literal, the one around it.
func variable(addr ssa.Value) *ssa.Alloc {
	for range maxDepth {
		switch a := addr.(type) {
		case *ssa.Alloc:
			return a
		case *ssa.FreeVar:
			addr = captured(a)
		default:
			return nil
		}
	}
	return nil
}

// storedIn are the values that a variable is given, nil if some are not seen.
func storedIn(addr ssa.Value) []ssa.Value {
	alloc := variable(addr)
	if alloc == nil {
		return nil
	}
	if vals, whole := lazyssa.Stored(alloc); whole {
		return vals
	}
	return nil
}

// unwrapped is what a conversion converts, nil for other values.
func unwrapped(v ssa.Value) ssa.Value {
	switch v := v.(type) {
	case *ssa.ChangeType:
		return v.X
	case *ssa.MakeInterface:
		return v.X
	case *ssa.ChangeInterface:
		return v.X
	case *ssa.Convert:
		return v.X
	case *ssa.TypeAssert:
		if !v.CommaOk {
			return v.X
		}
	}
	return nil
}

func isContext(t types.Type) bool { return fullname.OfType(t) == "context.Context" }

// isRequest reports whether a type is a request, or the context in which a
// framework hands one to handlers.
func isRequest(t types.Type) bool {
	return fullname.OfType(t) == "*net/http.Request" || webcontext.IsContext(t)
}

// isStream reports whether a type is one of the streams that services are given.
func isStream(t types.Type) bool { return types.IsInterface(t) && interceptor.IsStream(t) }

// carries reports whether the values of a type carry what contexts do.
func carries(t types.Type) bool { return isContext(t) || isRequest(t) || isStream(t) }

// isHandler reports whether a type is one of handlers, or of what makes handlers:
// a function that takes a request or a handler. So are interceptors, and options that
// have some.
func isHandler(t types.Type) bool { return handlerType(t, 0) }

func handlerType(t types.Type, depth int) bool {
	if interceptor.IsNext(t) || interceptor.IsLayer(t) {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Signature:
		for i := range u.Params().Len() {
			p := u.Params().At(i).Type()
			if isRequest(p) || depth < 2 && handlerType(p, depth+1) {
				return true
			}
		}
	case *types.Interface:
		return fullname.OfType(t) == "net/http.Handler"
	case *types.Slice:
		return depth < 2 && handlerType(u.Elem(), depth+1)
	}
	return false
}
