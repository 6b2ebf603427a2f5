package evidence

import (
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// Ownership says of a schema's tables whether their rows belong to tenants, as
// rules about the schema itself ask: a table that lacks its policy is one of them.
type Ownership struct {
	module *Module
	schema *Schema
	strong []string
}

// Ownership gathers what TenantColumns needs to know about s.
func (m *Module) Ownership(s *Schema) *Ownership {
	return &Ownership{module: m, schema: s, strong: m.strongColumns(s)}
}

// Columns tells whether a table's rows belong to tenants, and by which of its
// columns: those that its policies compare with the context or, where the schema
// keeps tenants apart by policies, those that hold the tenant in most of the
// other tables. A table listed as shared never does.
func (o *Ownership) Columns(t *schema.Table) (columns []string, ok bool) {
	name := sqlcheck.Name{Schema: t.Schema, Name: t.Name}
	if o.Shared(t) || t.Kind != schema.BaseTable {
		return nil, false
	}
	for _, p := range t.Policies {
		if !o.module.readsTenant(p) {
			continue
		}
		ok = true
		for _, u := range p.Settings {
			if u.Use == schema.ComparesRow {
				columns = append(columns, u.Columns...)
			}
		}
	}
	if len(columns) > 0 {
		return sortedSet(columns), true
	}
	for _, c := range o.strong {
		if slices.ContainsFunc(t.Columns, func(d schema.Column) bool { return d.Name == c }) {
			columns = append(columns, c)
		}
	}
	return columns, ok || len(columns) > 0 || listed(o.module.Config.Tenant.Tables, name, t)
}

// Shared reports whether the configuration lists the relation as one of no tenant.
func (o *Ownership) Shared(t *schema.Table) bool {
	return listed(o.module.Config.Shared, sqlcheck.Name{Schema: t.Schema, Name: t.Name}, t)
}

// strongColumns are columns that hold the tenant wherever a table has them:
// policies compare them with the context in two tables at least, and they are
// named like that, or most such tables have them. None where no policy does.
func (m *Module) strongColumns(s *Schema) []string {
	votes, tables := map[string]int{}, 0
	for _, t := range s.Model.Tables {
		mine := map[string]bool{}
		for _, p := range t.Policies {
			if !m.readsTenant(p) {
				continue
			}
			for _, u := range p.Settings {
				for _, c := range u.Columns {
					if u.Use == schema.ComparesRow && c != "id" {
						mine[c] = true
					}
				}
			}
		}
		if len(mine) > 0 {
			tables++
		}
		for c := range mine {
			votes[c]++
		}
	}
	if tables == 0 {
		return nil
	}
	if len(m.Config.Tenant.Columns) > 0 {
		return m.Config.Tenant.Columns
	}
	var out []string
	for c, n := range votes {
		if n >= 2 && (slices.Contains(commonNames, c) || n*2 > tables) {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return out
}
