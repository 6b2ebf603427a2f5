package rules

import (
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// isRegistry reports whether a table is that of the tenants themselves: its key is the
// tenant's, is taken from no other table, and others take theirs from it.
func (s *State) isRegistry(t tenant) bool {
	if len(t.columns) != 1 {
		return false
	}
	key := t.columns[0]
	if key == "id" {
		return true
	}
	if !onePerTenant(t) || slices.ContainsFunc(t.ForeignKeys, func(f schema.ForeignKey) bool { return slices.Contains(f.Columns, key) }) {
		return false
	}
	return slices.ContainsFunc(s.tenants, func(o tenant) bool {
		return o.Table != t.Table && slices.ContainsFunc(o.ForeignKeys, func(f schema.ForeignKey) bool {
			return s.named(f.Table) == t.Table && withTenant(o, f)
		})
	})
}
