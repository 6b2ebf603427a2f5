package site

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A Tenancy is what the module's evidence says about the tenant's tables and
// settings, from the point of view of one package.
type Tenancy struct {
	evidence.Tenancy
	Module *evidence.Module // nil outside the main modules
	Schema *evidence.Schema // nil without one
}

func tenancyOf(known Evidence, dir string) (Tenancy, error) {
	if known == nil {
		return Tenancy{}, nil
	}
	m, err := known(dir)
	if err != nil || m == nil {
		return Tenancy{}, err
	}
	s := m.SchemaFor(dir)
	return Tenancy{Tenancy: m.Tenancy(s), Module: m, Schema: s}, nil
}

// Relation reports whether a relation's rows belong to tenants and are kept
// apart by policies that read the tenant context.
func (t Tenancy) Relation(n sqlcheck.Name) (*schema.Table, bool) {
	if t.Module == nil || !t.ByPolicies() {
		return nil, false
	}
	return t.Module.IsTenantRelation(t.Schema, n)
}

// Filtered reports whether statements are to name their tenant where they name
// a relation, and by which column.
func (t Tenancy) Filtered(n sqlcheck.Name) (table *schema.Table, column string, ok bool) {
	if t.Module == nil || !t.ByFilter() || len(t.Columns) == 0 {
		return nil, "", false
	}
	table, ok = t.Module.IsFiltered(t.Schema, n, t.Columns)
	if !ok {
		return table, "", false
	}
	column = t.Columns[0]
	if table != nil {
		for _, c := range table.Columns {
			if slices.Contains(t.Columns, c.Name) {
				return table, c.Name, true
			}
		}
	}
	return table, column, true
}

// catalog is what is known about the tables, nil without a schema.
func (t Tenancy) catalog() sqlcheck.Catalog {
	if t.Schema == nil {
		return nil
	}
	return t.Schema.Model
}

// Owned reports whether a relation's rows belong to tenants, whatever keeps them
// apart, and by which column: "" where that is not known.
func (t Tenancy) Owned(n sqlcheck.Name) (table *schema.Table, column string, ok bool) {
	if table, column, ok := t.Filtered(n); ok {
		return table, column, true
	}
	table, ok = t.Relation(n)
	if !ok || table == nil {
		return table, "", ok
	}
	for _, c := range table.Columns {
		if slices.Contains(t.Columns, c.Name) {
			return table, c.Name, true
		}
	}
	return table, "", true
}

// nobody reports whether nothing that handles do can matter: the only main
// module has no policies on settings and sets none, nor a schema for each
// tenant. Beside other modules its helpers may serve their tenants.
func (t Tenancy) nobody() bool {
	return t.Module != nil && t.Module.Alone && t.Strategy == evidence.StrategyNone &&
		!slices.Contains(t.Module.SettingsInCode, evidence.SearchPath)
}

// IsTenantSetting reports whether a setting carries the tenant: policies
// compare rows with it, or, policies or not, it is named like that.
func (t Tenancy) IsTenantSetting(name string) bool {
	return slices.Contains(t.Settings, name) || t.Module != nil && !t.IsBypassFlag(name) && evidence.NamesTenant(name)
}

// IsBypassFlag reports whether policies open for a setting, whatever the row.
func (t Tenancy) IsBypassFlag(name string) bool { return slices.Contains(t.BypassFlags, name) }

// On reports whether a rule is to be run: as the configuration says, else as
// the rule's group has it.
func (t Tenancy) On(rule string, otherwise bool) bool {
	if t.Module == nil {
		return otherwise
	}
	if on, set := t.Module.Config.Rules[rule]; set {
		return on
	}
	return otherwise
}

// Pinned reports whether a statement holds a tenant column of a relation to
// known values.
func (t Tenancy) Pinned(r sqlcheck.Relation) bool {
	return slices.ContainsFunc(r.Pins, func(p sqlcheck.Pin) bool { return slices.Contains(t.Columns, p.Column) })
}

// Privileged reports whether a package may hold bypass credentials and roles.
func (t Tenancy) Privileged(pkg string) bool {
	return t.Module != nil && t.Module.Config.Privileged(pkg, t.Module.Path)
}

// Client reports whether a program is declared to run with its users.
func (t Tenancy) Client(pkg string) bool {
	return t.Module != nil && t.Module.Config.Client(pkg, t.Module.Path)
}

// Consequence says what a statement without context does to a relation.
func (t Tenancy) Consequence(operation, relation string) string {
	table := t.table(relation)
	does, or := "it sees", "no rows"
	if operation == "INSERT" {
		does, or = "it writes", "is refused"
	}
	u, unbound := t.unbound(operation, relation)
	leak, leaks := t.Schema.LeakOf(table, strings.ToLower(operation))
	switch {
	case table == nil:
		return "it reads or writes rows of other tenants, or none at all"
	case unbound && len(u.Roles) > 0:
		return fmt.Sprintf("as %s %s what policy %s lets through, every tenant's, as any other role %s", strings.Join(u.Roles, " or "), does, u.Policy, or)
	case leaks && operation == "INSERT":
		return "policy " + leak + " takes any tenant's row while no tenant is set"
	case leaks:
		return "policy " + leak + " lets it reach every tenant's rows while no tenant is set"
	case table.Forced && operation == "INSERT":
		return "the server refuses the row, or takes any tenant's where the role bypasses row-level security"
	case table.Forced:
		return "it sees no rows, or every tenant's where the role bypasses row-level security"
	case operation == "INSERT":
		return "as the table's owner it writes any tenant's row, as any other role it is refused"
	}
	if t.Schema.SharesWith(table, strings.ToLower(operation)) {
		return "as the table's owner it sees every tenant's rows, as any other role those that are everybody's"
	}
	return "as the table's owner it sees every tenant's rows, as any other role none"
}

// Excused says how sure a finding about a statement without context is: no more
// than suspect where a policy lets some role work without one.
func (t Tenancy) Excused(operation, relation string) bool {
	u, ok := t.unbound(operation, relation)
	return ok && len(u.Roles) > 0
}

// meant reports whether a policy is there for statements without context.
func (t Tenancy) meant(operation, relation string) bool {
	u, ok := t.unbound(operation, relation)
	return ok && len(u.Roles) == 0
}

func (t Tenancy) unbound(operation, relation string) (evidence.Unbound, bool) {
	return t.Schema.UnboundFor(t.table(relation), strings.ToLower(operation))
}

// hasTable tells which tables the schema has, nil without one.
func (t Tenancy) hasTable() func(string) bool {
	if t.Schema == nil || len(t.Schema.Model.Tables) == 0 {
		return nil
	}
	return func(name string) bool { return t.table(name) != nil }
}

func (t Tenancy) table(relation string) *schema.Table {
	if t.Schema == nil {
		return nil
	}
	var n sqlcheck.Name
	if s, name, ok := strings.Cut(relation, "."); ok {
		n = sqlcheck.Name{Schema: s, Name: name}
	} else {
		n.Name = relation
	}
	return t.Schema.Model.Table(n)
}

// SetStatement is the statement that sets the tenant context.
func (t Tenancy) SetStatement() string {
	name := "app.tenant_id"
	if len(t.Settings) > 0 {
		name = t.Settings[0]
	}
	return "SELECT set_config('" + name + "', $1, true)"
}
