package rules

import (
	"fmt"
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// foreigntable reports foreign tables with the tenant's column: they can't have row
// level security.
func foreigntable(s *State) []Finding {
	var out []Finding
	for _, t := range s.Model.Tables {
		if t.Kind != schema.ForeignTable || s.Shared(t) || len(s.keepers) > 0 && s.reachable(t) == "" {
			continue
		}
		for _, c := range t.Columns {
			if slices.Contains(s.common(), c.Name) {
				out = append(out, Finding{
					At: born(t), Object: shown(t), Subject: "foreign table",
					Message: fmt.Sprintf("foreign table %s has the tenant's column %s, and can have no policies: every tenant's rows are within reach of whoever may read it", shown(t), c.Name),
					Advice:  "grant it to no role of the application, or keep the policies on the other server and connect as the caller",
				})
				break
			}
		}
	}
	return out
}

// common lists the columns that hold the tenant in at least two tables.
func (s *State) common() []string {
	votes := map[string]int{}
	var out []string
	for _, t := range s.tenants {
		for _, c := range t.columns {
			if votes[c]++; votes[c] == 2 && c != "id" {
				out = append(out, c)
			}
		}
	}
	slices.Sort(out)
	return out
}
