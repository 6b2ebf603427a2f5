package site

import (
	"slices"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A NamedTenant is a placeholder by which a statement names its tenant.
type NamedTenant struct {
	Column string // with its table, "orders.tenant_id"
	Param  int
}

// Named lists the placeholders by which a text names its tenant, where the strategy is
// that statements do: in conditions that hold a table to it, and in new rows.
func (t Tenancy) Named(text scope.Text) []NamedTenant {
	if !t.ByFilter() {
		return nil
	}
	var out []NamedTenant
	add := func(r sqlcheck.Relation, column string, from sqlcheck.Source, param int) {
		if _, _, ok := t.Filtered(r.Name); !ok || from != sqlcheck.FromParam || param == 0 || !slices.Contains(t.Columns, column) {
			return
		}
		if n := (NamedTenant{r.Name.String() + "." + column, param}); !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	for i := range text.Facts.Statements {
		st := &text.Facts.Statements[i]
		for _, r := range st.Relations {
			for _, p := range r.Pins {
				add(r, p.Column, p.To, p.Param)
			}
		}
		for _, ins := range st.Inserts {
			for _, c := range ins.Columns {
				add(st.Relations[ins.Relation], c.Column, c.From, c.Param)
			}
		}
	}
	return out
}
