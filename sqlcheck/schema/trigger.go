package schema

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// A trigger is a Trigger that knows the one of the partitioned table that it
// was made from.
type trigger struct {
	Trigger
	parent *trigger
	args   int
	column []string // UPDATE OF
}

// Bits of CreateTrigStmt, from the server's pg_trigger.h.
const (
	triggerBefore  = 1 << 1
	triggerInsert  = 1 << 2
	triggerDelete  = 1 << 3
	triggerUpdate  = 1 << 4
	triggerInstead = 1 << 6
)

func (r *replay) createTrigger(s *pg.CreateTrigStmt) {
	t := r.relation(s.GetRelation())
	if t == nil {
		return
	}
	g := &trigger{args: len(s.GetArgs()), column: names(s.GetColumns())}
	g.Name, g.Row, g.At = s.GetTrigname(), s.GetRow(), r.at
	g.Before, g.Instead = s.GetTiming()&triggerBefore != 0, s.GetTiming()&triggerInstead != 0
	g.Insert, g.Update, g.Delete = s.GetEvents()&triggerInsert != 0, s.GetEvents()&triggerUpdate != 0, s.GetEvents()&triggerDelete != 0
	g.Conditional = s.GetWhenClause() != nil || len(g.column) > 0
	g.Function.Schema, g.Function.Name = qualified(s.GetFuncname())
	if fs := r.lookupFunctions(g.Function.Schema, g.Function.Name); len(fs) > 0 {
		g.Function.Schema = fs[0].Schema
	}
	if old := t.trigger(g.Name); old != nil {
		if !s.GetReplace() {
			return // the server would have refused
		}
		r.dropTrigger(t, old)
	}
	r.addTrigger(t, g)
}

// addTrigger gives a trigger to a table, and a row trigger to its partitions.
func (r *replay) addTrigger(t *table, g *trigger) {
	t.triggers = append(t.triggers, g)
	if !t.Partitioned || !g.Row {
		return
	}
	for _, part := range r.partitions(t) {
		r.inheritTrigger(g, part)
	}
}

func (r *replay) inheritTrigger(parent *trigger, part *table) {
	g := *parent
	g.parent = parent
	r.addTrigger(part, &g)
}

func (t *table) trigger(name string) *trigger {
	for _, g := range t.triggers {
		if g.Name == name {
			return g
		}
	}
	return nil
}

func (r *replay) dropTrigger(t *table, g *trigger) {
	r.eachTrigger(t, g, func(t *table, g *trigger) {
		t.triggers = slices.DeleteFunc(t.triggers, func(o *trigger) bool { return o == g })
	})
}

// eachTrigger calls f for the trigger and those that partitions have of it.
func (r *replay) eachTrigger(t *table, g *trigger, f func(*table, *trigger)) {
	if t.Partitioned {
		for _, part := range r.partitions(t) {
			for _, o := range slices.Clone(part.triggers) {
				if o.parent == g {
					r.eachTrigger(part, o, f)
				}
			}
		}
	}
	f(t, g)
}

// enableTriggers is ENABLE and DISABLE TRIGGER; "" names all of them.
func (r *replay) enableTriggers(t *table, name string, enable bool) {
	for _, g := range slices.Clone(t.triggers) {
		if name == "" || g.Name == name {
			r.eachTrigger(t, g, func(_ *table, g *trigger) { g.Disabled = !enable })
		}
	}
}

func (r *replay) renameTrigger(t *table, old, name string) {
	if g := t.trigger(old); g != nil {
		r.eachTrigger(t, g, func(_ *table, g *trigger) { g.Name = name })
	}
}

// calls reports whether the function is the trigger's.
func (g *trigger) calls(f *function) bool {
	return len(f.params) == 0 && g.Function.Name == f.Name && g.Function.Schema == f.Schema
}

// freezeTrigger says what the trigger's function does as it is now.
func (c *catalog) freezeTrigger(g *trigger) Trigger {
	out := g.Trigger
	for _, f := range c.lookupFunctions(g.Function.Schema, g.Function.Name) {
		if len(f.params) > 0 {
			continue
		}
		out.Settings = c.settingsRead(f)
		if block, ok := f.block(); ok && strings.EqualFold(f.Language, "plpgsql") {
			out.Assigns = merge(nil, assigned([]plpgsql.Stmt{block}))
		}
	}
	return out
}

// assigned lists the columns of NEW that PL/pgSQL statements assign.
func assigned(list []plpgsql.Stmt) []string {
	var out []string
	for _, s := range list {
		for _, target := range slices.Concat(s.Into, s.Fields) {
			ts := tokens(target)
			if len(ts) >= 3 && ts[0].text == "new" && ts[1].is(".") && ts[2].isName() {
				out = append(out, ts[2].text)
			}
		}
		for _, b := range s.Branches {
			out = append(out, assigned(b.Body)...)
		}
		out = append(out, assigned(s.Body)...)
		out = append(out, assigned(s.Handlers)...)
	}
	return out
}
