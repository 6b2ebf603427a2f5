package scope

import (
	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// effects derives what the function leaves on its parameters' handles when it
// returns without error: for sure, or on some of its paths.
func (b *builder) effects(f *frame, exits []exit) {
	type fate struct {
		effect Effect
		count  int
	}
	fates, resets := map[string]*fate{}, map[string]*fate{}
	live := 0
	for _, x := range exits {
		if failsAt(x) {
			continue
		}
		live++
		for o, s := range x.env.states {
			if o.Root != Param {
				continue
			}
			for name := range s.Reset {
				key := o.Place().String() + " " + name
				if resets[key] == nil {
					resets[key] = &fate{effect: Effect{Place: o.Place(), Setting: name, Session: true, Level: Set}}
				}
				resets[key].count++
			}
			if s.Broken != "" && len(s.Settings) == 0 {
				s = s.clone()
				s.set(Unnamed, Entry{Level: Set})
			}
			for name, entry := range s.Settings {
				_, session := s.Dirty[name]
				level := entry.Level
				if returnsAs(x, entry.pending) {
					level = Set
				}
				if level == Unset {
					continue
				}
				key := o.Place().String() + " " + name
				ft := fates[key]
				if ft == nil {
					ft = &fate{effect: Effect{Place: o.Place(), Setting: name, Session: session, Level: level, Broken: s.Broken}}
					fates[key] = ft
					b.mustTx(f, o, name, entry, session)
				}
				ft.count++
				ft.effect.Level = min(ft.effect.Level, level)
			}
		}
	}
	for _, key := range sortedKeys(fates) {
		ft := fates[key]
		if ft.count < live {
			ft.effect.Level = Conditional
		}
		b.sets = append(b.sets, ft.effect)
	}
	for _, key := range sortedKeys(resets) {
		if resets[key].count == live {
			b.resets = append(b.resets, resets[key].effect)
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
