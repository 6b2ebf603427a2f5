package rules

import (
	"fmt"
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// nullabletenant reports tenant columns that may be NULL where no policy asks for
// such rows: they are lost to every tenant, and found by whoever bypasses.
func nullabletenant(s *State) []Finding {
	var out []Finding
	for _, t := range s.tenants {
		if !t.RLS || len(t.columns) != 1 {
			continue
		}
		c := column(t.Table, t.columns[0])
		if c == nil || c.NotNull || slices.ContainsFunc(t.Checks, func(k schema.Check) bool { return slices.Contains(k.NotNull, c.Name) }) ||
			slices.ContainsFunc(t.Policies, func(p *schema.Policy) bool { return s.showsOrphans(t.Table, p) }) || slices.ContainsFunc(t.Keys, func(k schema.Key) bool { return k.Primary && slices.Contains(k.Columns, c.Name) }) {
			continue
		}
		if orphans(t.Table, c.Name) {
			continue
		}
		out = append(out, Finding{
			At: born(t.Table), Object: shown(t.Table), Subject: "column " + c.Name, Alike: "may be NULL",
			Message: fmt.Sprintf("%s of %s may be NULL: such a row belongs to no tenant, and no policy shows it to anybody", c.Name, shown(t.Table)),
			Advice:  "ALTER TABLE " + shown(t.Table) + " ALTER COLUMN " + c.Name + " SET NOT NULL",
		})
	}
	return out
}

// orphans reports whether rows of no tenant are meant to be: somebody took NOT NULL
// from the column, or they outlive their tenant.
func orphans(t *schema.Table, name string) bool {
	dropped := slices.ContainsFunc(t.History, func(e schema.Event) bool { return e.Kind == schema.NullAllowed && e.Name == name })
	return dropped || slices.ContainsFunc(t.ForeignKeys, func(f schema.ForeignKey) bool {
		return f.OnDelete == "set null" && slices.Contains(f.Columns, name) && (len(f.Clears) == 0 || slices.Contains(f.Clears, name))
	})
}

// showsOrphans reports whether a policy lets rows of no tenant be seen.
func (s *State) showsOrphans(t *schema.Table, p *schema.Policy) bool {
	if !p.Permissive || p.Command != "all" && p.Command != "select" {
		return false
	}
	a := s.judge.Orphan(t, p, "select", policy.Using)
	return len(a.Ways) > 0 || a.Unsure != ""
}
