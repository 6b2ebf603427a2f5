package scope

import (
	"cmp"
	"go/types"
	"maps"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// Helpers set the tenant's context where they are given a tenant, and leave it out
// where they are not: `if tenant != "" { set_config(..) }`, `if system { return tx }`.
// Whether such a helper scopes a handle is its caller's decision, who passes the
// value. In summaries that stands as a place that is not a handle but asks of a
// parameter whether it is its type's zero.
const (
	notZero = "≠0"
	isZeros = "=0"
	// orUnknown follows where nothing can be said of a handle in case that nothing is
	// known of the value: the function leaves early. Otherwise the setting is then taken
	// to be missing.
	orUnknown = "?"
)

// asksValue reports whether a path asks of a parameter what its value is.
func asksValue(path string) bool {
	path = strings.TrimSuffix(path, orUnknown)
	return strings.HasSuffix(path, notZero) || strings.HasSuffix(path, isZeros)
}

// asksValue reports whether a place is not a handle but asks for a parameter's value.
func (p Place) asksValue() bool { return asksValue(p.Path) }

// wantsZero reports whether it is the zero value that a place asks for.
func (p Place) wantsZero() bool { return strings.HasPrefix(p.Path, isZeros) }

// leavesOpen reports whether nothing is said where nothing is known of the value.
func (p Place) leavesOpen() bool { return strings.HasSuffix(p.Path, orUnknown) }

// asksValue reports whether an object is such a question, to the function's caller.
func (o *Object) asksValue() bool { return o.Root == Param && asksValue(o.Path) }

// asks reports whether a parameter decides whether an entry is in effect, or what a
// context carries that is one.
func (e Entry) asks() bool {
	return e.If != nil && e.If.Root == Param && (e.If.asksValue() || e.If.value)
}

// asked is the question whether a parameter is zero, or not.
func (f *frame) asked(p *ssa.Parameter, path string) *Object {
	return f.in.intern(Object{Root: Param, Index: paramIndex(p), Value: p, Path: path}, "value")
}

// asks is the question that a parameter answers with yes: it was asked whether it is
// not zero.
func (f *frame) asks(o *Object, nonZero bool) *Object {
	switch {
	case nonZero:
		return o
	case !o.asksValue():
		return nil // no setting is made for contexts without tenant
	}
	return f.asked(o.Value.(*ssa.Parameter), isZeros)
}

// leavingOpen is the question of an entry, asked so that nothing is said where nothing
// is known of the value.
func (f *frame) leavingOpen(o *Object) *Object {
	if !o.asksValue() || strings.HasSuffix(o.Path, orUnknown) {
		return o
	}
	return f.asked(o.Value.(*ssa.Parameter), o.Path+orUnknown)
}

// parameter returns the parameter of the declared function, at hand or around the
// literal, that a value is and stays: nil if it is none, or one that carries handles.
func (f *frame) parameter(v ssa.Value) *ssa.Parameter {
	p, ok := single(v).(*ssa.Parameter)
	if !ok || p.Parent() != root(f.fn) || p == receiver(p.Parent()) {
		return nil
	}
	if t := p.Type(); isFunc(t) || isError(t) || carriesValues(t) || f.kindOf(t) != dbapi.NoHandle || !f.isValue(t) {
		return nil
	}
	return p
}

// learnValue notes what a branch says about a parameter. It reports false for a branch
// that contradicts what the path knows.
func (w *flow) learnValue(e *env, cond ssa.Value, holds bool) bool {
	if v, nonZero, ok := zeroTest(cond, holds); ok {
		if p := w.parameter(v); p != nil {
			return e.learnAnswer(w.asked(p, notZero), nonZero)
		}
	}
	for _, side := range []bool{true, false} {
		for _, o := range w.absentIf(cond, holds == side) {
			if o.Root == Param && o.value && !o.inRequest() && !e.learnAnswer(o, !side) {
				return false
			}
		}
	}
	return true
}

// learnAnswer notes the answer to a question. It reports false for one that contradicts
// what is known.
func (e *env) learnAnswer(q *Object, answer bool) bool {
	if known, has := e.given[q]; has {
		return known == answer
	}
	if e.given == nil {
		e.given = map[*Object]bool{}
	}
	e.given[q] = answer
	for o, s := range e.states {
		e.states[o] = s.decided(e.given)
	}
	return true
}

// decided is a state on a path that knows the answers to some questions.
func (s State) decided(given map[*Object]bool) State {
	shared := true
	for name, entry := range s.Settings {
		if !entry.asks() {
			continue
		}
		yes, known := answerTo(given, entry.If)
		if !known {
			continue
		}
		if shared {
			s, shared = s.clone(), false
		}
		if delete(s.Settings, name); yes {
			s.set(name, Entry{Level: entry.Then, By: entry.By, pending: entry.pending})
		}
	}
	return s
}

// answerTo is the answer to a question that a path knows.
func answerTo(given map[*Object]bool, q *Object) (answer, known bool) {
	for o, nonZero := range given {
		if o.Root == q.Root && o.Index == q.Index && o.Value == q.Value && o.asksValue() == q.asksValue() && (o.asksValue() || o.Path == q.Path) {
			return nonZero != q.Place().wantsZero(), true
		}
	}
	return false, false
}

// A parting is where two paths meet that know different things about parameters.
type parting struct {
	a, b map[*Object]bool
	// asks makes the question of what one path knows.
	asks func(o *Object, nonZero bool) *Object
}

// lacking is the question that the second of two paths answers with no, and the first
// doesn't; nil if there is none, or more than one: then it is not a single parameter
// that decides.
func (p *parting) lacking() *Object {
	var found *Object
	for o, nonZero := range p.b {
		if known, has := p.a[o]; has && known == nonZero {
			continue
		}
		q := p.asks(o, !nonZero)
		if q != nil && found != nil {
			return nil
		}
		found = cmp.Or(q, found)
	}
	return found
}

// swapped is the parting seen from the other path.
func (p *parting) swapped() *parting { return &parting{p.b, p.a, p.asks} }

// entry joins the entry of the first path with nothing on the second, if that lacks the
// setting because of a parameter: where the parameter is something else, it is made.
func (p *parting) entry(a Entry) (Entry, bool) {
	q := a.If
	switch {
	case a.Level >= Unchecked:
		if q = p.lacking(); q == nil {
			return Entry{}, false
		}
		return Entry{Level: Conditional, By: a.By, If: q, Then: a.Level, here: true, pending: a.pending}, true
	case a.missesOn(p.b):
		a.here = true
		return a, true
	}
	return Entry{}, false
}

// entries joins two entries. ok is false where each is missing somewhere.
func (p *parting) entries(a, b Entry) (e Entry, ok bool) {
	switch {
	case opposed(a, b):
		return Entry{}, false
	case a.missesOn(p.b) && b.Level >= Unchecked: // what the other path adds is about another value
		return a, true
	case b.missesOn(p.a) && a.Level >= Unchecked:
		return b, true
	}
	return joinEntries(a, b), true
}

// missesOn reports whether an entry depends on what a parameter isn't on a path.
func (e Entry) missesOn(given map[*Object]bool) bool {
	if e.Level != Conditional || !e.asks() {
		return false
	}
	yes, known := answerTo(given, e.If)
	return known && !yes
}

// opposed reports whether one entry is in effect only where a parameter is zero, and the
// other only where it isn't: then each is missing somewhere.
func opposed(a, b Entry) bool {
	return a.Level == Conditional && b.Level == Conditional && a.If != nil && b.If != nil && a.If.asksValue() && b.If.asksValue() &&
		a.If.Index == b.If.Index && a.If.Value == b.If.Value && a.If.Place().wantsZero() != b.If.Place().wantsZero()
}

// agree keeps what both paths know about parameters.
func agree(given, other map[*Object]bool) (changed bool) {
	n := len(given)
	maps.DeleteFunc(given, func(o *Object, nonZero bool) bool {
		known, has := other[o]
		return !has || known != nonZero
	})
	return len(given) != n
}

// answer decides at a call what a called function asks of a parameter: true or false
// where its argument says so, or as the question to this function's own caller.
func (f *frame) answer(q Place, arg ssa.Value, at *ssa.BasicBlock) (yes, sure bool, own *Object, k known) {
	switch k = f.zero(arg, at); k {
	case surelyZero, surelyNot:
		return (k == surelyZero) == q.wantsZero(), true, nil, k
	case nothingKnown:
		if p := f.parameter(arg); p != nil {
			return false, false, f.asked(p, q.Path), k
		}
	}
	return false, false, nil, k
}

// underValue is the entry of a setting that a called function makes only where its
// parameter is what is asked. ok is false where it surely isn't, or nothing is known.
func (f *frame) underValue(en Entry, q Place, arg ssa.Value, at *ssa.BasicBlock) (Entry, bool) {
	yes, sure, own, k := f.answer(q, arg, at)
	switch {
	case sure:
		return en, yes
	case own != nil:
		return Entry{Level: Conditional, By: en.By, If: own, Then: en.Level, pending: en.pending}, true
	}
	return Entry{Level: Conditional, By: en.By}, k == looked || q.leavesOpen()
}

// givenHandles are the handles of a called function that scopes them only where its
// parameter is what is asked.
func (w *flow) givenHandles(call ssa.CallInstruction, args []ssa.Value, n *Need) []*Object {
	if n.Param >= len(args) || call == nil {
		return nil
	}
	yes, sure, own, k := w.answer(n.Place, args[n.Param], call.Block())
	bare := w.in.intern(Object{Root: Elsewhere, Kind: dbapi.Pool, Cause: tenantMissing, Value: args[n.Param]}, "")
	switch {
	case sure && yes:
		return []*Object{w.scopedElsewhere(args[n.Param])}
	case sure:
	case own != nil:
		return w.unless([]*Object{bare}, []*Object{own})
	case k == looked || n.leavesOpen():
		return []*Object{w.in.intern(Object{Root: Elsewhere, Kind: dbapi.Tx, Cause: "conditional-context", Value: args[n.Param]}, "")}
	}
	return []*Object{bare}
}

// tenantMissing is the cause of a handle that a called function doesn't scope, since
// it is given no tenant.
const tenantMissing = "not-given"

// An arrival is a handle's state at the end of a path, with what the path knows.
type arrival struct {
	State
	given map[*Object]bool
}

// meet joins arrivals.
func (f *frame) meet(all []arrival) State {
	var out State
	var given map[*Object]bool
	for i, a := range all {
		if i == 0 {
			out, given = a.State, maps.Clone(a.given)
			continue
		}
		out = joinAt(out, a.State, &parting{given, a.given, f.asks})
		agree(given, a.given)
	}
	return out
}

// meeting is the state of a handle after any of several exits. What decides a setting
// at some of them may be a parameter that the others know to be something else.
func (f *frame) meeting(o *Object, exits []exit) State {
	var all []arrival
	for _, x := range exits {
		s := x.env.get(o).clone()
		for name, entry := range s.Settings {
			if returnsAs(x, entry.pending) {
				s.set(name, entry.succeeds())
			}
		}
		all = append(all, arrival{s, x.env.given})
	}
	return f.meet(all)
}

// askedOf keeps the settings that depend on a parameter.
func (s State) askedOf() map[string]Entry {
	out := map[string]Entry{}
	for name, entry := range s.Settings {
		if entry.asks() {
			out[name] = entry
		}
	}
	return out
}

// sameCalls has the calls of a callback agree on each handle that several of them pass,
// if a parameter decides which of them passes it with the tenant's context: who brings
// the callback can't tell by which it is called.
func (b *builder) sameCalls(f *frame) {
	by := map[int]map[*Object][]*calledBack{}
	for i := range b.callbacks {
		cb := &b.callbacks[i]
		if cb.Broken != "" {
			continue
		}
		if by[cb.Param] == nil {
			by[cb.Param] = map[*Object][]*calledBack{}
		}
		for _, o := range cb.handles {
			by[cb.Param][o] = append(by[cb.Param][o], cb)
		}
	}
	for _, handles := range by {
		for o, calls := range handles {
			var all []arrival
			for _, cb := range calls {
				all = append(all, arrival{cb.env.get(o), cb.env.given})
			}
			for name, entry := range f.meet(all).askedOf() {
				for _, cb := range calls {
					s := cb.env.get(o).clone()
					s.set(name, entry)
					cb.env.put(o, s)
					cb.agreed = true
				}
			}
		}
	}
	for i := range b.callbacks {
		if cb := &b.callbacks[i]; cb.agreed {
			cb.Args = capped(b, tidy(cb.describe(cb.env), compareCarriers))
		}
	}
}

// agreed are the exits without error, which agree on each handle that several of them
// return, if a parameter decides by which it leaves with the tenant's context: callers
// can't tell by which they got it.
func (w *flow) agreed(exits []exit) []exit {
	var live []exit
	for _, x := range exits {
		if !failsAt(x) {
			live = append(live, exit{x.ret, x.env.clone()})
		}
	}
	if len(live) < 2 {
		return live
	}
	by := map[*Object][]exit{}
	for _, x := range live {
		var out []*Object
		for _, v := range x.ret.Results {
			out = add(out, w.within(w.handed(v), 0)...)
		}
		for _, o := range out {
			by[o] = append(by[o], x)
		}
	}
	for o, exits := range by {
		for name, entry := range w.meeting(o, exits).askedOf() {
			for _, x := range exits {
				s := x.env.get(o).clone()
				en := entry
				if s.Settings[name] != entry {
					en.If = w.leavingOpen(entry.If)
				}
				s.set(name, en)
				x.env.put(o, s)
			}
		}
	}
	return live
}

// succeeds is an entry whose statement returned no error.
func (e Entry) succeeds() Entry {
	e.pending = nil
	if e.If != nil {
		e.Then = Set
	} else {
		e.Level = Set
	}
	return e
}

// value is the question to the caller that decides an entry at a function's exits; nil
// if it is none.
func (e Entry) value(f *frame) *Place {
	if e.If == nil || !e.If.asksValue() {
		return nil
	}
	p := f.leavingOpen(e.If).Place()
	return &p
}

// A LeftOut is a call of a function that leaves the tenant's context out for its
// argument, or may: nothing is known of that.
type LeftOut struct {
	Call ssa.CallInstruction // nil if there is none
	asks Place
}

// String says when the function sets the context.
func (l LeftOut) String() string {
	common := l.Call.Common()
	fn := common.StaticCallee()
	p, op := (*types.Var)(nil), "!="
	if fn != nil {
		p = parameterOf(fn.Signature, l.asks.Param)
	}
	if p == nil {
		return calls(l.Call) + ", which sets the context for some arguments only"
	}
	if l.asks.wantsZero() {
		op = "=="
	}
	condition := p.Name() + " " + op + " "
	switch t := p.Type().Underlying().(type) {
	case *types.Basic:
		switch {
		case t.Info()&types.IsString != 0:
			condition += "\"\""
		case t.Info()&types.IsBoolean == 0:
			condition += "0"
		case l.asks.wantsZero():
			condition = "!" + p.Name()
		default:
			condition = p.Name()
		}
	case *types.Array, *types.Struct:
		condition += "its zero value"
	case *types.Slice, *types.Map:
		condition = "len(" + p.Name() + ") " + op + " 0"
	default:
		condition += "nil"
	}
	return calls(l.Call) + ", which sets the context only if " + condition
}

// parameterOf is a parameter of a function, receiver first, nil if it has no such one.
func parameterOf(sig *types.Signature, i int) *types.Var {
	if sig.Recv() != nil {
		i--
	}
	if i < 0 || i >= sig.Params().Len() || sig.Params().At(i).Name() == "" {
		return nil
	}
	return sig.Params().At(i)
}

// first is the one that comes first in the source, of two that may be missing.
func first(a, b LeftOut) LeftOut {
	switch {
	case a.Call == nil:
		return b
	case b.Call == nil:
		return a
	}
	if cmp.Or(cmp.Compare(a.Call.Pos(), b.Call.Pos()), comparePlaces(a.asks, b.asks)) <= 0 {
		return a
	}
	return b
}
