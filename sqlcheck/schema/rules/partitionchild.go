package rules

import (
	"fmt"
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// partitionchild reports partitions and children of tenants' tables that are granted
// by themselves: named by itself, only a table's own policies count.
func partitionchild(s *State) []Finding {
	var out []Finding
	for _, t := range s.Model.Tables {
		if t.Kind != schema.BaseTable || t.PartitionOf == "" && len(t.Inherits) == 0 {
			continue
		}
		role := s.reachable(t)
		d, ok := s.paths().Of(t)
		if !ok || role == "" {
			continue
		}
		group := Suspect // the application's statements may all name the parent
		if slices.Contains(everybody, role) {
			group = Breach // whoever comes names what he likes
		}
		out = append(out, Finding{
			Group: group, At: born(t), Object: shown(t), Subject: "of " + d.Table, Cause: "parts of " + d.Table + " for " + role,
			InAll:        "%s: each is " + d.Reason + ", and is granted to " + roleName(role) + ": named by itself it shows every tenant's rows",
			AdviceForAll: "REVOKE ALL ON each FROM " + roleName(role) + " (the parent's grant will do), or enable row level security there as well",
			Message:      fmt.Sprintf("%s is %s, and is granted to %s: named by itself it shows every tenant's rows", shown(t), d.Reason, roleName(role)),
			Advice:       "REVOKE ALL ON " + shown(t) + " FROM " + roleName(role) + " (the parent's grant will do), or enable row level security there as well",
		})
	}
	return out
}
