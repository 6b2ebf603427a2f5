package scope

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"slices"

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
	// In is the function with the statement, with its package.
	In string
}

func (c CallbackNeed) String() string {
	return fmt.Sprintf("%d.%s for %s", c.Arg, c.Need.Place, c.Need.Relation)
}

func compareCallbackNeeds(x, y CallbackNeed) int {
	return cmp.Or(cmp.Compare(x.Arg, y.Arg), comparePlaces(x.Need.Place, y.Need.Place), cmp.Compare(x.In, y.In),
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
		emit(ev)
	}
	defer func() { w.emit = emit }()
	run()
	return heard
}

// callbackNeeds lists what callbacks among the arguments of a call need of the handles
// that they are given, and the events that rest on nothing else.
func (w *flow) callbackNeeds(args []ssa.Value, heard []*Event) (needs []CallbackNeed, resting []*Event) {
	for i, a := range args {
		c := w.function(a)
		if c.literal == nil {
			continue
		}
		for _, ev := range heard {
			relation, op, ok := "", "", ev.Need != nil
			if !ok {
				relation, op, ok = w.Relevant(ev)
			}
			if !ok || len(ev.Handles) == 0 || slices.ContainsFunc(ev.Handles, func(h Handle) bool { return !w.givenTo(c.literal, h) }) {
				continue
			}
			for _, h := range ev.Handles {
				n := Need{Relation: relation, Operation: op, Posn: w.posn(ev.Pos), Privileged: w.PrivilegedPackage, Qualified: w.judge.isQualified(ev)}
				if ev.Need != nil {
					if ev.Need.Put != "" || ev.Need.MustTx || ev.Need.Else != nil || len(ev.Need.Chain) >= maxChain {
						continue
					}
					n = *ev.Need
					n.Chain = append([]Step{{Posn: w.posn(ev.Pos), Message: calls(ev.Call)}}, n.Chain...)
				}
				n.Place = Place{Param: slices.Index(c.literal.Params, h.Value.(*ssa.Parameter)), Path: h.Path}
				needs = append(needs, CallbackNeed{Arg: i, Need: n, In: fullName(w.fn)})
				resting = append(resting, ev)
			}
		}
	}
	slices.SortStableFunc(needs, compareCallbackNeeds)
	return slices.CompactFunc(needs, func(x, y CallbackNeed) bool {
		return x.Arg == y.Arg && x.Need.Place == y.Need.Place && x.In == y.In
	}), resting
}

// givenTo reports whether a handle is what a literal is given by whoever calls it, and
// nothing else is known.
func (w *flow) givenTo(literal *ssa.Function, h Handle) bool {
	p, ok := h.Value.(*ssa.Parameter)
	if !ok || p.Parent() != literal || h.Root != Elsewhere || h.Cause != "callback" || countFields(h.Path) > maxPath {
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
		if len(objs) > 0 {
			n := need.Need
			w.record(e, &Event{Call: call, Pos: pos, Need: &n, Callee: t.called(), Within: need.In, Wired: true}, objs)
		}
	}
}
