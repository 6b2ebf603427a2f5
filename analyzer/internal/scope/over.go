package scope

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// Middleware that puts its transaction into the context has to keep it open for as long
// as the rest of the request runs. Some commit it first: what takes it from the context
// is then told that it is closed. A connection that went back to its pool, or lost the
// tenant's context, is somebody else's.

// An Over is the rest of a request, run with a context that carries a handle which is
// of no use any more.
type Over struct {
	Key string
	// Put is where the handle is put into the context.
	Put token.Pos
}

// A carriedAlong is a handle that a function puts into a context.
type carriedAlong struct {
	key  string
	call *ssa.Call
	objs []*Object
	// inPlace: the context of a framework is changed, and none derived.
	inPlace bool
}

// goesOnOver records that a call runs the rest of a request on what is over.
func (w *flow) goesOnOver(e *env, call ssa.CallInstruction) {
	if w.emit == nil || !w.isNext(call) {
		return
	}
	for _, p := range w.putInto(call) {
		if slices.ContainsFunc(p.objs, func(o *Object) bool { return !o.isOver(e.get(o), w.tenant) }) {
			continue
		}
		ev := &Event{Call: call, Pos: call.Common().Pos(), Over: &Over{Key: p.key, Put: p.call.Common().Pos()}}
		w.record(e, ev, p.objs)
	}
}

// isOver reports whether a handle was ended on every path: a transaction, a connection
// that went back, or one from which the tenant's context was taken.
func (o *Object) isOver(s State, tenant func(string) bool) bool {
	switch o.Kind {
	case dbapi.Tx:
		return s.Ended
	case dbapi.Conn:
		for name := range s.Reset {
			if (name == "all" || tenant(name)) && len(s.Settings) == 0 {
				return true
			}
		}
		return s.Ended
	}
	return false
}

// putInto lists the handles in the context with which a call runs the rest of a request.
func (w *flow) putInto(next ssa.CallInstruction) []carriedAlong {
	var out []carriedAlong
	for _, b := range w.fn.Blocks {
		if !lazyssa.Reaches(b, next.Block()) {
			continue
		}
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			if _, isBuiltin := call.Call.Value.(*ssa.Builtin); isBuiltin {
				continue
			}
			for _, p := range w.puts(call) {
				if len(p.objs) > 0 && p.goesInto(next) {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// puts are the handles that a call puts into a context.
func (w *flow) puts(call *ssa.Call) []carriedAlong {
	t := w.targetOf(call)
	a, carries := accessOf(t)
	switch {
	case isWithValue(t.fn):
		return []carriedAlong{{contextKey(t.args[1]), call, w.handlesIn(t.args[2]), false}}
	case carries && a.value != nil:
		return []carriedAlong{{contextKey(a.key), call, w.handlesIn(a.value), true}}
	case t.summary == nil:
		return nil
	}
	var out []carriedAlong
	for _, c := range t.summary.Results {
		if key := keyOfPath(c.Path); key != "" && c.From.Param >= 0 && c.From.Param < len(t.all) && c.From.Path == "" {
			out = append(out, carriedAlong{key, call, w.handlesIn(t.all[c.From.Param]), false})
		}
	}
	for _, n := range t.summary.Needs {
		if n.Put != "" && !IsRegistry(n.Put) && n.Path == "" && n.Param < len(t.all) && len(out) == 0 {
			out = append(out, carriedAlong{n.Put, call, w.handlesIn(t.all[n.Param]), true})
		}
	}
	return out
}

// handlesIn are the handles that a value is; what the function did not begin itself it
// may not be the one to end.
func (w *flow) handlesIn(v ssa.Value) []*Object {
	return slices.DeleteFunc(slices.Clone(w.resolve(v)), func(o *Object) bool { return !follows(o) })
}

// goesInto reports whether what a call makes of a context is the one, or in the request,
// with which the rest of the request runs: as the argument, or in the context of a
// framework that is changed in place.
func (p carriedAlong) goesInto(next ssa.CallInstruction) bool {
	common, call := next.Common(), p.call
	given := common.Args
	if common.IsInvoke() {
		given = append([]ssa.Value{common.Value}, given...)
	}
	for _, g := range given {
		if madeOf(g, call, map[ssa.Value]bool{}) {
			return true
		}
		if !carriesValues(g.Type()) && !bringsContext(g.Type()) {
			continue
		}
		if g.Referrers() == nil {
			continue
		}
		for _, use := range *g.Referrers() {
			switch use := use.(type) {
			case *ssa.Call: // c.SetRequest(c.Request().WithContext(ctx))
				if use == call {
					if p.inPlace {
						return true
					}
					continue
				}
				others := slices.DeleteFunc(slices.Clone(use.Call.Args), func(a ssa.Value) bool { return a == g })
				if lazyssa.Reaches(use.Block(), next.Block()) && slices.ContainsFunc(others, func(a ssa.Value) bool { return madeOf(a, call, map[ssa.Value]bool{}) }) {
					return true
				}
			case *ssa.FieldAddr: // c.Request = c.Request.WithContext(ctx)
				for _, st := range *use.Referrers() {
					if st, ok := st.(*ssa.Store); ok && st.Addr == use && lazyssa.Reaches(st.Block(), next.Block()) && madeOf(st.Val, call, map[ssa.Value]bool{}) {
						return true
					}
				}
			}
		}
	}
	return false
}

// madeOf reports whether a value is made of what a call returns: handed on through
// other calls, as (*http.Request).WithContext does.
func madeOf(v ssa.Value, call *ssa.Call, seen map[ssa.Value]bool) bool {
	if v == nil || seen[v] || len(seen) > maxReads {
		return false
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Call:
		return v == call || slices.ContainsFunc(v.Call.Args, func(a ssa.Value) bool { return madeOf(a, call, seen) })
	case *ssa.Extract:
		return madeOf(v.Tuple, call, seen)
	case *ssa.MakeInterface:
		return madeOf(v.X, call, seen)
	case *ssa.ChangeInterface:
		return madeOf(v.X, call, seen)
	}
	return false
}
