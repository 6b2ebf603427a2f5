// Package scope follows database handles through a function: which are pools,
// which are transactions, and in which the tenant's context is surely set when
// a statement runs. It knows handles and settings but no SQL grammar.
package scope

import (
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Level says how surely a setting is in effect. The order is that of the
// lattice: the join of two paths is the lower of the two.
type Level uint8

const (
	// Unset: some path arrives without it.
	Unset Level = iota
	// Conditional: a called function sets it on some of its own paths only.
	Conditional
	// Unchecked: every path ran the statement, but on some its error was not looked at.
	Unchecked
	// Set: every path ran the statement, and its failure ends the path.
	Set
)

// Unnamed stands for a setting whose name the program decides at run time.
const Unnamed = "?"

// An Entry is what is known about one setting on a handle.
type Entry struct {
	Level Level
	// By is the call that set it, nil when another function did.
	By ssa.CallInstruction
	// If: of a Conditional one, what a context must carry, or what a parameter must be,
	// for it to be in effect; nil where that is not known.
	If *Object
	// Then is its level where it is so.
	Then Level
	// here: it is this function that leaves the setting out where it isn't. What the
	// function itself then does on the handle, no caller makes right.
	here bool
	// pending is the error value that decides whether it took effect, as long
	// as no branch has looked at it.
	pending ssa.Value
}

// A State is the state of one handle at one point of the program.
type State struct {
	Settings map[string]Entry
	// Dirty holds the session-level settings that nothing has taken back yet on
	// some path, with the calls that set them.
	Dirty map[string]ssa.CallInstruction
	// Reset are the session settings that every path took back.
	Reset map[string]bool
	// InTx: a BEGIN sent as text is open on every path (connections only).
	InTx bool
	// Opaque: a statement that could not be read was sent; it may have set anything.
	Opaque bool
	// Ended: on every path the transaction is over.
	Ended bool
	// Broken names the rule that reported why the context of this handle is not
	// what it looks like, so that each query on it is not reported again.
	Broken string
	// LeftOut is a call that would have set the tenant's context for another argument.
	LeftOut LeftOut
	// Queued are the statements in a batch that wait to be sent.
	Queued []*Event
	// Deferred are the calls in loops that were deferred since the handle was made:
	// true where every path did.
	Deferred map[*ssa.Defer]bool
}

// clone returns a copy that can be changed.
func (s State) clone() State {
	s.Settings = maps.Clone(s.Settings)
	s.Dirty = maps.Clone(s.Dirty)
	s.Reset = maps.Clone(s.Reset)
	s.Queued = slices.Clone(s.Queued)
	s.Deferred = maps.Clone(s.Deferred)
	return s
}

// join returns what is known where two paths meet.
func join(a, b State) State { return joinAt(a, b, &parting{}) }

// joinAt is join where it is known in what the paths part.
func joinAt(a, b State, at *parting) State {
	out := State{
		InTx:   a.InTx && b.InTx,
		Ended:  a.Ended && b.Ended,
		Opaque: a.Opaque || b.Opaque,
	}
	out.Broken = joinBroken(a.Broken, b.Broken)
	out.LeftOut = first(a.LeftOut, b.LeftOut)
	for name, ea := range a.Settings {
		if eb, both := b.Settings[name]; both {
			if e, ok := at.entries(ea, eb); ok {
				out.set(name, e)
			}
		} else if e, ok := at.entry(ea); ok {
			out.set(name, e)
		}
	}
	for name, eb := range b.Settings {
		if _, both := a.Settings[name]; both {
			continue
		}
		if e, ok := at.swapped().entry(eb); ok {
			out.set(name, e)
		}
	}
	for name := range a.Reset {
		if b.Reset[name] {
			out.wasReset(name)
		}
	}
	out.Deferred = joinDeferred(a.Deferred, b.Deferred)
	for _, s := range []State{a, b} {
		for name, by := range s.Dirty {
			out.dirty(name, by)
		}
		for _, q := range s.Queued {
			if !slices.Contains(out.Queued, q) {
				out.Queued = append(out.Queued, q)
			}
		}
	}
	return out
}

// sometimesBypass is what becomes of a handle that goes past the policies on some
// paths only: bypassrole says so where it does, and not of each use of the handle.
const sometimesBypass = "bypassrole on some paths"

// joinBroken keeps the rule that speaks of one path.
func joinBroken(a, b string) string {
	other := func(s string) bool { return s != "" && s != "bypassrole" && s != sometimesBypass }
	switch {
	case a == b:
		return a
	case other(a) && other(b):
		return max(a, b)
	case other(a):
		return a
	case other(b):
		return b
	}
	return sometimesBypass
}

// joinDeferred keeps what was deferred on either path, and whether it was on both.
func joinDeferred(a, b map[*ssa.Defer]bool) map[*ssa.Defer]bool {
	if len(a)+len(b) == 0 {
		return nil
	}
	out := map[*ssa.Defer]bool{}
	for d := range a {
		out[d] = a[d] && b[d]
	}
	for d := range b {
		out[d] = a[d] && b[d]
	}
	return out
}

// joinEntries keeps the weaker of two entries; an error that still has to be
// looked at decides for both.
func joinEntries(a, b Entry) Entry {
	if a.Level > b.Level {
		a, b = b, a
	}
	then := min(a.inEffect(), b.inEffect())
	if a.Level == b.Level && a.If != b.If {
		a.If = nil
	}
	if a.Then = Unset; a.If != nil {
		a.Then = then
	}
	a.here = a.If != nil && (a.here || a.Level == b.Level && b.here)
	if a.pending != b.pending && (a.Level == b.Level || b.pending != nil) {
		a.pending = nil
	}
	return a
}

// inEffect is the level of an entry where what it depends on is so.
func (e Entry) inEffect() Level {
	if e.If != nil {
		return e.Then
	}
	return e.Level
}

func (s *State) set(name string, e Entry) {
	if s.Settings == nil {
		s.Settings = map[string]Entry{}
	}
	s.Settings[name] = e
}

func (s *State) dirty(name string, by ssa.CallInstruction) {
	if s.Dirty == nil {
		s.Dirty = map[string]ssa.CallInstruction{}
	}
	if _, has := s.Dirty[name]; !has {
		s.Dirty[name] = by
	}
}

func (s *State) wasReset(name string) {
	if s.Reset == nil {
		s.Reset = map[string]bool{}
	}
	s.Reset[name] = true
}

// wasTaken reports whether every path took a session setting back.
func (s State) wasTaken(name string) bool { return s.Reset[name] || s.Reset["all"] }

// reset takes a session setting back; "all" takes back everything.
func (s *State) reset(name string) {
	s.wasReset(name)
	if name == "all" {
		s.Dirty, s.Settings = nil, nil
		return
	}
	delete(s.Dirty, name)
	delete(s.Settings, name)
	if name == SearchPath {
		s.unchosen()
	}
}

func equal(a, b State) bool {
	return a.InTx == b.InTx && a.Ended == b.Ended && a.Opaque == b.Opaque && a.Broken == b.Broken && a.LeftOut == b.LeftOut &&
		maps.Equal(a.Settings, b.Settings) && maps.Equal(a.Dirty, b.Dirty) && maps.Equal(a.Reset, b.Reset) && slices.Equal(a.Queued, b.Queued) &&
		maps.Equal(a.Deferred, b.Deferred)
}

// An env is the state of every handle at one point. States are shared between
// envs: who changes one clones it first.
type env struct {
	states map[*Object]State
	// former are the states of handles that were made where another one is made the
	// next time round a loop, and for which calls are deferred.
	former map[*Object]State
	// known says whether an error value is nil (false) or not (true) on this path.
	known map[ssa.Value]bool
	// given says of parameters whether they are their types' zero (false) or not (true)
	// on this path, by the question whether they are not; nil if nothing is known.
	given map[*Object]bool
	// returning are the errors that variables have while deferred calls run. It is
	// not changed.
	returning map[ssa.Value]ssa.Value
}

func newEnv() *env {
	return &env{states: map[*Object]State{}, former: map[*Object]State{}, known: map[ssa.Value]bool{}}
}

func (e *env) clone() *env {
	return &env{states: maps.Clone(e.states), former: maps.Clone(e.former), known: maps.Clone(e.known), given: maps.Clone(e.given), returning: e.returning}
}

// get returns the state of a handle; one that was never touched is as it arrived.
func (e *env) get(o *Object) State {
	o = o.self()
	if s, ok := e.states[o]; ok {
		return s
	}
	return o.initial.clone()
}

// put replaces the state of a handle.
func (e *env) put(o *Object, s State) { e.states[o.self()] = s }

// merge joins another path's env into e and reports whether e changed.
func (e *env) merge(from *env, asks func(o *Object, nonZero bool) *Object) bool {
	at := &parting{e.given, from.given, asks}
	changed := false
	for o, s := range from.states {
		old, has := e.states[o]
		if !has {
			if o.born() {
				// It does not exist on the other path, which therefore can't use it.
				e.states[o] = s
				changed = true
				continue
			}
			old = o.initial
		}
		if j := joinAt(old, s, at); !has || !equal(old, j) {
			e.states[o] = j
			changed = true
		}
	}
	for o, s := range e.states {
		if _, has := from.states[o]; has || o.born() {
			continue
		}
		if j := joinAt(s, o.initial, at); !equal(s, j) {
			e.states[o] = j
			changed = true
		}
	}
	for o, s := range from.former {
		old, has := e.former[o]
		if has {
			s = joinAt(old, s, at)
		}
		if !has || !equal(old, s) {
			e.former[o] = s
			changed = true
		}
	}
	for v, nonNil := range e.known {
		if got, has := from.known[v]; !has || got != nonNil {
			delete(e.known, v)
			changed = true
		}
	}
	return agree(e.given, from.given) || changed
}
