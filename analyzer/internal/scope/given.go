package scope

import (
	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// Paths learn what parameters are from branches, and callers know what they pass: both
// answer the questions on which settings depend.

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
