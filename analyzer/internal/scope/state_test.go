package scope

import (
	"maps"
	"math/rand/v2"
	"testing"

	"golang.org/x/tools/go/ssa"
)

// randomState draws a state over a few settings, so that states often meet.
func randomState(r *rand.Rand, calls []ssa.CallInstruction, carried []*Object) State {
	broken := []string{"", "", "bypassrole", sometimesBypass, "boundset", "lostcontext"}
	s := State{InTx: r.IntN(2) == 0, Ended: r.IntN(3) == 0, Opaque: r.IntN(4) == 0, Broken: broken[r.IntN(len(broken))]}
	for _, name := range []string{"app.tenant_id", "role", "app.user_id"} {
		if r.IntN(2) == 0 {
			e := Entry{Level: Level(r.IntN(int(Set) + 1))}
			if e.Level == Conditional {
				if e.If = carried[r.IntN(len(carried))]; e.If != nil {
					e.Then, e.here = Unchecked+Level(r.IntN(2)), r.IntN(2) == 0
				}
			}
			s.set(name, e)
		}
		if r.IntN(4) == 0 {
			s.dirty(name, calls[0])
		}
		if r.IntN(4) == 0 {
			s.wasReset(name)
		}
	}
	return s
}

// TestJoinLaws: the join of two paths doesn't depend on their order or
// grouping, repeats nothing, and never promises more than either path.
func TestJoinLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	calls := []ssa.CallInstruction{&ssa.Call{}}
	carried := []*Object{nil, {Path: "a"}, {Path: "b"}}
	for range 5000 {
		a, b, c := randomState(r, calls, carried), randomState(r, calls, carried), randomState(r, calls, carried)
		if !equal(join(a, b), join(b, a)) {
			t.Fatalf("join is not commutative:\n%+v\n%+v", a, b)
		}
		if !equal(join(a, join(b, c)), join(join(a, b), c)) {
			t.Fatalf("join is not associative:\n%+v\n%+v\n%+v", a, b, c)
		}
		if !equal(join(a, a), a) {
			t.Fatalf("join is not idempotent: %+v", a)
		}
		j := join(a, b)
		for name, e := range j.Settings {
			if e.Level > a.Settings[name].Level || e.Level > b.Settings[name].Level {
				t.Fatalf("join promises %s at a level that a path does not have:\n%+v\n%+v", name, a, b)
			}
			if e.If != nil && e.If != a.Settings[name].If && e.If != b.Settings[name].If {
				t.Fatalf("join makes %s depend on what no path depends on:\n%+v\n%+v", name, a, b)
			}
		}
		if j.InTx && !(a.InTx && b.InTx) || !j.Opaque && (a.Opaque || b.Opaque) {
			t.Fatalf("join promises more than a path:\n%+v\n%+v", a, b)
		}
		for _, s := range []State{a, b} {
			for name := range s.Dirty {
				if _, kept := j.Dirty[name]; !kept {
					t.Fatalf("join forgets that %s stays on the connection", name)
				}
			}
		}
	}
}

// TestPartingLaws: what two paths know about the parameter on which settings depend
// changes nothing about those laws, and a setting that one path lacks is kept only as
// one that depends on a parameter which that path knows to be something else.
func TestPartingLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	calls := []ssa.CallInstruction{&ssa.Call{}}
	given, missing := &Object{Path: notZero}, &Object{Path: isZeros}
	asks := func(o *Object, nonZero bool) *Object {
		if nonZero {
			return given
		}
		return missing
	}
	type path struct {
		State
		given map[*Object]bool
	}
	meet := func(a, b path) path {
		out := path{joinAt(a.State, b.State, &parting{a.given, b.given, asks}), maps.Clone(a.given)}
		agree(out.given, b.given)
		return out
	}
	same := func(a, b path) bool { return equal(a.State, b.State) && maps.Equal(a.given, b.given) }
	random := func() path {
		p := path{randomState(r, calls, []*Object{given}), map[*Object]bool{}}
		for name, e := range p.Settings {
			switch { // one level only: on which of the paths it was lower is not kept
			case e.Level == Unset:
				delete(p.Settings, name)
			case e.If != nil:
				e.Then = Set
				p.set(name, e)
			default:
				p.set(name, Entry{Level: Set})
			}
		}
		if r.IntN(3) > 0 {
			p.given[given] = r.IntN(2) == 0
		}
		p.State = p.decided(p.given)
		return p
	}
	conditions := 0
	for range 20000 {
		a, b, c := random(), random(), random()
		if !same(meet(a, b), meet(b, a)) {
			t.Fatalf("not commutative:\n%+v\n%+v", a, b)
		}
		if !same(meet(a, meet(b, c)), meet(meet(a, b), c)) {
			t.Fatalf("not associative:\n%+v\n%+v\n%+v", a, b, c)
		}
		if !same(meet(a, a), a) {
			t.Fatalf("not idempotent: %+v", a)
		}
		for name, e := range meet(a, b).Settings {
			_, inA := a.Settings[name]
			_, inB := b.Settings[name]
			if inA && inB {
				continue
			}
			lacks := a
			if inA {
				lacks = b
			}
			if answer, known := answerTo(lacks.given, e.If); e.Level != Conditional || !known || answer {
				t.Fatalf("%s is %+v although a path lacks it:\n%+v\n%+v", name, e, a, b)
			}
			conditions++
		}
	}
	if conditions == 0 {
		t.Fatal("no setting was found to depend on the parameter")
	}
}
