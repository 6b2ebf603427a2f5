package scope

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// A helper that sets the tenant's context on a transaction and then calls code
// that can't reach it protects nothing. Whether code can reach a handle is not
// asked of each call: a handle that the function uses for no statement under the
// context, and hands to nothing at all, can be reached by nobody.

// An Idle is a call of code that is to work under the tenant's context, made
// while nothing can reach the handle on which it is set.
type Idle struct {
	Handle *Object
	// SetAt is where the context was set, or the handle came from that carries it.
	SetAt token.Pos
	// Param is the function's parameter that is called, -1 for other code.
	Param int
	// Touch is a statement that the called function is known to run over a handle
	// of its own, nil for code that is not known.
	Touch *Touch

	call ssa.CallInstruction
}

// idleHandles are the handles of which it is to be seen whether anything uses them.
type idleHandles struct {
	order []*Object
	used  map[*Object]bool
	calls map[*Object][]*Idle
}

// use notes that something uses a handle, and with it what it was begun on.
func (h *idleHandles) use(o *Object) {
	if h.used == nil {
		h.used = map[*Object]bool{}
	}
	for o = o.self(); o != nil && !h.used[o]; {
		h.used[o] = true
		if len(o.Parent) != 1 {
			return
		}
		o = o.Parent[0].self()
	}
}

func (h *idleHandles) add(o *Object, i *Idle) {
	if h.calls == nil {
		h.calls = map[*Object][]*Idle{}
	}
	if h.calls[o] == nil {
		h.order = append(h.order, o)
	}
	h.calls[o] = append(h.calls[o], i)
}

// found lists one call for each handle that nothing uses: of code that is not
// known, or else of the first function that works on a handle of its own.
func (h *idleHandles) found() []*Idle {
	var out []*Idle
	for _, o := range h.order {
		calls := h.calls[o]
		if h.used[o] {
			continue
		}
		i := slices.IndexFunc(calls, func(c *Idle) bool { return c.Touch == nil })
		out = append(out, calls[max(i, 0)])
	}
	return out
}

func (h *idleHandles) events() []*Event {
	var out []*Event
	for _, i := range h.found() {
		out = append(out, &Event{Call: i.call, Pos: i.call.Common().Pos(), Idle: i})
	}
	return out
}

// follows reports whether uses of an object are followed: of what this function
// begins or acquires, which nobody else can reach until it is handed on.
func follows(o *Object) bool {
	return o.Root == Created && (o.Kind == dbapi.Tx || o.Kind == dbapi.Conn || o.Kind == dbapi.Session)
}

func anyFollowed(e *env) bool {
	for o := range e.states {
		if follows(o) {
			return true
		}
	}
	return false
}

// passes looks at what a call hands on, and at whether it calls code that is to
// work under a context that it can't reach.
func (w *flow) passes(e *env, call ssa.CallInstruction, t target) {
	if w.emit == nil || !anyFollowed(e) {
		return
	}
	switch t.method.Effect {
	case dbapi.None, dbapi.Proceed:
	default:
		return // statements are seen when they are sent, what a handle makes is followed
	}
	if t.callee.literal == nil && !(w.deferred && t.summary == nil) {
		for i, a := range t.all {
			if setsOnly(t.summary, i) || t.summary == nil && w.endsOnly(call.Common().StaticCallee(), i) {
				continue
			}
			for _, o := range w.reachable(a) {
				w.build.idle.use(o)
			}
		}
	}
	idle := w.work(call, t)
	if idle == nil || idle.Touch == nil && w.PoolsVary {
		return // the pools themselves may set the context
	}
	handed := w.handsScoped(e, t.all)
	for _, o := range w.scopedHere(e) {
		if w.mayCarryTo(o, t.all) {
			w.build.idle.use(o)
			continue
		}
		if handed {
			continue // such as queries on the transaction: that does not go without
		}
		i := *idle
		i.Handle, i.SetAt = o, w.setAt(e, o)
		if i.Touch == nil || w.setsItself(e, o) {
			w.build.idle.add(o, &i)
		}
	}
}

// handsScoped reports whether a call is handed something on which the tenant's context
// is set.
func (w *flow) handsScoped(e *env, args []ssa.Value) bool {
	return slices.ContainsFunc(args, func(a ssa.Value) bool {
		return slices.ContainsFunc(w.reachable(a), func(o *Object) bool { return w.setHere(w.effective(e, o)) })
	})
}

// work tells whether a call runs code that is to work under a tenant's context:
// a function value that the function was given, the rest of a request, or a
// function that is known to. It is nil for any other call.
func (w *flow) work(call ssa.CallInstruction, t target) *Idle {
	idle := &Idle{Param: -1, call: call}
	common := call.Common()
	switch {
	case t.method.Effect == dbapi.Proceed:
		return idle
	case t.summary != nil:
		if idle.Touch = t.summary.Touch; idle.Touch == nil {
			return nil // what is not scoped is reported where it stands
		}
		return idle
	case common.IsInvoke() || common.StaticCallee() != nil || t.callee.literal != nil || t.callee.declared != nil:
		return nil
	}
	if !doesWork(common.Signature()) {
		return nil
	}
	if t.callee.known {
		idle.Param = t.callee.param
	}
	return idle
}

// doesWork tells functions that work on behalf of somebody from loggers,
// predicates and the like: they get a context, or a request, or can only fail.
func doesWork(sig *types.Signature) bool {
	if sig.Variadic() && sig.Results().Len() == 0 {
		return false // a logger
	}
	for i := range sig.Params().Len() {
		if bringsContext(sig.Params().At(i).Type()) {
			return true
		}
	}
	n := sig.Results().Len()
	return sig.Params().Len() == 0 && n > 0 && isError(sig.Results().At(n-1).Type())
}

// bringsContext reports whether a type is a context, or brings one along as
// requests do.
func bringsContext(t types.Type) bool {
	if isContext(t) {
		return true
	}
	for _, name := range [...]string{"Context", "Request", "UserContext", "Deadline"} {
		obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
		switch obj := obj.(type) {
		case *types.Func:
			res := obj.Signature().Results()
			if name == "Deadline" && res.Len() == 2 || res.Len() == 1 && bringsNext(res.At(0).Type()) {
				return true
			}
		case *types.Var: // gin.Context.Request
			if bringsNext(obj.Type()) {
				return true
			}
		}
	}
	return false
}

func bringsNext(t types.Type) bool {
	return isContext(t) || isRequest(t)
}

// scopedHere lists the followed handles that are open and on which the function
// at hand, or who handed them to it, has set the tenant's context.
func (w *flow) scopedHere(e *env) []*Object {
	var out []*Object
	for o, s := range e.states {
		if follows(o) && !s.Ended && s.Broken == "" && w.setHere(s) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b *Object) int { return w.in.number(a) - w.in.number(b) })
	return out
}

// setHere reports whether a state has a tenant setting, also one that is set for
// whom the context names only.
func (w *flow) setHere(s State) bool {
	for name, entry := range s.Settings {
		if entry.Level == Conditional && entry.If != nil && w.tenant(name) {
			return true
		}
	}
	return w.scopedBy(s)
}

// setBy is the call that set the tenant's context on a handle, nil if that was
// not this function.
func (w *flow) setBy(e *env, o *Object) ssa.CallInstruction {
	s := e.get(o)
	for _, name := range sortedKeys(s.Settings) {
		if w.tenant(name) && s.Settings[name].By != nil {
			return s.Settings[name].By
		}
	}
	return nil
}

func (w *flow) setsItself(e *env, o *Object) bool { return w.setBy(e, o) != nil }

func (w *flow) setAt(e *env, o *Object) token.Pos {
	if by := w.setBy(e, o); by != nil {
		return by.Common().Pos()
	}
	if call, ok := o.Value.(ssa.CallInstruction); ok {
		return call.Common().Pos()
	}
	return o.Value.Pos()
}

// worksOn notes the handles that a statement uses under the tenant's context.
func (w *flow) worksOn(e *env, ev *Event, on []*Object) {
	if !usesContext(ev) {
		return
	}
	for _, o := range on {
		if !follows(o) {
			continue
		}
		if w.setHere(w.effective(e, o)) {
			w.build.idle.use(o)
		}
	}
}

// usesContext reports whether a statement may depend on the tenant's context:
// all do but those that set it, transaction commands, and locks that no table is
// behind, such as pg_advisory_xact_lock(hashtext($1)).
func usesContext(ev *Event) bool {
	if ev.Need != nil {
		return !ev.Need.MustTx
	}
	if ev.Unresolved || len(ev.Texts) == 0 {
		return true
	}
	for _, t := range ev.Texts {
		if t.Facts.Err != nil {
			return true
		}
		for _, st := range t.Facts.Statements {
			if st.Dynamic || len(st.Relations) > 0 || len(st.Functions) > 0 {
				return true
			}
		}
		for _, name := range t.Template.Calls() {
			if !strings.HasPrefix(name, "pg_") && !strings.HasPrefix(name, "hash") && name != "set_config" {
				return true // a function of the database's own may read tables
			}
		}
	}
	return false
}
