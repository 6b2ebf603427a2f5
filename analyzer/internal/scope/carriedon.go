package scope

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// Programs in layers have interfaces on both sides: s.unit.Do(ctx, func(ctx
// context.Context) error { return s.orders.Archive(ctx) }). What orders is given is what
// the unit of work gives to its callback, and both are chosen elsewhere, so that the call
// of the one is an obligation that goes along with the call of the other.

// A carriedOn is a method that a callback calls of a value of the function around it,
// with something that it is given itself.
type carriedOn struct {
	CallbackNeed
	on []*Object // in terms of the function at hand
}

// carriesOn reports whether a method that is called in a callback gets something that
// the callback is given, and emits that if it is to be heard. Callbacks of the method
// itself would be callbacks in callbacks, which are not followed.
func (w *flow) carriesOn(e *env, call ssa.CallInstruction, pos token.Pos, o *Object, in invoking) bool {
	if call == nil || w.listeners == 0 || len(in.callbacks)+len(in.around) > 0 {
		return false
	}
	found := false
	for _, given := range in.given {
		for _, g := range given {
			if isCallbacks(g) {
				if !w.untouched(e, g) {
					return false
				}
				found = true
			}
		}
	}
	if !found {
		return false
	}
	if in.posn == "" {
		in.posn = w.posn(pos)
	} else {
		in.chain = append([]Step{{Posn: w.posn(pos), Message: calls(call)}}, in.chain...)
	}
	w.emit(&Event{Call: call, Pos: pos, Handles: []Handle{{Object: o}}, Invoked: &in})
	return true
}

// untouched reports whether nothing has set anything on what a callback is given, or on
// what a context that it is given carries.
func (w *flow) untouched(e *env, given *Object) bool {
	if given.Kind != dbapi.NoHandle {
		return len(w.effective(e, given).Settings) == 0
	}
	for o, s := range e.states {
		if len(s.Settings) > 0 && o.Value == given.Value && o.Index == given.Index && strings.HasPrefix(o.Path, given.Path) {
			return false
		}
	}
	return true
}

// around lists the methods that callbacks among the arguments of a call carry on to.
func (w *flow) around(args []ssa.Value, heard []*Event) []carriedOn {
	var out []carriedOn
	for i, a := range args {
		literal := w.function(a).literal
		if literal == nil {
			continue
		}
		for _, ev := range heard {
			if !ev.isCarriedOn() {
				continue
			}
			need := CallbackNeed{Arg: i, Need: Need{Posn: ev.Invoked.posn, Chain: ev.Invoked.chain}, Method: ev.Invoked.method, In: fullName(w.fn)}
			for slot := range maxArguments {
				for _, o := range ev.Invoked.given[slot] {
					if isCallbacks(o) && o.Value.Parent() == literal && countFields(o.Path) <= maxPath {
						need.Given = append(need.Given, Carrier{Slot: slot, From: Place{Param: slices.Index(literal.Params, o.Value.(*ssa.Parameter)), Path: o.Path}})
					}
				}
			}
			if len(need.Given) > 0 {
				ev.claimed = true
				out = append(out, carriedOn{need, []*Object{ev.Handles[0].Object}})
			}
		}
	}
	return out
}

// isCarriedOn reports whether an event is such a call.
func (ev *Event) isCarriedOn() bool {
	return ev.Invoked != nil && !ev.claimed && !isCallbacks(ev.Handles[0].Object)
}

// unclaimed are obligations of which nobody can say with what they are met.
func (w *flow) unclaimed(e *env, heard []*Event) {
	if w.listeners > 0 {
		return // somebody around may
	}
	for _, ev := range heard {
		if ev.isCarriedOn() {
			ev.claimed = true
			w.plainly(e, ev.Call, ev.Pos, carriedOn{CallbackNeed{Need: Need{Posn: ev.Invoked.posn, Chain: ev.Invoked.chain}, Method: ev.Invoked.method}, []*Object{ev.Handles[0].Object}})
		}
	}
}

// plainly applies the method as if nothing was known of what it gets.
func (w *flow) plainly(e *env, call ssa.CallInstruction, pos token.Pos, c carriedOn) {
	for _, o := range c.on {
		w.invokeOn(e, call, pos, o, c.invoking(nil), 0)
	}
}

// invoking is the method's call with what the callback is given, by slot.
func (c carriedOn) invoking(with func(Place) []*Object) invoking {
	in := invoking{method: c.Method, given: map[int][]*Object{}, posn: c.Need.Posn, chain: c.Need.Chain}
	if with != nil {
		for _, g := range c.Given {
			in.given[g.Slot] = add(in.given[g.Slot], with(g.From)...)
		}
	}
	return in
}

// obliged are the obligations in terms of the function's caller. What can't be said so
// is decided here.
func (w *flow) obliged(e *env, call ssa.CallInstruction, pos token.Pos, around []carriedOn) []CallbackNeed {
	var out []CallbackNeed
	for _, c := range around {
		for _, o := range c.on {
			if o.Root != Param || o.inRequest() || o.value || countFields(o.Path) > maxPath || len(c.Need.Chain) >= maxChain {
				w.plainly(e, call, pos, carriedOn{c.CallbackNeed, []*Object{o}})
				continue
			}
			need := c.CallbackNeed
			at := o.Place()
			need.On = &at
			out = append(out, need)
		}
	}
	slices.SortStableFunc(out, compareCallbackNeeds)
	return out
}

// splitOff takes those of a summary apart from what callbacks need themselves.
func (w *flow) splitOff(args []ssa.Value, needs []CallbackNeed) (own []CallbackNeed, around []carriedOn) {
	for _, n := range needs {
		if n.On == nil {
			own = append(own, n)
		} else {
			around = append(around, carriedOn{n, w.placed(args, *n.On)})
		}
	}
	return own, around
}

// carryOn applies them where it is seen what the callback is given.
func (w *flow) carryOn(e *env, call ssa.CallInstruction, pos token.Pos, t target, around []carriedOn, depth int) {
	for _, c := range around {
		told := false
		for _, cb := range t.summary.Callbacks {
			if cb.Param != c.Arg+1 || call == nil {
				continue
			}
			told = true
			given, made := map[int][]*Object{}, map[int]*Object{}
			for _, arg := range cb.Args {
				w.give(e, call, t.all, arg, given, made)
			}
			for _, o := range c.on {
				w.invokeOn(e, call, pos, o, c.invoking(func(p Place) []*Object { return w.walk(given[p.Param], p.Path) }), depth)
			}
		}
		if !told {
			w.plainly(e, call, pos, c)
		}
	}
}
