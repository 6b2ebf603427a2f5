package rules

import (
	"fmt"
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// noindex reports tables whose policy compares a column that leads no index: every
// statement reads every tenant's rows to find one's own.
func noindex(s *State) []Finding {
	var out []Finding
	for _, t := range s.tenants {
		if !t.RLS || len(t.columns) == 0 || t.PartitionOf != "" || slices.ContainsFunc(t.columns, func(c string) bool { return leads(t.Table, c) }) {
			continue
		}
		out = append(out, Finding{
			At: born(t.Table), Object: shown(t.Table), Subject: "column " + t.columns[0],
			Message: fmt.Sprintf("no index of %s begins with %s, which its policy compares: every statement goes over all tenants' rows", shown(t.Table), t.columns[0]),
			Advice:  "CREATE INDEX ON " + shown(t.Table) + " (" + t.columns[0] + ")",
		})
	}
	return out
}

// leads reports whether an index begins with a column, or with an expression of it
// alone. A partial index serves the statements that it was made for.
func leads(t *schema.Table, name string) bool {
	return slices.ContainsFunc(t.Keys, func(k schema.Key) bool { return k.Leads == name }) ||
		slices.ContainsFunc(t.Indexes, func(i schema.Index) bool { return i.Leads == name })
}
