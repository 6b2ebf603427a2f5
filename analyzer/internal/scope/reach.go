package scope

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// reachable lists the handles that a value is or holds, contexts included.
func (w *flow) reachable(v ssa.Value) []*Object {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	if alloc, ok := v.(*ssa.Alloc); ok && w.kindOf(elem(alloc.Type())) != dbapi.NoHandle {
		return w.variable(alloc) // &tx
	}
	switch {
	case isContext(v.Type()):
		return w.inContext(w.resolve(v), 0)
	case mayCarry(v.Type()):
		return w.within(w.resolve(v), 0)
	}
	if mc, ok := v.(*ssa.MakeClosure); ok && mc.Fn.(*ssa.Function).Parent() == nil {
		return w.reachable(mc.Bindings[0]) // a method value takes its receiver along
	}
	return nil
}

// inContext lists the handles that contexts are seen to carry.
func (w *flow) inContext(ctxs []*Object, depth int) []*Object {
	var out []*Object
	if depth >= maxDepth {
		return nil
	}
	for _, o := range ctxs {
		for _, name := range sortedKeys(o.fields) {
			out = append(out, w.within(o.fields[name], 0)...)
		}
		out = append(out, w.inContext(o.base, depth+1)...)
	}
	return out
}

// mayCarryTo reports whether a handle may be in the arguments although it is not
// seen there: in a context that came from the same call, or that whoever passed
// the handle to a callback passed with it.
func (w *flow) mayCarryTo(o *Object, args []ssa.Value) bool {
	for _, a := range args {
		if cameWith(a, o.Value, 0) {
			return true
		}
		if o.Index > argumentIndex(0) || !bringsContext(a.Type()) {
			continue
		}
		if !isContext(a.Type()) {
			return true
		}
		for _, ctx := range w.resolve(a) {
			if ctx.Root == Elsewhere || ctx.Root == Carried {
				return true
			}
		}
	}
	return false
}

// cameWith reports whether a value is, or a struct that is made here has, what came
// from the same call as another one: &stream{ss, ctx}.
func cameWith(v, call ssa.Value, depth int) bool {
	switch v := v.(type) {
	case *ssa.Extract:
		return v.Tuple == call
	case *ssa.MakeInterface:
		return cameWith(v.X, call, depth)
	case *ssa.Alloc:
		if depth > 2 {
			return false
		}
		for _, use := range *v.Referrers() {
			fa, ok := use.(*ssa.FieldAddr)
			if !ok {
				continue
			}
			for _, st := range *fa.Referrers() {
				if st, ok := st.(*ssa.Store); ok && st.Addr == fa && cameWith(st.Val, call, depth+1) {
					return true
				}
			}
		}
	}
	return false
}

// setsOnly reports whether a function does nothing with an argument but to set
// the tenant's context on it, or to reset it.
func setsOnly(s *Summary, i int) bool {
	if s == nil {
		return false
	}
	at := func(p Place) bool { return p.Param == i }
	from := func(c Carrier) bool { return at(c.From) }
	for _, n := range s.Needs {
		if at(n.Place) && !n.MustTx {
			return false
		}
	}
	if slices.ContainsFunc(s.Results, from) ||
		slices.ContainsFunc(s.Stores, func(st Stored) bool { return at(st.From) }) ||
		slices.ContainsFunc(s.Invokes, func(i Invoke) bool { return at(i.Place) || slices.ContainsFunc(i.Args, from) }) ||
		slices.ContainsFunc(s.Sends, func(o SendOver) bool { return slices.ContainsFunc(o.Over, from) }) ||
		slices.ContainsFunc(s.Callbacks, func(c Callback) bool { return slices.ContainsFunc(c.Args, from) }) {
		return false
	}
	changes := func(e Effect) bool { return at(e.Place) }
	return slices.ContainsFunc(s.Sets, changes) || slices.ContainsFunc(s.Resets, changes)
}

// endsOnly reports whether a function of this package does nothing with an
// argument but to end the transaction, or to give the connection back.
func (w *flow) endsOnly(fn *ssa.Function, i int) bool {
	if fn == nil || i >= len(fn.Params) || len(fn.Blocks) == 0 {
		return false
	}
	for _, use := range *fn.Params[i].Referrers() {
		call, ok := use.(ssa.CallInstruction)
		if !ok {
			return false
		}
		callee := call.Common().Method
		if static := call.Common().StaticCallee(); static != nil {
			callee = declared(static)
		}
		if callee == nil {
			return false
		}
		switch m, _ := w.api.Method(callee); m.Effect {
		case dbapi.Commit, dbapi.Rollback, dbapi.Release:
		default:
			return false
		}
	}
	return true
}

// keeps notes handles that are stored where others find them, or returned.
func (w *flow) keeps(e *env, instr ssa.Instruction) {
	if w.emit == nil || !anyFollowed(e) {
		return
	}
	var kept []ssa.Value
	switch instr := instr.(type) {
	case *ssa.Store:
		if !localAddress(instr.Addr) {
			kept = append(kept, instr.Val)
		}
	case *ssa.MapUpdate:
		kept = append(kept, instr.Value)
	case *ssa.Send:
		kept = append(kept, instr.X)
	case *ssa.Return:
		kept = instr.Results
	}
	for _, v := range kept {
		for _, o := range w.reachable(v) {
			w.build.idle.use(o)
		}
	}
}

// localAddress reports whether an address is that of a local variable or of a
// field of one, of which reads are followed.
func localAddress(addr ssa.Value) bool {
	switch addr := addr.(type) {
	case *ssa.Alloc, *ssa.FreeVar:
		return true
	case *ssa.FieldAddr:
		return localAddress(addr.X)
	}
	return false
}
