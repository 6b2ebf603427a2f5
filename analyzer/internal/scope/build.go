package scope

import (
	"cmp"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A builder collects a function's summary.
type builder struct {
	needs     []Need
	reads     []Need
	sends     []SendOver
	callbacks []calledBack
	results   []Carrier
	sets      []Effect
	resets    []Effect
	hooks     []Hooking
	stores    []Stored
	invokes   []Invoke
	behind    []Behind
	keeps     []Keep
	// touch is the first statement on a tenant relation below the function; idle
	// are the handles of which it is to be seen whether anything uses them.
	touch    *Touch
	idle     idleHandles
	unheeded []*Event
	// dropped: some list of the summary was too long, so that callers are not told
	// everything. The function then counts as not followed to the end.
	dropped bool
	// far are the handles that are too many calls, or fields, away from their statement.
	far []Place
}

// maxEntries bounds each list of a summary, so that facts stay small. Functions that
// put a program together have an entry for each of its services.
const maxEntries = 64

func (b *builder) summary() *Summary {
	for _, at := range b.far { // unless another way to a statement is shorter
		b.dropped = b.dropped || !slices.ContainsFunc(b.needs, func(n Need) bool { return n.Place == at })
	}
	s := &Summary{
		Needs:     capped(b, firstNeeds(b.needs)),
		Reads:     capped(b, firstReads(b.reads, b.needs)),
		Sets:      capped(b, tidy(b.sets, compareEffects)),
		Resets:    capped(b, tidy(b.resets, compareEffects)),
		Sends:     capped(b, mergeSends(b.sends)),
		Results:   capped(b, tidy(b.results, compareCarriers)),
		Callbacks: capped(b, b.calls()),
		Hooks:     b.hooks,
		Stores:    capped(b, b.stores),
		Invokes:   capped(b, firstInvokes(b.invokes)),
		Behind:    capped(b, oneType(b.behind)),
		Keeps:     capped(b, tidy(b.keeps, compareKeeps)),
		Touch:     b.touch,
	}
	return s
}

// mergeSends joins what is sent over one handle on one branch and over another
// on the next: which of them it is, is one question.
func mergeSends(sends []SendOver) []SendOver {
	var out []SendOver
next:
	for _, s := range sends {
		for i := range out {
			if sameText(out[i], s) == 0 {
				out[i].Over = append(out[i].Over, s.Over...)
				if out[i].Args != s.Args {
					out[i].Args = -1
				}
				continue next
			}
		}
		out = append(out, s)
	}
	for i := range out {
		out[i].Over = tidy(out[i].Over, compareCarriers)
	}
	return tidy(out, sameText)
}

func sameText(x, y SendOver) int {
	return cmp.Or(cmp.Compare(x.Text, y.Text), cmp.Compare(x.text(), y.text()))
}

// tidy sorts, and removes what is said twice.
func tidy[T any](list []T, compare func(x, y T) int) []T {
	slices.SortStableFunc(list, compare)
	list = slices.CompactFunc(list, func(x, y T) bool { return compare(x, y) == 0 })
	return slices.Clip(list)
}

// capped bounds a list, and notes what that leaves out.
func capped[T any](b *builder, list []T) []T {
	if len(list) <= maxEntries {
		return list
	}
	b.dropped = true
	return slices.Clip(list[:maxEntries])
}

func comparePlaces(x, y Place) int {
	return cmp.Or(cmp.Compare(x.Param, y.Param), cmp.Compare(x.Path, y.Path))
}

// firstNeeds keeps one need a place: one that a chosen schema does not meet before
// others, and one of a tenant's rows before those of everybody's, of those the one with the shortest chain, and of those the first in the source.
func firstNeeds(needs []Need) []Need {
	slices.SortStableFunc(needs, func(x, y Need) int {
		return cmp.Or(comparePlaces(x.Place, y.Place), compareBool(x.MustTx, y.MustTx), compareBool(x.Else == nil, y.Else == nil),
			cmp.Compare(x.Put, y.Put), cmp.Compare(len(x.Besides), len(y.Besides)), compareBool(y.Qualified, x.Qualified), compareBool(x.Shared, y.Shared), compareBool(x.Context == 0, y.Context == 0), cmp.Compare(len(x.Chain), len(y.Chain)), cmp.Compare(x.Posn, y.Posn), cmp.Compare(x.Relation, y.Relation))
	})
	return tidy(needs, func(x, y Need) int {
		return cmp.Or(comparePlaces(x.Place, y.Place), compareBool(x.MustTx, y.MustTx), cmp.Compare(x.Put, y.Put))
	})
}

func compareEffects(x, y Effect) int {
	return cmp.Or(comparePlaces(x.Place, y.Place), cmp.Compare(x.Setting, y.Setting), compareBool(x.Session, y.Session))
}

func compareCarriers(x, y Carrier) int {
	return cmp.Or(cmp.Compare(x.Slot, y.Slot), cmp.Compare(x.Path, y.Path), comparePlaces(x.From, y.From), compareBool(x.Begun, y.Begun),
		cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Cause, y.Cause), cmp.Compare(inEffect(x.Settings), inEffect(y.Settings)),
		compareUnless(x.Unless, y.Unless), slices.CompareFunc(x.Besides, y.Besides, comparePlaces), compareLogins(x.Login, y.Login), slices.Compare(x.Logins, y.Logins), slices.CompareFunc(x.On, y.On, comparePlaces),
		compareRegistrations(x.Registry, y.Registry), cmp.Compare(x.Falls, y.Falls))
}

func compareLogins(x, y *Login) int {
	if x == nil || y == nil {
		return compareBool(x != nil, y != nil)
	}
	return cmp.Or(cmp.Compare(x.String(), y.String()), cmp.Compare(x.Posn, y.Posn))
}

func compareUnless(x, y *Place) int {
	if x == nil || y == nil {
		return compareBool(x != nil, y != nil)
	}
	return comparePlaces(*x, *y)
}

func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case !x:
		return -1
	}
	return 1
}

// finish derives the summary from the exits and events of a function.
func (b *builder) finish(f *frame, exits []exit, events []*Event) {
	for _, ev := range events {
		b.need(f, ev)
		b.touches(f, ev)
	}
	b.tenants(f, events)
	b.effects(f, exits)
	b.sameCalls(f)
	b.hooks = f.hookings()
	b.stores = f.stored()
	w := &flow{frame: f}
	sig := f.fn.Signature
	b.results = append(b.results, w.valueResult(exits)...)
	falls := make([]map[*Object]string, sig.Results().Len())
	for i := range falls {
		falls[i] = w.fallsBackAt(i, exits)
	}
	for _, x := range w.agreed(exits) {
		absent := f.absences(x.ret.Block(), nil)
		for i, v := range x.ret.Results {
			switch {
			case i >= sig.Results().Len():
			case isContext(sig.Results().At(i).Type()):
				b.results = append(b.results, w.describeContext(i, w.resolve(v), x.env, 0)...)
			case mayCarry(sig.Results().At(i).Type()):
				b.behind = append(b.behind, w.behindOf(i, "", sig.Results().At(i).Type(), w.resolve(v), 0)...)
				var rest []*Object
				for _, o := range w.resolve(v) {
					reserved, falls := w.reserved(i, o, falls[i])
					if b.results = append(b.results, reserved...); !falls {
						rest = append(rest, o)
					}
				}
				b.results = append(b.results, w.describe(i, f.unless(rest, absent), x.env, "", 0)...)
			}
		}
	}
}

// failsAt reports whether an exit returns an error for sure.
func failsAt(x exit) bool {
	n := len(x.ret.Results)
	return n > 0 && isError(x.ret.Results[n-1].Type()) && failing(x.ret.Results[n-1], x.env)
}

// need adds an obligation for each handle of an event that the caller decides.
func (b *builder) need(f *frame, ev *Event) {
	for _, h := range ev.Handles {
		v := f.judge.Verdict(h)
		if v.Kind != ByCaller || ev.Need != nil && ev.Need.MustTx && h.IsTx() {
			continue
		}
		n := Need{Place: v.Decider.Place(), Posn: f.posn(ev.Pos), Privileged: f.PrivilegedPackage, Besides: h.besidePlaces()}
		otherwise, ok := f.judge.otherwise(h, v.Decider)
		if !ok {
			continue
		}
		switch {
		case ev.Need != nil:
			if countFields(n.Path) > maxPath || len(ev.Need.Chain) >= maxChain {
				b.far = append(b.far, n.Place)
				continue
			}
			place := n.Place
			n = *ev.Need
			n.Place, n.Else, n.Besides = place, otherwise, h.besidePlaces()
			n.Context = fromParameter(ev.context)
			n.Chain = append([]Step{{Posn: f.posn(ev.Pos), Message: calls(ev.Call)}}, n.Chain...)
		case ev.Put != "":
			if !IsRegistry(ev.Put) && f.Injected(ev.Put, false) != InjectsScoped {
				continue // nobody relies on it
			}
			n.Put = ev.Put
		default:
			wants, ok := f.Relevant(ev)
			if !ok {
				continue
			}
			n.Wants, n.Else, n.Qualified = wants, otherwise, f.judge.isQualified(ev)
			n.Context = fromParameter(ev.context)
		}
		b.needs = append(b.needs, n)
	}
}

// maxChain bounds the calls between a handle's choice and its statement.
const maxChain = 8

func calls(call ssa.CallInstruction) string {
	if call == nil {
		return "hands the handle on"
	}
	common := call.Common()
	if common.IsInvoke() {
		return "calls " + common.Method.Name()
	}
	if fn := common.StaticCallee(); fn != nil {
		return "calls " + fn.Name()
	}
	return "calls a function value"
}

// sendsParameter records that the function sends its parameter as SQL, or a
// text with parameters in it.
func (w *flow) sendsParameter(e *env, call ssa.CallInstruction, on []*Object, s statement) {
	if s.param != nil {
		defer w.said(e, call, on, s.param)
	}
	if w.emit == nil {
		return
	}
	over := SendOver{Text: -1, Args: -1, Texts: s.patterns, Over: w.describe(0, w.unless(on, w.absences(call.Block(), nil)), e, "", 0)}
	if s.param != nil {
		if over.Text = paramIndex(s.param); over.Text < 0 {
			return
		}
	}
	if s.argsParam != nil && s.argsParam.Parent() == root(w.fn) {
		over.Args = paramIndex(s.argsParam)
	}
	w.build.sends = append(w.build.sends, over)
}

func paramIndex(p *ssa.Parameter) int {
	return slices.Index(p.Parent().Params, p)
}
