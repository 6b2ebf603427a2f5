package scope

import (
	"go/token"
	"go/types"
	"slices"

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
	for _, o := range w.scopedHere(e) {
		if w.mayCarryTo(o, t.all) {
			w.build.idle.use(o)
			continue
		}
		i := *idle
		i.Handle, i.SetAt = o, w.setAt(e, o)
		if i.Touch == nil || w.setsItself(e, o) {
			w.build.idle.add(o, &i)
		}
	}
}

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
		if idle.Touch = t.summary.Touch; idle.Touch == nil || !idle.Touch.Scoped {
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
	return isContext(t) || types.TypeString(t, nil) == "*net/http.Request"
}

// scopedHere lists the followed handles that are open and on which the function
// at hand, or who handed them to it, has set the tenant's context.
func (w *flow) scopedHere(e *env) []*Object {
	var out []*Object
	for o, s := range e.states {
		if follows(o) && !s.Ended && s.Broken == "" && w.scopedBy(s) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b *Object) int { return w.in.number(a) - w.in.number(b) })
	return out
}

// mayCarryTo reports whether a handle may be in the arguments although it is not
// seen there: in a context that came from the same call, or that whoever passed
// the handle to a callback passed with it.
func (w *flow) mayCarryTo(o *Object, args []ssa.Value) bool {
	for _, a := range args {
		if ext, ok := a.(*ssa.Extract); ok && ext.Tuple == o.Value {
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
		if w.scopedBy(w.effective(e, o)) {
			w.build.idle.use(o)
		}
	}
}

// usesContext reports whether a statement may depend on the tenant's context:
// all do but those that set it, transaction commands, and calls of the server's
// own functions such as pg_advisory_xact_lock.
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
	}
	return false
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
