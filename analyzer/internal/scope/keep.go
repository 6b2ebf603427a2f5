package scope

import (
	"cmp"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// A program with a database for each tenant that keeps a tenant's pool where the
// next one finds it, in a field of what all share or in a package variable, sends
// that one's statements to the first one's database.

// A Keep is such a pool, of the tenant that a parameter names.
type Keep struct {
	In    Place // the field; Param is -1 for a package variable
	Param int
	Posn  string // where it is stored: file:line:column
}

// kept lists the pools that the function keeps for whoever asks next. One that is
// chosen here and now is told to emit.
func (w *flow) kept() []Keep {
	var out []Keep
	for _, anon := range w.fn.AnonFuncs {
		out = append(out, (&flow{frame: w.symbolicFrame(anon), emit: w.emit}).kept()...)
	}
	for _, b := range w.fn.Blocks {
		for _, instr := range b.Instrs {
			st, ok := instr.(*ssa.Store)
			if !ok || w.kindOf(st.Val.Type()) != dbapi.Pool {
				continue
			}
			in, ok := w.shared(st.Addr)
			if !ok && !w.outlives(st) {
				continue
			}
			if !ok {
				in = Place{Param: -1}
			}
			for _, o := range w.resolve(st.Val) {
				switch param, chosen := databaseOf(o); {
				case !chosen:
				case param >= 0:
					out = append(out, Keep{in, param, w.posn(st.Pos())})
				case w.emit != nil:
					w.emit(&Event{In: w.fn, Pos: st.Pos(), Kept: &Keep{In: in, Param: -1}})
				}
			}
		}
	}
	return out
}

// shared is the place of an address in what was there before the function ran: a
// field of what it is given, or a package variable.
func (f *frame) shared(addr ssa.Value) (Place, bool) {
	switch addr := addr.(type) {
	case *ssa.Global:
		return Place{Param: -1}, true
	case *ssa.FieldAddr:
		for _, o := range f.resolve(addr.X) {
			switch {
			case o.Root == Global:
				return Place{Param: -1}, true
			case o.Root == Param && o.Kind == dbapi.NoHandle && countFields(o.Path) < maxPath:
				in := o.Place()
				in.Path += "." + fieldName(addr)
				return in, true
			}
		}
	}
	return Place{}, false
}

// databaseOf reports whether a pool's database is chosen for a tenant; param is the
// parameter that names it, -1 where a context does.
func databaseOf(o *Object) (param int, chosen bool) {
	if !o.IsPool() || o.Root != Created {
		return -1, false
	}
	for name := range o.initial.Settings {
		if of, param, ok := choiceOf(name); ok && of == ChosenDatabase {
			return param, true
		}
	}
	return -1, false
}

// keepsFor applies the pools that a called function keeps to the arguments which
// say for whom.
func (w *flow) keepsFor(call ssa.CallInstruction, t target) {
	for _, k := range t.summary.Keeps {
		if k.Param >= len(t.all) {
			continue
		}
		name := w.choice(ChosenDatabase, t.all[k.Param])
		_, param, ok := choiceOf(name)
		switch {
		case !ok || w.emit == nil:
		case param < 0:
			w.emit(&Event{Call: call, Pos: call.Common().Pos(), Callee: t.called(), Kept: &k})
		default:
			for _, in := range w.sharedAt(t.all, k.In) {
				w.build.keeps = append(w.build.keeps, Keep{in, param, k.Posn})
			}
		}
	}
}

// sharedAt is a callee's place as the caller's callers see it. What the caller
// itself made is its own.
func (w *flow) sharedAt(args []ssa.Value, p Place) []Place {
	if p.Param < 0 {
		return []Place{p}
	}
	var out []Place
	for _, o := range w.placed(args, p) {
		switch {
		case o.Root == Param && countFields(o.Path) <= maxPath:
			out = append(out, o.Place())
		case o.Root == Global:
			out = append(out, Place{Param: -1})
		}
	}
	return out
}

// keptReported: what a called function returns from where it keeps it is reported
// where that is, so that not every statement on it has to be.
func (f *frame) keptReported(t target, c Carrier, objs []*Object) {
	for _, k := range t.summary.Keeps {
		if k.In == c.From && k.Param < len(t.all) && f.choice(ChosenDatabase, t.all[k.Param]) != "" {
			for _, o := range objs {
				o.initial.set(ChosenDatabase, Entry{Level: Set})
			}
		}
	}
}

func compareKeeps(x, y Keep) int {
	return cmp.Or(comparePlaces(x.In, y.In), cmp.Compare(x.Param, y.Param), cmp.Compare(x.Posn, y.Posn))
}
