package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// crosstenantfk reports foreign keys between tenants' tables without the tenant: the
// check sees every row, so one tenant's row can refer to another one's.
func crosstenantfk(s *State) []Finding {
	var out []Finding
	for _, t := range s.tenants {
		for _, f := range t.ForeignKeys {
			to := s.named(f.Table)
			i := slices.IndexFunc(s.tenants, func(o tenant) bool { return o.Table == to })
			if i < 0 || !t.RLS || !to.RLS || len(t.columns) == 0 || len(s.tenants[i].columns) == 0 || withTenant(t, f) || isRegistry(s.tenants[i]) {
				continue
			}
			what := "a row of one tenant can refer to another one's, which shows that it exists and keeps it from being deleted"
			switch f.OnDelete {
			case "cascade":
				what = "a row of one tenant can refer to another one's, and goes when that is deleted, whatever the policies say"
			case "set null", "set default":
				what = "a row of one tenant can refer to another one's, and is changed when that is deleted, whatever the policies say"
			}
			group := Suspect
			if c := column(t.Table, f.Columns[0]); c != nil && c.Type == "uuid" {
				group = Audit // who could guess one
			}
			out = append(out, Finding{
				Group: group, At: f.At, Object: shown(t.Table), Subject: "foreign key " + f.Name,
				Message: fmt.Sprintf("foreign key %s of %s to %s is without the tenant: %s", f.Name, shown(t.Table), shown(to), what),
				Advice:  fmt.Sprintf("FOREIGN KEY (%s, %s) REFERENCES %s, with a key there that has the tenant", t.columns[0], strings.Join(f.Columns, ", "), shown(to)),
			})
		}
	}
	return out
}

func withTenant(t tenant, f schema.ForeignKey) bool {
	return slices.ContainsFunc(f.Columns, func(c string) bool { return slices.Contains(t.columns, c) })
}

// isRegistry reports whether a table is that of the tenants.
func isRegistry(t tenant) bool { return len(t.columns) == 1 && t.columns[0] == "id" }
