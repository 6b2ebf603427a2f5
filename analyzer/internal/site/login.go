package site

import (
	"strings"

	"github.com/tenantvet/tenantvet/analyzer/internal/provenance"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
)

// opening says who a handle is that is opened with a value: a login counts as
// one that bypasses if the value can be nothing else.
func (t Tenancy) opening(h provenance.Held) scope.Opening {
	out := scope.Opening{Params: h.Params}
	if !h.Only || len(h.Origins) == 0 || !t.ByPolicies() {
		return out
	}
	var whats []string
	owner := ""
	for i, o := range h.Origins {
		what := o.What
		switch {
		case o.Bypass:
		case o.Role == "" || t.Schema == nil:
			return out
		case t.roleBypasses(o.Role):
			what = "role " + o.Role
		case t.owns(o.Role) && (i == 0 || owner == o.Role):
			what, owner = "role "+o.Role, o.Role
		default:
			return out
		}
		whats = append(whats, what)
	}
	out.Login = &scope.Login{What: strings.Join(whats, " or "), Posn: h.Origins[0].Posn, Owner: owner}
	return out
}

// roleBypasses reports whether the migrations make a role that no policy binds.
func (t Tenancy) roleBypasses(role string) bool {
	r := t.Schema.Model.Role(role)
	return r != nil && (r.Superuser || r.BypassRLS)
}

// owns reports whether a role owns tables whose policies don't bind their owner.
func (t Tenancy) owns(role string) bool {
	for _, table := range t.Schema.Model.Tables {
		if table.Owner == role && table.RLS && !table.Forced {
			return true
		}
	}
	return false
}

// UnforcedOwner reports whether a relation's policies leave out a role that owns it.
func (t Tenancy) UnforcedOwner(role, relation string) bool {
	table := t.table(relation)
	return table != nil && table.Owner == role && table.RLS && !table.Forced
}

// privilegedHandle reports whether the configuration declares a handle privileged.
func (t Tenancy) privilegedHandle(pkg, name string) bool {
	return t.Module != nil && t.Module.Config.PrivilegedHandle(pkg, name, t.Module.Path)
}

func (t Tenancy) handlesVary() bool {
	return t.Module != nil && len(t.Module.Config.Handles.Privileged) > 0
}
