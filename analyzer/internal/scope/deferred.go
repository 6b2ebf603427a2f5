package scope

import (
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// runDefers applies the deferred calls that surely run, last first; the ones
// on some paths only are looked at, but prove nothing. A return that comes before
// a defer, or goes past it, doesn't run it.
func (w *flow) runDefers(e *env, at *ssa.RunDefers) {
	w.deferred = true
	defer func() { w.deferred = false }()
	if vars := returning(at); vars != nil && w.emit != nil {
		// What a literal does where there is an error, and where there is none, is told
		// apart. Those who call the function test the error again: that it decides
		// whether something is set must not be forgotten.
		told := e.clone()
		told.returning = vars
		w.deferredCalls(told, at)
		emit := w.emit
		w.emit = nil
		defer func() { w.emit = emit }()
	}
	w.deferredCalls(e, at)
}

func (w *flow) deferredCalls(e *env, at *ssa.RunDefers) {
	for i := len(w.fn.Blocks) - 1; i >= 0; i-- {
		b := w.fn.Blocks[i]
		for j := len(b.Instrs) - 1; j >= 0; j-- {
			d, ok := b.Instrs[j].(*ssa.Defer)
			if !ok {
				continue
			}
			sure := b.Dominates(at.Block())
			switch {
			case !sure && !lazyssa.Reaches(b, at.Block()):
			case w.loops(b, b):
				w.deferredEachTime(e, d, sure)
			case sure:
				w.call(e, d)
			default:
				w.call(e.clone(), d)
			}
		}
	}
}

// returning are the errors that stand in variables when a function returns: deferred
// literals test those of named results.
func returning(at *ssa.RunDefers) map[ssa.Value]ssa.Value {
	var vars map[ssa.Value]ssa.Value
	for _, instr := range at.Block().Instrs {
		if instr == at {
			break
		}
		st, ok := instr.(*ssa.Store)
		if !ok || !isError(st.Val.Type()) {
			continue
		}
		if alloc, ok := st.Addr.(*ssa.Alloc); ok {
			if vars == nil {
				vars = map[ssa.Value]ssa.Value{}
			}
			vars[alloc] = st.Val
		}
	}
	return vars
}

// A call that is deferred in a loop runs at the end of the function as often as it
// was deferred, each time on the handles of one time round. The handles of the last
// time are those of which the states tell; of the ones before, former does.

// loops reports whether control goes on from one block to another.
func (f *frame) loops(from, to *ssa.BasicBlock) bool {
	key := [2]*ssa.BasicBlock{from, to}
	goes, known := f.round[key]
	if !known {
		goes = slices.ContainsFunc(from.Succs, func(s *ssa.BasicBlock) bool { return lazyssa.Reaches(s, to) })
		f.round[key] = goes
	}
	return goes
}

// defers notes a call that is deferred in a loop on the handles that were made for it
// this time round.
func (w *flow) defers(e *env, d *ssa.Defer) {
	if !w.loops(d.Block(), d.Block()) {
		return
	}
	for o, s := range e.states {
		if w.madeEachTime(o, d) {
			s.Deferred = maps.Clone(s.Deferred)
			if s.Deferred == nil {
				s.Deferred = map[*ssa.Defer]bool{}
			}
			s.Deferred[d] = true
			e.states[o] = s
		}
	}
}

// madeEachTime reports whether a handle is another one each time that a call is
// deferred: it is made before, in the same loop.
func (w *flow) madeEachTime(o *Object, d *ssa.Defer) bool {
	made, ok := o.Value.(ssa.Instruction)
	if !ok || o.Root != Created || made.Parent() != d.Parent() {
		return false
	}
	from, to := made.Block(), d.Block()
	if from == to {
		return slices.Index(from.Instrs, made) < slices.Index(to.Instrs, ssa.Instruction(d))
	}
	return from.Dominates(to) && w.loops(to, from)
}

// deferredEachTime applies a call that was deferred in a loop: on the handles of the
// last time round, if it was deferred for them, and on those before. Of a handle
// for which it surely was, what the call does to it counts.
func (w *flow) deferredEachTime(e *env, d *ssa.Defer, sure bool) {
	last, before := e.clone(), e.clone()
	each, ran, earlier := map[*Object]bool{}, false, false
	for o, s := range e.states {
		if !w.madeEachTime(o, d) {
			continue
		}
		every, some := s.Deferred[d]
		each[o] = every
		former := e.former[o]
		_, again := former.Deferred[d]
		if again {
			before.states[o] = former
			if !some {
				last.states[o] = former
			}
		}
		ran, earlier = ran || some || again, earlier || again
	}
	if len(each) > 0 && !ran {
		return
	}
	w.call(last, d)
	for o, s := range last.states {
		if every, made := each[o]; every || !made && sure {
			e.states[o] = s
		}
	}
	if earlier {
		w.call(before, d)
	}
}

// begins gives a handle the state in which it is made. The one that was made there
// the last time round a loop lives on if a call is deferred for it.
func (e *env) begins(o *Object, s State) {
	o = o.self()
	if old := e.states[o]; len(old.Deferred) > 0 {
		old = old.clone()
		for name, entry := range old.Settings {
			entry.pending = nil // the error's name is that of the next one
			old.set(name, entry)
		}
		if former, again := e.former[o]; again {
			old = join(former, old)
		}
		e.former[o] = old
	}
	e.states[o] = s
}
