package site

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

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
	case t.IsBypassFlag(setting) && !isFalse(value) && value != "" && t.opens(setting, value):
		return "sets " + setting + ", which the policies accept as a bypass"
	}
	return ""
}

// RoleBypasses says why a role bypasses row-level security, "" if it isn't known to.
func (t Tenancy) RoleBypasses(role string) string {
	if !t.ByPolicies() {
		return ""
	}
	return t.bypassRole(strings.ToLower(role))
}

// opens reports whether a bypass flag opens a policy with this value.
func (t Tenancy) opens(flag, value string) bool {
	values, known := t.Opening[flag]
	return !known || slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, value) })
}

// bypassRole says why a role bypasses row-level security, "" if it doesn't. A
// role that the migrations create is what they make it.
func (t Tenancy) bypassRole(role string) string {
	if t.Schema != nil {
		if why := t.openedFor(role); why != "" {
			return why
		}
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

// openedFor finds a policy that gives a role all rows of a tenant table. A role
// for which other policies compare rows with the context is an ordinary one, unless
// they are the exception.
func (t Tenancy) openedFor(role string) string {
	why := ""
	compare, open := 0, 0
	for _, table := range t.Schema.Model.Tables {
		if !table.RLS {
			continue
		}
		isTenants := slices.ContainsFunc(table.Policies, comparesRow)
		for _, p := range table.Policies {
			switch {
			case !slices.Contains(p.Roles, role) || role == "public":
			case comparesRow(p):
				compare++
			case isTenants && p.Permissive && p.Command == "all":
				open++
				if why == "" {
					why = "for which policy " + p.Name + " opens " + table.Name
				}
			}
		}
	}
	if !policy.SeesEverything(open, compare) {
		return ""
	}
	return why
}

func comparesRow(p *schema.Policy) bool {
	return slices.ContainsFunc(p.Settings, func(u schema.SettingUse) bool { return u.Use == schema.ComparesRow })
}

func isFalse(value string) bool {
	switch value {
	case "off", "false", "no", "0", "f", "n":
		return true
	}
	return false
}
