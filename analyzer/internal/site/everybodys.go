package site

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// Tables may hold rows of tenants beside rows that are everybody's, such as templates
// and catalogs: policies let those through without tenant context, and it is for them
// that statements are sent without one.

// maySuffice reports whether the rows that are everybody's may be all that a statement
// wants of a relation: the policies show them without tenant context, and the statement
// does not ask for those of a tenant.
func (t Tenancy) maySuffice(table *schema.Table, st sqlcheck.Statement, relation int) bool {
	r := st.Relations[relation]
	command := "select"
	if r.Write {
		command = strings.ToLower(operationName(st))
	}
	if !t.Schema.SharesWith(table, command) {
		return false
	}
	if i := slices.IndexFunc(st.Inserts, func(ins sqlcheck.Insertion) bool { return ins.Relation == relation }); i >= 0 {
		ins := st.Inserts[i]
		return !ins.Loose && (!ins.Positional || ins.Columns != nil) && !slices.ContainsFunc(ins.Columns, func(c sqlcheck.ColumnValue) bool {
			return slices.Contains(t.Columns, c.Column) && c.From != sqlcheck.FromDefault && !(c.From == sqlcheck.FromLiteral && c.Text == "")
		})
	}
	return !slices.ContainsFunc(r.Pins, func(p sqlcheck.Pin) bool {
		return slices.Contains(t.Columns, p.Column) && !(p.To == sqlcheck.FromLiteral && p.Text == "")
	})
}

// forced reports whether the policies of a relation bind its owner, so that nobody but
// roles with BYPASSRLS reaches more than they show.
func (t Tenancy) forced(relation string) bool {
	table := t.table(relation)
	return table != nil && table.Forced
}
