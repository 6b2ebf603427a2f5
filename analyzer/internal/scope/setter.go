package scope

import (
	"cmp"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// Programs complete what a constructor built: `h.WithInvites(repo)`. What such a
// method stores in its receiver belongs to the value as if the constructor had
// done it.

// A Stored is what a function stores in a field of something that it is given:
// one of its parameters.
type Stored struct {
	In   Place // the field
	From Place // what is stored there
}

// stored lists what the function stores in fields of its parameters.
func (f *frame) stored() []Stored {
	var out []Stored
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			st, ok := instr.(*ssa.Store)
			if !ok {
				continue
			}
			fa, ok := st.Addr.(*ssa.FieldAddr)
			if !ok || !mayCarry(st.Val.Type()) || !f.mayHold(st.Val.Type()) {
				continue
			}
			for _, o := range f.resolve(fa.X) {
				if o.Root != Param || o.Kind != dbapi.NoHandle || countFields(o.Path) >= maxPath {
					continue
				}
				for _, v := range f.resolve(st.Val) {
					if v.Root == Param && v.Index != o.Index && !v.value {
						in := o.Place()
						in.Path += "." + fieldName(fa)
						out = append(out, Stored{In: in, From: v.Place()})
					}
				}
			}
		}
	}
	return tidy(out, func(x, y Stored) int {
		return cmp.Or(comparePlaces(x.In, y.In), comparePlaces(x.From, y.From))
	})
}

// complete adds what a called function stores to the values that it is given.
// It holds for the whole function: a value is built before it is used.
func (f *frame) complete(t target) {
	for _, st := range t.summary.Stores {
		if st.In.Param >= len(t.all) || st.From.Param >= len(t.all) {
			continue
		}
		at := lastField(st.In.Path)
		from := f.walk(f.resolve(t.all[st.From.Param]), st.From.Path)
		for _, o := range f.walk(f.resolve(t.all[st.In.Param]), st.In.Path[:at]) {
			// A constructor that stores no handle has nothing to tell: its result is
			// a call's.
			if made := o.Root == Created || o.Root == Elsewhere && o.Cause == "call"; !made || o.Kind != dbapi.NoHandle {
				continue
			}
			if o.later == nil {
				o.later = map[string][]*Object{}
			}
			name := st.In.Path[at:]
			o.later[name] = add(o.later[name], from...)
		}
	}
}

// lastField is where the last field of a path begins.
func lastField(path string) int {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '.' {
			return i
		}
	}
	return 0
}
