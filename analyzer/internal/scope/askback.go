package scope

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A callback that goes to a method of which nobody in sight knows what it runs gets
// its handles from there: `uow.Do(ctx, func(tx pgx.Tx) error { .. })`. What it needs of
// them is an obligation of the value that the method is called on, and decided where
// that value is chosen.

// A CallbackNeed is a handle that must be scoped when a method hands it to a callback.
type CallbackNeed struct {
	Arg int // which parameter of the method the callback is, without the receiver
	// Need speaks of the callback's parameters.
	Need Need
	// Method is what the callback calls of a value that it is given, "" where it needs
	// a handle itself.
	Method string
	// On is the value instead, if it is one of the function's own, and Given what the
	// callback hands on of what it is given itself. See carriedon.go.
	On    *Place
	Given []Carrier
	// In is the function with the statement, with its package.
	In string
}

func (c CallbackNeed) String() string {
	if c.On != nil {
		return fmt.Sprintf("%d, which invokes %s.%s with %s", c.Arg, c.On, c.Method, carriers(c.Given))
	}
	if c.Method != "" {
		return fmt.Sprintf("%d.%s.%s", c.Arg, c.Need.Place, c.Method)
	}
	return fmt.Sprintf("%d.%s for %s", c.Arg, c.Need.Place, c.Need.Relation)
}

func compareCallbackNeeds(x, y CallbackNeed) int {
	return cmp.Or(cmp.Compare(x.Arg, y.Arg), compareUnless(x.On, y.On), comparePlaces(x.Need.Place, y.Need.Place), cmp.Compare(x.Method, y.Method), slices.CompareFunc(x.Given, y.Given, compareCarriers), cmp.Compare(x.In, y.In),
		cmp.Compare(len(x.Need.Chain), len(y.Need.Chain)), cmp.Compare(x.Need.Posn, y.Need.Posn), cmp.Compare(x.Need.Relation, y.Need.Relation))
}

// listening runs something and returns what it emits besides.
func (w *flow) listening(run func()) []*Event {
	emit := w.emit
	if emit == nil {
		run()
		return nil
	}
	var heard []*Event
	w.emit = func(ev *Event) {
		heard = append(heard, ev)
		if ev.Invoked == nil || w.listeners > 1 {
			emit(ev)
		}
	}
	w.listeners++
	defer func() {
		w.listeners--
		w.emit = emit
	}()
	run()
	return heard
}

// callbackNeeds lists what callbacks among the arguments of a call need of the handles
// that they are given, and the events that rest on nothing else.
func (w *flow) callbackNeeds(args []ssa.Value, heard []*Event) (needs []CallbackNeed, resting []*Event) {
	for i, a := range args {
		c := w.function(a)
		if c.literal == nil {
			needs = append(needs, w.declaredNeeds(i, c)...)
			continue
		}
		for _, ev := range heard {
			if in := ev.Invoked; in != nil {
				if o := ev.Handles[0].Object; o.Value.Parent() == c.literal && countFields(o.Path) <= maxPath {
					place := Place{Param: slices.Index(c.literal.Params, o.Value.(*ssa.Parameter)), Path: o.Path}
					needs = append(needs, CallbackNeed{Arg: i, Need: Need{Place: place, Posn: in.posn, Chain: in.chain}, Method: in.method, In: fullName(w.fn)})
				}
				continue
			}
			wants, ok := Wants{}, ev.Need != nil
			if !ok {
				wants, ok = w.Relevant(ev)
			}
			if !ok || len(ev.Handles) == 0 {
				continue
			}
			if at, otherwise, rests := w.carriedTo(c.literal, ev); rests {
				if n, ok := w.calledBackFor(ev, wants); ok {
					n.Place, n.Else = at, otherwise
					needs = append(needs, CallbackNeed{Arg: i, Need: n, In: fullName(w.fn)})
					resting = append(resting, ev)
				}
				continue
			}
			if slices.ContainsFunc(ev.Handles, func(h Handle) bool { return !w.givenTo(c.literal, h) }) || ev.Need != nil && ev.Need.Else != nil {
				continue
			}
			for _, h := range ev.Handles {
				n, ok := w.calledBackFor(ev, wants)
				if !ok {
					continue
				}
				n.Place = Place{Param: slices.Index(c.literal.Params, h.Value.(*ssa.Parameter)), Path: h.Path}
				needs = append(needs, CallbackNeed{Arg: i, Need: n, In: fullName(w.fn)})
				resting = append(resting, ev)
			}
		}
	}
	slices.SortStableFunc(needs, compareCallbackNeeds)
	return slices.CompactFunc(needs, func(x, y CallbackNeed) bool {
		return x.Arg == y.Arg && x.Need.Place == y.Need.Place && x.Method == y.Method && x.In == y.In
	}), resting
}

// declaredNeeds is what a declared function, or a method that is bound to a value, needs
// of what it is given where it is called back.
func (w *flow) declaredNeeds(arg int, c callee) []CallbackNeed {
	if c.declared == nil || declared(c.declared) == nil {
		return nil
	}
	s := w.summaryOf(declared(c.declared))
	if s == nil {
		return nil
	}
	var out []CallbackNeed
	for _, n := range s.Needs {
		bound := min(len(c.bindings), 1)
		if n.Param < bound || n.Put != "" || n.MustTx || n.isValue() || len(n.Besides) > 0 || n.Else != nil && !n.Else.Pool {
			continue
		}
		n.Param -= bound
		out = append(out, CallbackNeed{Arg: arg, Need: n, In: fullName(w.fn)})
	}
	return out
}

// calledBackFor is what a statement in a callback needs, but for the handle.
func (w *flow) calledBackFor(ev *Event, wants Wants) (Need, bool) {
	if ev.Need == nil {
		return Need{Wants: wants, Posn: w.posn(ev.Pos), Privileged: w.PrivilegedPackage, Qualified: w.judge.isQualified(ev)}, true
	}
	if ev.Need.Put != "" || ev.Need.MustTx || len(ev.Need.Chain) >= maxChain {
		return Need{}, false
	}
	n := *ev.Need
	n.Chain = append([]Step{{Posn: w.posn(ev.Pos), Message: calls(ev.Call)}}, n.Chain...)
	return n, true
}

// isCallbacks reports whether an object is what a function literal is given by whoever
// calls it, or a part of that.
func isCallbacks(o *Object) bool {
	_, ok := o.Value.(*ssa.Parameter)
	return ok && o.Root == Elsewhere && o.Cause == "callback"
}

// givenTo reports whether a handle is what a literal is given by whoever calls it, and
// nothing else is known.
func (w *flow) givenTo(literal *ssa.Function, h Handle) bool {
	if !isCallbacks(h.Object) || h.Value.Parent() != literal || countFields(h.Path) > maxPath {
		return false
	}
	v := w.judge.Verdict(h)
	return v.Kind == Unknown && v.Cause == "callback"
}

func fullName(fn *ssa.Function) string {
	if obj, ok := root(fn).Object().(*types.Func); ok {
		return obj.FullName()
	}
	return root(fn).String()
}

// callsBack decides what callbacks need of the handles that a method hands to them.
func (w *flow) callsBack(e *env, call ssa.CallInstruction, pos token.Pos, t target, needs []CallbackNeed) {
	if w.emit == nil || call == nil {
		return
	}
	for _, need := range needs {
		if need.Method != "" {
			w.invokedByCallback(e, call, pos, t, need)
			continue
		}
		objs := w.handedBack(e, call, t, need)
		if len(objs) > 0 {
			n := need.Need
			n.Else = nil // it is among them
			w.record(e, &Event{Call: call, Pos: pos, Need: &n, Callee: t.called(), Within: need.In, Wired: true}, objs)
		}
	}
}

// handedBack are the handles that a called function gives to its callback where that
// needs one.
func (w *flow) handedBack(e *env, call ssa.CallInstruction, t target, need CallbackNeed) []*Object {
	if keyOfPath(need.Need.Path) != "" {
		return w.carriedBack(e, call, t, need)
	}
	var objs []*Object
	for _, cb := range t.summary.Callbacks {
		if cb.Param != need.Arg+1 {
			continue
		}
		for _, arg := range cb.Args {
			if arg.Slot != need.Need.Param || arg.Path != "" && arg.Path != need.Need.Path {
				continue
			}
			got := w.carriedArg(call, t.all, arg, nil)
			for _, o := range got {
				if o.created() && arg.From.Param < 0 {
					e.begins(o, o.initial.clone())
				}
			}
			if arg.Path == "" {
				got = w.walk(got, need.Need.Path)
			}
			objs = add(objs, got...)
		}
	}
	return objs
}

// invokedByCallback applies a method of a value that a called function hands to its
// callback, where it says what is behind it and on which handles.
func (w *flow) invokedByCallback(e *env, call ssa.CallInstruction, pos token.Pos, t target, need CallbackNeed) {
	if call.Value() == nil {
		return
	}
	slot := need.Need.Param
	for _, cb := range t.summary.Callbacks {
		typ := w.typeNamed(typesBehind(cb.Behind, slot)[need.Need.Path])
		if cb.Param != need.Arg+1 || typ == nil {
			continue
		}
		o := w.in.intern(Object{Root: Created, Value: call.Value(), Index: argumentIndex(slot), Type: typ}, w.salt()+need.Need.Path)
		o.frame, o.fields = w.frame, map[string][]*Object{}
		for _, arg := range cb.Args {
			path, ok := strings.CutPrefix(arg.Path, need.Need.Path)
			if arg.Slot != slot || !ok || path == "" {
				continue
			}
			objs := w.carriedArg(call, t.all, arg, nil)
			for _, h := range objs {
				if h.created() && arg.From.Param < 0 {
					e.begins(h, h.initial.clone())
				}
			}
			o.fields[path] = add(o.fields[path], objs...)
		}
		in := invoking{method: need.Method, given: map[int][]*Object{}, posn: need.Need.Posn, chain: need.Need.Chain}
		if fn := w.methodOf(o, in.method); fn != nil {
			w.runs(e, call, pos, o, in, fn, 0)
		}
	}
}
