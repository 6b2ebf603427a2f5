package scope

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/internal/webcontext"
)

// The contexts of web frameworks carry values as context.Context does, but are
// changed rather than derived: what one carries is not seen where it is used, and
// is judged by what the program's code is seen to put there.

// An access is a call that takes from a context what it carries under a key, or
// puts something there.
type access struct {
	ctx, key ssa.Value
	value    ssa.Value // what it puts there; nil if it takes
}

// accessOf returns what a call does with the context that it is called on.
func accessOf(t target) (access, bool) {
	if isContextValue(t.fn) {
		if t.recv == nil {
			return access{}, false
		}
		return access{ctx: t.recv, key: t.args[0]}, true
	}
	m, ok := webcontext.Of(t.fn)
	if !ok || len(t.all) <= max(m.Key, m.Value)+1 {
		return access{}, false
	}
	a := access{ctx: t.all[0], key: t.all[m.Key+1]}
	switch {
	case m.Value < 0:
	case !m.Takes:
		a.value = t.all[m.Value+1]
	default:
		elems, known := lazyssa.Variadic(t.all[m.Value+1])
		if !known {
			return access{}, false
		}
		if len(elems) > 0 {
			a.value = elems[0]
		}
	}
	return a, true
}

func isContextValue(fn *types.Func) bool {
	return fullname.Is(fn, "(context.Context).Value")
}

// carriesValues reports whether a type is one of contexts, of whatever kind.
func carriesValues(t types.Type) bool { return isContext(t) || webcontext.IsContext(t) }

// inRequest reports whether an object is in what the context of a web framework
// carries. Only the framework makes those: one that a function is given is that of
// a request, whoever the caller is.
func (o *Object) inRequest() bool {
	return strings.HasPrefix(o.Path, ".⟨") && o.Value != nil && webcontext.IsContext(o.Value.Type())
}

// ofRequest reports whether an object is what such a context carries under a key.
func (o *Object) ofRequest() bool { return o.inRequest() && o.isCarried() && lastElement(o.Path) == 0 }

// cameWithRequest reports whether an object is what the context of a request
// carries as the server made it, middleware included.
func (o *Object) cameWithRequest() bool {
	if o.request {
		return true
	}
	call, ok := o.Value.(*ssa.Call)
	if !ok || o.Root != Carried || call.Call.StaticCallee() == nil {
		return false
	}
	fn := declared(call.Call.StaticCallee())
	return fullname.Is(fn, "(*net/http.Request).Context", "(*github.com/gofiber/fiber/v2.Ctx).UserContext")
}

// taken resolves a result of an access: the value, and whether there is one.
func (f *frame) taken(call *ssa.Call, a access, index int, typ types.Type) []*Object {
	switch key := contextKey(a.key); {
	case index > 0:
		return nil
	case a.value != nil:
		return f.resolve(a.value)
	case key != "":
		objs := f.valueOf(f.resolve(a.ctx), key, 0)
		if _, isBasic := typ.Underlying().(*types.Basic); isBasic {
			return f.asValues(objs)
		}
		return objs
	}
	return []*Object{f.in.intern(Object{Root: Carried, Value: call, Type: typ, Cause: "context-carrier"}, "")}
}

// put records that a handle goes into a context. What takes it from there is
// judged by what the module's code is seen to put under the key, so that each
// place that puts one there has to keep the promise.
func (w *flow) put(e *env, call ssa.CallInstruction, key, val ssa.Value) {
	name := contextKey(key)
	if name == "" || w.emit == nil {
		return
	}
	if held := w.within(w.resolve(val), 0); len(held) > 0 {
		w.record(e, &Event{Call: call, Pos: call.Common().Pos(), Put: name}, held)
	}
}
