package scope

import (
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
				e.If = carried[r.IntN(len(carried))]
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
