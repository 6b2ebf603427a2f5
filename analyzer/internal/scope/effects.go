package scope

import (
	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// effects derives what the function leaves on its parameters' handles when it
// returns without error: for sure, or on some of its paths.
func (b *builder) effects(f *frame, exits []exit) {
	type fate struct {
		on     *Object
		effect Effect
		at     map[*ssa.Return]bool
		// varies: it depends on different things at different exits.
		varies bool
	}
	fates, resets := map[string]*fate{}, map[string]*fate{}
	var live []exit
	for _, x := range exits {
		if failsAt(x) {
			continue
		}
		live = append(live, x)
		for o, s := range x.env.states {
			if o.Root != Param {
				continue
			}
			for name := range s.Reset {
				key := o.Place().String() + " " + name
				if resets[key] == nil {
					resets[key] = &fate{effect: Effect{Place: o.Place(), Setting: name, Session: true, Level: Set}, at: map[*ssa.Return]bool{}}
				}
				resets[key].at[x.ret] = true
			}
			if s.Broken != "" && len(s.Settings) == 0 {
				s = s.clone()
				s.set(Unnamed, Entry{Level: Set})
			}
			for name, entry := range s.Settings {
				if isSaid(name) {
					continue // the caller applies the text itself
				}
				_, session := s.Dirty[name]
				if namesSchema(name) {
					_, session = s.Dirty[SearchPath]
				}
				level := entry.inEffect()
				if returnsAs(x, entry.pending) {
					level = Set
				}
				if level == Unset {
					continue
				}
				key := o.Place().String() + " " + name
				ft := fates[key]
				if ft == nil {
					ft = &fate{on: o, effect: Effect{Place: o.Place(), Setting: name, Session: session, Level: level, Broken: s.Broken, If: entry.place()}, at: map[*ssa.Return]bool{}}
					fates[key] = ft
					b.mustTx(f, o, name, entry, session)
				}
				ft.at[x.ret] = true
				ft.effect.Level = min(ft.effect.Level, level)
				if cond := entry.place(); (cond == nil) != (ft.effect.If == nil) || cond != nil && *cond != *ft.effect.If || cond == nil && entry.If != nil {
					ft.varies = true
				}
			}
		}
	}
	for _, key := range sortedKeys(fates) {
		eff := fates[key].effect
		var without []exit
		for _, x := range live {
			if !fates[key].at[x.ret] {
				without = append(without, x)
			}
		}
		if fates[key].varies || len(without) > 0 {
			carried := eff.If == nil && !fates[key].varies
			if eff.If = f.meeting(fates[key].on, live).Settings[eff.Setting].value(f); eff.If == nil && carried {
				eff.If = f.missing(without)
			}
			if eff.If == nil {
				eff.Level = Conditional
			}
		}
		if eff.If != nil {
			eff.Level = max(eff.Level, Unchecked)
			f.decides(eff.If)
		}
		b.sets = append(b.sets, eff)
	}
	for _, key := range sortedKeys(resets) {
		if len(resets[key].at) == len(live) {
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
	b.needs = append(b.needs, Need{Place: o.Place(), MustTx: true, Wants: Wants{Operation: name}, Posn: f.posn(entry.By.Common().Pos())})
}

// Place is the object in terms of the function's caller.
func (o *Object) Place() Place {
	p := Place{o.Index, o.Path}
	if o.ambient {
		p.Param = ofUse
	}
	if o.value {
		p.Path = markValue(p.Path)
	}
	return p
}

// returnsAs reports whether an exit returns the very error that decides a setting.
func returnsAs(x exit, pending ssa.Value) bool {
	n := len(x.ret.Results)
	return pending != nil && n > 0 && isError(x.ret.Results[n-1].Type()) && errorKey(x.ret.Results[n-1]) == pending
}

// place is what a context must carry for an entry to be in effect, if that is
// the caller's to decide.
func (e Entry) place() *Place {
	if e.If == nil || e.If.Root != Param {
		return nil
	}
	p := e.If.Place()
	return &p
}
