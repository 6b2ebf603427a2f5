package site

import (
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
	if t.Module == nil || t.Strategy != evidence.StrategyRLS {
		return nil, false
	}
	return t.Module.IsTenantRelation(t.Schema, n)
}

// IsTenantSetting reports whether a setting carries the tenant: policies
// compare rows with it, or, policies or not, it is named like that.
func (t Tenancy) IsTenantSetting(name string) bool {
	return slices.Contains(t.Settings, name) || t.Module != nil && !t.IsBypassFlag(name) && evidence.NamesTenant(name)
}

// IsBypassFlag reports whether policies open for a setting, whatever the row.
func (t Tenancy) IsBypassFlag(name string) bool { return slices.Contains(t.BypassFlags, name) }

// Off reports whether the configuration switches a rule off.
func (t Tenancy) Off(rule string) bool {
	if t.Module == nil {
		return false
	}
	on, set := t.Module.Config.Rules[rule]
	return set && !on
}

// Privileged reports whether a package may hold bypass credentials and roles.
func (t Tenancy) Privileged(pkg string) bool {
	return t.Module != nil && t.Module.Config.Privileged(pkg, t.Module.Path)
}

// Consequence says what a statement without context does to a relation.
func (t Tenancy) Consequence(relation string) string {
	table := t.table(relation)
	switch {
	case table == nil:
		return "it reads or writes rows of other tenants, or none at all"
	case table.Forced:
		return "it sees no rows, or every tenant's where the role bypasses row-level security"
	}
	return "as the table's owner it sees every tenant's rows, as any other role none"
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

// bypassLogins are roles that bypass row-level security at the providers that
// bring them along.
var bypassLogins = map[string]string{
	"service_role":   "which has BYPASSRLS at Supabase",
	"supabase_admin": "a superuser at Supabase",
	"postgres":       "the superuser of most installations",
	"rds_superuser":  "which may bypass at RDS",
}

// Bypass says how a setting with this value gets past the policies, "" if it
// doesn't.
func (t Tenancy) Bypass(setting, value string) string {
	value = strings.ToLower(value)
	switch {
	case setting == "role" || setting == "session_authorization":
		if why := t.bypassRole(value); why != "" {
			return "switches to role " + value + ", " + why
		}
	case setting == "row_security" && isFalse(value):
		return "switches row_security off"
	case t.IsBypassFlag(setting) && !isFalse(value) && value != "":
		return "sets " + setting + ", which the policies accept as a bypass"
	}
	return ""
}

// bypassRole says why a role bypasses row-level security, "" if it doesn't. A
// role that the migrations create is what they make it.
func (t Tenancy) bypassRole(role string) string {
	if t.Schema != nil {
		if r := t.Schema.Model.Role(role); r != nil {
			switch {
			case r.Superuser:
				return "a superuser"
			case r.BypassRLS:
				return "which has BYPASSRLS"
			}
			return ""
		}
	}
	return bypassLogins[role]
}

func isFalse(value string) bool {
	switch value {
	case "off", "false", "no", "0", "f", "n":
		return true
	}
	return false
}
