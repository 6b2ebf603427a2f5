package site

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// Lacking lists the relations that the package's statements name and its schema does
// not have, and the columns that they write to and its tables do not have, "orders",
// "orders.total", sorted. A schema that lacks much is not the whole one, and what it
// says is safe may not be. Without any schema nothing is lacking.
func (r *Result) Lacking() []string {
	if r.Tenancy.Schema == nil || r.Tenancy.Schema.Model == nil {
		return nil
	}
	found := map[string]bool{}
	made := map[string]bool{}
	for _, s := range r.Sites {
		if !s.IsStatement() || r.OtherDatabase(s) || r.Skip(s.Start) {
			continue
		}
		for _, t := range s.Texts {
			for _, st := range t.Facts.Statements {
				r.lacking(st, found)
				if st.Op == sqlcheck.DDL {
					for _, m := range createsTable().FindAllStringSubmatch(t.Template.Render(), -1) {
						made[strings.ToLower(m[1])] = true
					}
				}
			}
		}
	}
	// What the program makes by itself, such as temporary tables, is there.
	maps.DeleteFunc(found, func(name string, _ bool) bool {
		table, _, _ := strings.Cut(name, ".")
		return made[name] || made[table]
	})
	return slices.Sorted(maps.Keys(found))
}

var createsTable = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\bcreate\s+(?:(?:global|local)\s+)?(?:temp\w*\s+|unlogged\s+)?(?:materialized\s+)?(?:table|view)\s+(?:if\s+not\s+exists\s+)?"?([\w.]+)`)
})

// lacking adds what a statement names.
func (r *Result) lacking(st sqlcheck.Statement, found map[string]bool) {
	switch st.Op {
	case sqlcheck.Select, sqlcheck.Insert, sqlcheck.Update, sqlcheck.Delete, sqlcheck.Merge, sqlcheck.CopyFrom, sqlcheck.CopyTo, sqlcheck.Truncate:
	default:
		return
	}
	tables := make([]*schema.Table, len(st.Relations))
	for i, rel := range st.Relations {
		if rel.Hole || rel.SchemaHole || rel.Name.Name == "" || ofSystem(rel.Name) {
			continue
		}
		if tables[i] = r.Tenancy.Schema.Model.Table(rel.Name); tables[i] == nil && !r.ambiguous(rel.Name) {
			found[rel.Name.String()] = true
		}
	}
	write := func(relation int, columns []sqlcheck.ColumnValue) {
		if relation < 0 || relation >= len(tables) || tables[relation] == nil {
			return
		}
		for _, c := range columns {
			if c.Column != "" && !has(tables[relation], c.Column) {
				found[st.Relations[relation].Name.String()+"."+c.Column] = true
			}
		}
	}
	for _, i := range st.Inserts {
		if !i.Positional && !i.Loose {
			write(i.Relation, i.Columns)
		}
	}
	for _, u := range st.Updates {
		if !u.Loose {
			write(u.Relation, u.Columns)
		}
	}
}

// ofSystem reports whether a relation is the server's, or of one session.
func ofSystem(n sqlcheck.Name) bool {
	return n.Schema == "information_schema" || strings.HasPrefix(n.Schema, "pg_") || n.Schema == "" && strings.HasPrefix(n.Name, "pg_")
}

// ambiguous reports whether several schemas have a relation that is named without one.
func (r *Result) ambiguous(n sqlcheck.Name) bool {
	return n.Schema == "" && slices.ContainsFunc(r.Tenancy.Schema.Model.Tables, func(t *schema.Table) bool { return t.Name == n.Name })
}

// has reports whether a table has a column, or may have.
func has(t *schema.Table, column string) bool {
	return t.Assumed || t.Incomplete || t.Kind != schema.BaseTable || slices.ContainsFunc(t.Columns, func(c schema.Column) bool { return c.Name == column })
}
