package site

import (
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/detour"
)

// Detour tells whether a relation leads past the policies of a tenant table.
func (t Tenancy) Detour(n sqlcheck.Name) (detour.Detour, bool) {
	if t.Schema == nil {
		return detour.Detour{}, false
	}
	return detour.Paths{
		Model:    t.Schema.Model,
		Tenant:   t.tenantTable,
		Shared:   t.shared,
		Setting:  t.IsTenantSetting,
		Bypasses: func(role string) bool { return t.bypassRole(role) != "" },
	}.Of(t.Schema.Model.Table(n))
}

func (t Tenancy) shared(table *schema.Table) bool {
	list := t.Module.Config.Shared
	return slices.Contains(list, table.Name) || slices.Contains(list, table.Schema+"."+table.Name)
}

// tenantTable reports whether policies that read the tenant's context are in
// force on a table.
func (t Tenancy) tenantTable(table *schema.Table) bool {
	_, ok := t.Relation(sqlcheck.Name{Schema: table.Schema, Name: table.Name})
	return ok && table.RLS && t.ByPolicies()
}
