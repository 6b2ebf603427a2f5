package scope

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/analyzer/internal/sqltext"
)

// apply applies a call through the callee's summary.
func (w *flow) apply(e *env, call ssa.CallInstruction, t target) {
	s := t.summary
	w.complete(t)
	w.keepsFor(call, t)
	for i := range s.Needs {
		w.need(e, call, t, &s.Needs[i])
	}
	for i := range s.Reads {
		w.readsOver(e, call, call.Common().Pos(), t.fn, &s.Reads[i], w.placed(t.all, s.Reads[i].Place))
	}
	w.invoked(e, call, call.Common().Pos(), t, "", nil, 0)
	for _, over := range s.Sends {
		w.sendOver(e, call, t, over)
	}
	if w.emit != nil && t.fn != nil && t.fn.Pkg() != w.Pkg.Pkg && s.bypasses() {
		w.emit(&Event{Call: call, Pos: call.Common().Pos(), Bypassed: t.fn})
	}
	w.touched(s.Touch)
	w.relies(call, t)
	w.arrive(e, call, t)
	for _, cb := range s.Callbacks {
		if cb.Param < len(t.all) {
			w.callbackOf(e, call, t, cb)
		}
	}
	for _, r := range s.Resets {
		for _, o := range w.placed(t.all, r.Place) {
			st := e.get(o).clone()
			st.reset(r.Setting)
			e.put(o, st)
		}
	}
	for _, eff := range s.Sets {
		for _, o := range w.placed(t.all, eff.Place) {
			w.applySet(e, call, t, o, eff)
		}
	}
}

// bypasses reports whether a function hands out, or leaves behind, a handle on
// which row-level security does not bind.
func (s *Summary) bypasses() bool {
	handsOut := func(c Carrier) bool { return c.Broken == "bypassrole" }
	return slices.ContainsFunc(s.Results, handsOut) ||
		slices.ContainsFunc(s.Sets, func(e Effect) bool { return e.Broken == "bypassrole" }) ||
		slices.ContainsFunc(s.Callbacks, func(cb Callback) bool { return slices.ContainsFunc(cb.Args, handsOut) })
}

// placed resolves a place of a summary at a call.
func (w *flow) placed(args []ssa.Value, p Place) []*Object {
	if p.Param >= len(args) {
		return nil
	}
	return w.walk(w.resolve(args[p.Param]), p.Path)
}

// need evaluates a need of a called function.
func (w *flow) need(e *env, call ssa.CallInstruction, t target, n *Need) {
	w.needAt(e, call, t, n, call.Common().Pos(), false)
}

// needAt is need at a line, which may be the one that chose the handle.
func (w *flow) needAt(e *env, call ssa.CallInstruction, t target, n *Need, at token.Pos, wired bool) {
	if w.emit == nil {
		return
	}
	objs := w.placed(t.all, n.Place)
	switch {
	case n.asksValue():
		objs = w.givenHandles(call, t.all, n)
	case n.isValue():
		objs = w.valued(call, t.all, n, objs)
	case n.Else != nil:
		objs = add(objs, w.otherwise(t.all, n, objs)...)
	}
	objs = w.without(objs, t.all, n.Besides)
	if len(objs) == 0 {
		return
	}
	ev := &Event{Call: call, Pos: at, Need: n, Callee: t.called(), Wired: wired}
	if n.Context > 0 && n.Context <= len(t.all) {
		ev.context = w.resolve(t.all[n.Context-1])
	}
	if !wired && !n.asksValue() {
		ev.Chosen = w.chosen(t.all[n.Param], n.chosenPath(objs))
	}
	w.record(e, ev, objs)
}

// applySet applies a setting that a called function leaves on a handle.
func (w *flow) applySet(e *env, call ssa.CallInstruction, t target, o *Object, eff Effect) {
	if o.IsPool() {
		return
	}
	name := w.choiceAt(eff.Setting, t.all)
	if name == "" {
		return
	}
	s := e.get(o).clone()
	if eff.Broken != "" {
		s.Broken = eff.Broken
	}
	inTx := s.InTx || len(w.openOn(e, o)) > 0
	maybe := name == Unnamed && eff.Level == Conditional // as mayBeSet has it
	if !eff.Session && !maybe && (o.Kind == dbapi.Conn || o.Kind == dbapi.Session) && !inTx {
		if isChoice(name) {
			return // it ends with its own statement
		}
		s.Broken = "lostcontext" // its need for a transaction is reported at this call
		e.put(o, s)
		return
	}
	en := w.entry(call)
	if eff.Level != Set {
		en = Entry{Level: eff.Level, By: call}
	}
	en, carried := w.under(en, eff.If, t.all, call.Block())
	if !carried {
		if eff.If.asksValue() && w.tenant(name) {
			s.LeftOut = LeftOut{call, *eff.If}
			e.put(o, s)
		}
		return
	}
	s.set(name, en)
	if eff.Session && o.outlives() {
		s.dirty(name, call)
	}
	e.put(o, s)
}

// arrive gives the handles that a call returns their state.
func (w *flow) arrive(e *env, call ssa.CallInstruction, t target) {
	v, ok := call.(*ssa.Call)
	if !ok {
		return
	}
	for _, c := range t.summary.Results {
		if c.From.Param >= 0 || c.Cause != "" {
			continue // what was looked up under a key begins as its initial state says
		}
		for _, o := range w.carried(v, t.all, c, resultType(v, c)) {
			e.begins(o, o.initial.clone())
		}
	}
}

func resultType(v *ssa.Call, c Carrier) types.Type {
	if c.Path != "" || c.Slot >= v.Call.Signature().Results().Len() {
		return nil
	}
	return v.Call.Signature().Results().At(c.Slot).Type()
}

// sendOver applies a function that sends its string parameter as SQL.
func (w *flow) sendOver(e *env, call ssa.CallInstruction, t target, over SendOver) {
	if over.Text >= len(t.all) {
		return
	}
	var s statement
	if over.Text >= 0 {
		s.arg = t.all[over.Text]
		s.read(w.frame, w.texts.Text(s.arg, call.Block()))
	} else {
		s.arg = sqltext.Argument(over.Texts, t.all)
		s.read(w.frame, w.texts.Filled(over.Texts, t.all, call.Block()))
	}
	if over.Args >= 0 && over.Args < len(t.all) {
		s.args, s.argsKnown = lazyssa.Variadic(t.all[over.Args])
		s.argsParam, _ = t.all[over.Args].(*ssa.Parameter)
	}
	var on, own []*Object
	for _, c := range over.Over {
		objs := w.carried(call, t.all, c, nil)
		for _, o := range objs {
			if c.From.Param < 0 && c.Cause == "" && o.created() {
				e.begins(o, o.initial.clone())
				own = append(own, o)
			}
		}
		on = add(on, objs...)
	}
	w.send(e, call, on, s)
	for _, o := range own { // the callee's, and over when it returns
		s := e.get(o).clone()
		s.Ended = true
		e.put(o, s)
	}
}

// callbackOf runs the function that a call passes to a parameter which the
// callee calls.
func (w *flow) callbackOf(e *env, call ssa.CallInstruction, t target, cb Callback) {
	c := w.function(t.all[cb.Param])
	if !c.known {
		return
	}
	sig := signatureOf(t.all[cb.Param].Type())
	bind := map[int][]*Object{}
	var region *Region
	if cb.Broken != "" {
		region = &Region{Call: call, Broken: cb.Broken}
	}
	containers := map[int]map[string][]*Object{}
	contexts := map[int]*Object{}
	for _, arg := range cb.Args {
		var typ types.Type
		if sig != nil && arg.Slot < sig.Params().Len() && arg.Path == "" {
			typ = sig.Params().At(arg.Slot).Type()
		}
		if sig != nil && arg.Slot < sig.Params().Len() && isContext(sig.Params().At(arg.Slot).Type()) {
			w.give(e, call, t.all, arg, bind, contexts)
			continue
		}
		objs := w.carriedArg(call, t.all, arg, typ)
		for _, o := range objs {
			if o.created() && arg.From.Param < 0 {
				e.begins(o, o.initial.clone())
			}
			if region == nil && w.scopedBy(e.get(o)) && o.Kind != dbapi.NoHandle {
				region = &Region{Object: o, Call: call}
			}
		}
		if arg.Path == "" {
			bind[arg.Slot] = add(bind[arg.Slot], objs...)
			continue
		}
		if containers[arg.Slot] == nil {
			containers[arg.Slot] = map[string][]*Object{}
		}
		containers[arg.Slot][arg.Path] = add(containers[arg.Slot][arg.Path], objs...)
	}
	for slot, fields := range containers {
		if len(bind[slot]) > 0 || sig == nil || slot >= sig.Params().Len() {
			continue
		}
		typ := sig.Params().At(slot).Type()
		o := w.in.intern(Object{Root: Created, Value: call.Value(), Index: argumentIndex(slot), Type: typ}, w.salt())
		o.frame, o.fields, o.behind = w.frame, fields, typesBehind(cb.Behind, slot)
		bind[slot] = []*Object{o}
	}
	w.callback(e, call, c, bind, region)
}

// carriedArg is carried for a callback's argument: its slot is not a result's.
func (w *flow) carriedArg(call ssa.CallInstruction, args []ssa.Value, c Carrier, typ types.Type) []*Object {
	c.Slot = argumentIndex(c.Slot)
	if call == nil {
		if c.From.Param < 0 || c.Begun {
			return nil
		}
		return w.carried(nil, args, c, typ)
	}
	if v := call.Value(); v != nil {
		return w.carried(v, args, c, typ)
	}
	return nil
}

// argumentIndex numbers what a call hands to a callback apart from its results,
// which count from 0, and from what the library begins for it, which is -1.
func argumentIndex(slot int) int { return -2 - slot }

// declaredCallback passes handles to a declared function or bound method.
func (w *flow) declaredCallback(e *env, call ssa.CallInstruction, c callee, bind map[int][]*Object) {
	fn := declared(c.declared)
	if fn == nil {
		return
	}
	s := w.summaryOf(fn)
	if s == nil {
		return
	}
	t := target{fn: fn, summary: s}
	known := map[int]bool{}
	stand := func(typ types.Type, objs []*Object) {
		known[len(t.all)] = len(objs) > 0
		t.all = append(t.all, w.standIn(typ, objs))
	}
	sig, slot := fn.Signature(), 0
	switch {
	case len(c.bindings) > 0:
		stand(c.bindings[0].Type(), c.at.resolve(c.bindings[0]))
	case sig.Recv() != nil: // a method expression
		stand(sig.Recv().Type(), bind[0])
		slot = 1
	}
	for i := range sig.Params().Len() {
		stand(sig.Params().At(i).Type(), bind[slot+i])
	}
	for i := range s.Needs {
		if n := &s.Needs[i]; known[n.Param] {
			w.needAt(e, call, t, n, call.Common().Pos(), false)
		}
	}
	for i := range s.Reads {
		if n := &s.Reads[i]; known[n.Param] {
			w.readsOver(e, call, call.Common().Pos(), fn, n, w.placed(t.all, n.Place))
		}
	}
}

// boundMethod: a method value takes the handles of its receiver to wherever it
// is called from; what it needs is decided here. call is nil where it is not an
// argument of one.
func (w *flow) boundMethod(e *env, call ssa.CallInstruction, c callee, at token.Pos) {
	fn := declared(c.declared)
	if fn == nil || w.emit == nil {
		return
	}
	s := w.summaryOf(fn)
	if s == nil {
		return
	}
	for i := range s.Needs {
		if n := &s.Needs[i]; n.Param == 0 {
			objs := w.handlesOf(n, func(p Place) []*Object {
				if p.Param > 0 {
					return nil
				}
				return w.walk(c.at.resolve(c.bindings[0]), p.Path)
			})
			if len(objs) > 0 {
				pos := w.wiredAt(c.bindings[0], n.chosenPath(objs), 0)
				if !pos.IsValid() {
					pos = at
				}
				w.record(e, &Event{Call: call, Pos: pos, Need: n, Callee: fn, Wired: true}, objs)
			}
		}
	}
	for i := range s.Reads {
		if n := &s.Reads[i]; n.Param == 0 {
			w.readsOver(e, call, at, fn, n, w.walk(c.at.resolve(c.bindings[0]), n.Path))
		}
	}
	w.invokedOn(e, call, at, fn, s, c.bindings[0], c.at.resolve(c.bindings[0]))
}

func isFunc(t types.Type) bool { return signatureOf(t) != nil }

func signatureOf(t types.Type) *types.Signature {
	sig, _ := t.Underlying().(*types.Signature)
	return sig
}

// mayCarry reports whether values of a type can hold a handle.
func mayCarry(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Interface:
		return !isError(t) && !strings.HasSuffix(t.String(), "context.Context")
	case *types.Struct:
		return u.NumFields() > 0
	}
	return false
}

// sliceOfStrings reads a slice literal of constant strings.
func sliceOfStrings(v ssa.Value) ([]string, bool) {
	elems, ok := lazyssa.Variadic(v)
	if !ok {
		return nil, false
	}
	var out []string
	for _, el := range elems {
		c, isConst := el.(*ssa.Const)
		if !isConst || c.Value == nil || c.Value.Kind() != constant.String {
			return nil, false
		}
		out = append(out, constant.StringVal(c.Value))
	}
	return out, true
}
