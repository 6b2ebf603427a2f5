package rules

import (
	"fmt"
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// copiedtable reports copies of tenants' tables, by LIKE or from a query, that have
// no row level security: nothing copies that.
func copiedtable(s *State) []Finding {
	var out []Finding
	for _, t := range s.Model.Tables {
		if t.Kind != schema.BaseTable || t.RLS || t.Assumed || len(t.Policies) > 0 || s.Shared(t) {
			continue
		}
		for _, name := range t.CopyOf {
			of := s.named(name)
			if of == nil || !of.RLS || !s.isTenant(of) || !s.holdsTenants(t, of) {
				continue
			}
			out = append(out, Finding{
				At: born(t), Object: shown(t), Subject: "of " + shown(of),
				Message: fmt.Sprintf("%s is a copy of %s without its row level security, which no form of copying takes along", shown(t), shown(of)),
				Advice:  "ALTER TABLE " + shown(t) + " ENABLE ROW LEVEL SECURITY and FORCE, with the policies of " + shown(of) + "; or drop it if it was for once",
			})
			break
		}
	}
	return out
}

// holdsTenants reports whether a copy has the tenant's column, or all of them are
// unknown.
func (s *State) holdsTenants(t, of *schema.Table) bool {
	columns, _ := s.Tenant(of)
	return t.Incomplete || slices.ContainsFunc(columns, func(c string) bool { return column(t, c) != nil })
}
