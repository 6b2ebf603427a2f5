package scope

import (
	"cmp"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// A builder collects a function's summary.
type builder struct {
	needs     []Need
	sends     []SendOver
	callbacks []calledBack
	results   []Carrier
	sets      []Effect
	resets    []Effect
}

// maxEntries bounds each list of a summary, so that facts stay small: callers
// of a function that needs more than this are told about the first.
const maxEntries = 12

func (b *builder) summary() *Summary {
	s := &Summary{
		Needs:     firstNeeds(b.needs),
		Sets:      tidy(b.sets, compareEffects),
		Resets:    tidy(b.resets, compareEffects),
		Sends:     mergeSends(b.sends),
		Results:   tidy(b.results, compareCarriers),
		Callbacks: b.calls(),
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
			if out[i].Text == s.Text {
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
	return tidy(out, func(x, y SendOver) int { return cmp.Compare(x.Text, y.Text) })
}

// tidy sorts, removes what is said twice, and caps.
func tidy[T any](list []T, compare func(x, y T) int) []T {
	slices.SortStableFunc(list, compare)
	list = slices.CompactFunc(list, func(x, y T) bool { return compare(x, y) == 0 })
	if len(list) > maxEntries {
		list = list[:maxEntries]
	}
	return slices.Clip(list)
}

func comparePlaces(x, y Place) int {
	return cmp.Or(cmp.Compare(x.Param, y.Param), cmp.Compare(x.Path, y.Path))
}

// firstNeeds keeps one need a place: the one with the shortest chain, and of
// those the first in the source.
func firstNeeds(needs []Need) []Need {
	slices.SortStableFunc(needs, func(x, y Need) int {
		return cmp.Or(comparePlaces(x.Place, y.Place), compareBool(x.MustTx, y.MustTx),
			cmp.Compare(len(x.Chain), len(y.Chain)), cmp.Compare(x.Posn, y.Posn), cmp.Compare(x.Relation, y.Relation))
	})
	return tidy(needs, func(x, y Need) int {
		return cmp.Or(comparePlaces(x.Place, y.Place), compareBool(x.MustTx, y.MustTx))
	})
}

func compareEffects(x, y Effect) int {
	return cmp.Or(comparePlaces(x.Place, y.Place), cmp.Compare(x.Setting, y.Setting), compareBool(x.Session, y.Session))
}

func compareCarriers(x, y Carrier) int {
	return cmp.Or(cmp.Compare(x.Slot, y.Slot), cmp.Compare(x.Path, y.Path), comparePlaces(x.From, y.From), compareBool(x.Begun, y.Begun),
		cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Cause, y.Cause), slices.Compare(x.Settings, y.Settings))
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
	}
	b.effects(f, exits)
	w := &flow{frame: f}
	sig := f.fn.Signature
	for _, x := range exits {
		if failsAt(x) {
			continue
		}
		for i, v := range x.ret.Results {
			if i < sig.Results().Len() && mayCarry(sig.Results().At(i).Type()) {
				b.results = append(b.results, w.describe(i, w.resolve(v), x.env, "", 0)...)
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
		v := h.Verdict(f.tenant)
		if v.Kind != ByCaller {
			continue
		}
		n := Need{Place: v.Decider.Place(), Posn: f.posn(ev.Pos)}
		switch {
		case ev.Need != nil:
			if countFields(n.Path) > maxPath || len(ev.Need.Chain) >= maxChain {
				continue
			}
			place := n.Place
			n = *ev.Need
			n.Place = place
			n.Chain = append([]Step{{Posn: f.posn(ev.Pos), Message: calls(ev.Call)}}, n.Chain...)
		default:
			relation, op, ok := f.Relevant(ev)
			if !ok {
				continue
			}
			n.Relation, n.Operation = relation, op
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

// effects derives what the function surely leaves on its parameters' handles.
func (b *builder) effects(f *frame, exits []exit) {
	type fate struct {
		effect Effect
		count  int
	}
	fates := map[string]*fate{}
	live := 0
	for _, x := range exits {
		if failsAt(x) {
			continue
		}
		live++
		for o, s := range x.env.states {
			if o.Root != Param || o.Kind == dbapi.Batch && o.Path != "" {
				continue
			}
			for name, entry := range s.Settings {
				_, session := s.Dirty[name]
				eff := Effect{Place: Place{o.Index, o.Path}, Setting: name, Session: session, Broken: s.Broken}
				eff.Unchecked = entry.Level != Set && !returnsAs(x, entry.pending)
				key := eff.Place.String() + name
				if fates[key] == nil {
					fates[key] = &fate{effect: eff}
					b.mustTx(f, o, name, entry, session)
				}
				fates[key].count++
				fates[key].effect.Unchecked = fates[key].effect.Unchecked || eff.Unchecked
			}
			if s.Broken != "" && len(s.Settings) == 0 {
				key := o.Place().String() + "broken"
				if fates[key] == nil {
					fates[key] = &fate{effect: Effect{Place: o.Place(), Setting: Unnamed, Broken: s.Broken}}
				}
				fates[key].count++
			}
		}
	}
	for _, key := range sortedKeys(fates) {
		if ft := fates[key]; ft.count == live {
			b.sets = append(b.sets, ft.effect)
		}
	}
}

// mustTx: transaction-local context on a handle that may be anything makes
// sense only if the caller passes a transaction.
func (b *builder) mustTx(f *frame, o *Object, name string, entry Entry, session bool) {
	if session || entry.By == nil || o.Kind != dbapi.Querier || !f.tenant(name) {
		return
	}
	b.needs = append(b.needs, Need{Place: o.Place(), MustTx: true, Operation: name, Posn: f.posn(entry.By.Common().Pos())})
}

// Place is the object in terms of the function's caller.
func (o *Object) Place() Place { return Place{o.Index, o.Path} }

// returnsAs reports whether an exit returns the very error that decides a setting.
func returnsAs(x exit, pending ssa.Value) bool {
	n := len(x.ret.Results)
	return pending != nil && n > 0 && isError(x.ret.Results[n-1].Type()) && errorKey(x.ret.Results[n-1]) == pending
}

// returned records an exit.
func (w *flow) returned(e *env, ret *ssa.Return) {
	if w.emit != nil {
		w.atExit(e, ret)
	}
	w.exits = append(w.exits, exit{ret, e.clone()})
}

// atExit emits the session context on handles that end here.
func (w *flow) atExit(e *env, ret *ssa.Return) {
	if w.parent != nil {
		return // a literal's handles belong to the code around it
	}
	for o, s := range e.states {
		if len(s.Dirty) == 0 || o.Kind == dbapi.Pool {
			continue
		}
		switch {
		case o.Kind == dbapi.Tx:
			// A transaction ends; the session goes on.
		case o.Root != Created, w.inside(o, ret), w.resetLater(o, e, ret):
			continue // the caller's connection, or the caller gets the means to reset it
		}
		w.leaks(e, o)
	}
}

// inside reports whether a handle leaves inside a value, whose methods may
// take care of it.
func (w *flow) inside(o *Object, ret *ssa.Return) bool {
	for _, r := range ret.Results {
		if !mayCarry(r.Type()) {
			continue
		}
		for _, container := range w.resolve(r) {
			if container != o && w.holds(container, o, 0) {
				return true
			}
		}
	}
	return false
}

// holds reports whether a struct that the function built has o in a field.
func (w *flow) holds(container, o *Object, depth int) bool {
	if alloc, ok := container.Value.(*ssa.Alloc); ok && container.Root == Created && depth < 3 {
		for _, field := range structFields(alloc.Type()) {
			if !mayCarry(field.Type()) {
				continue
			}
			for _, in := range w.field([]*Object{container}, field, alloc.Type()) {
				if in == o || w.holds(in, o, depth+1) {
					return true
				}
			}
		}
	}
	for _, in := range container.fields {
		if slices.Contains(in, o) {
			return true
		}
	}
	return false
}

// resetLater reports whether the function returns a literal that takes the
// session's settings back: a release function.
func (w *flow) resetLater(o *Object, e *env, ret *ssa.Return) bool {
	for _, r := range ret.Results {
		if !isFunc(r.Type()) {
			continue
		}
		c := w.function(r)
		if c.literal == nil || w.running[c.literal] {
			continue
		}
		w.running[c.literal] = true
		exits := c.made.child(c.literal).run(e, nil)
		delete(w.running, c.literal)
		clean := len(exits) > 0
		for _, x := range exits {
			clean = clean && len(x.env.get(o).Dirty) == 0
		}
		if clean {
			return true
		}
	}
	return false
}

// sendsParameter records that the function sends its parameter as SQL.
func (w *flow) sendsParameter(e *env, on []*Object, s statement) {
	if w.emit == nil {
		return
	}
	over := SendOver{Text: paramIndex(s.param), Args: -1, Over: w.describe(0, on, e, "", 0)}
	if s.argsParam != nil && s.argsParam.Parent() == s.param.Parent() {
		over.Args = paramIndex(s.argsParam)
	}
	if over.Text >= 0 {
		w.build.sends = append(w.build.sends, over)
	}
}

func paramIndex(p *ssa.Parameter) int {
	return slices.Index(p.Parent().Params, p)
}

// describe puts objects into carriers for the function's callers.
func (w *flow) describe(slot int, objs []*Object, e *env, path string, depth int) []Carrier {
	var out []Carrier
	for _, o := range objs {
		s := w.effective(e, o)
		begun := false
		kind := o.Kind
		if d := o.decider(); d != o && !w.scopedBy(s) && s.Broken == "" {
			// A transaction is as scoped as what it was begun on.
			begun = kind == dbapi.Tx && d.Kind != dbapi.Tx
			o = d
		}
		c := Carrier{Slot: slot, Path: path, From: Place{Param: -1}, Kind: kind, Pooled: o.Pooled()}
		switch {
		case o.Root == Param && (o.Kind == dbapi.NoHandle || !w.scopedBy(s) && s.Broken == ""):
			c.From, c.Begun, c.Kind, c.Pooled = o.Place(), begun, dbapi.NoHandle, false
			out = append(out, c)
		case o.Kind == dbapi.NoHandle:
			out = append(out, w.contents(slot, o, e, path, depth)...)
		case o.Root == Carried || o.Root == Elsewhere:
			if o.Kind != dbapi.Pool {
				c.Cause = o.Cause
			}
			out = append(out, c)
		default:
			for _, name := range sortedKeys(s.Settings) {
				if entry := s.Settings[name]; entry.Level != Unset {
					c.Settings = append(c.Settings, name)
					c.Unchecked = c.Unchecked || entry.Level == Unchecked && entry.pending == nil
				}
			}
			c.Broken = s.Broken
			out = append(out, c)
		}
	}
	return out
}

// contents describes the handles inside a struct that the function built.
func (w *flow) contents(slot int, o *Object, e *env, path string, depth int) []Carrier {
	if depth >= 3 {
		return nil
	}
	var out []Carrier
	if o.Root == Carried {
		return []Carrier{{Slot: slot, Path: path, From: Place{Param: -1}, Cause: o.Cause}}
	}
	if len(o.fields) > 0 {
		for _, name := range sortedKeys(o.fields) {
			out = append(out, w.describe(slot, o.fields[name], e, path+name, depth+1)...)
		}
		return out
	}
	alloc, ok := o.Value.(*ssa.Alloc)
	if !ok || o.Root != Created || o.Path != "" {
		return nil
	}
	for _, field := range structFields(alloc.Type()) {
		if !mayCarry(field.Type()) {
			continue
		}
		if objs := w.fieldOfLiteral(o, alloc, field); len(objs) > 0 {
			out = append(out, w.describe(slot, objs, e, path+"."+field.Name(), depth+1)...)
		}
	}
	return out
}
