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
			if i < 0 || !t.RLS || !to.RLS || len(t.columns) == 0 || len(s.tenants[i].columns) == 0 || withTenant(t, f) || s.isRegistry(s.tenants[i]) {
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
			if !guessable(t, to, f) {
				group = Audit // who could name another tenant's row
			}
			out = append(out, Finding{
				Group: group, At: f.At, Object: shown(t.Table), Subject: "foreign key " + f.Name, Alike: what,
				Message: fmt.Sprintf("foreign key %s of %s to %s is without the tenant: %s", f.Name, shown(t.Table), shown(to), what),
				Advice:  fmt.Sprintf("FOREIGN KEY (%s, %s) REFERENCES %s, with a key there that has the tenant", t.columns[0], strings.Join(f.Columns, ", "), shown(to)),
			})
		}
	}
	return out
}

// guessable reports whether somebody may come by the values that a foreign key refers
// to: numbers, and what people choose. What programs make up is random, of whatever type.
func guessable(t tenant, to *schema.Table, f schema.ForeignKey) bool {
	for i, name := range f.Columns {
		c := column(t.Table, name)
		if i < len(f.References) {
			if at := column(to, f.References[i]); at != nil {
				c = at
			}
			if c == nil {
				continue
			}
			if c.Type == "uuid" || isText(*c) && !chosen(to, *c) {
				return false
			}
		} else if c != nil && c.Type == "uuid" {
			return false
		}
	}
	return true
}

func withTenant(t tenant, f schema.ForeignKey) bool {
	return slices.ContainsFunc(f.Columns, func(c string) bool { return slices.Contains(t.columns, c) })
}
