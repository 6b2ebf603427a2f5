package schema

import (
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

func (r *replay) createRole(s *pg.CreateRoleStmt) {
	if r.roles[s.GetRole()] != nil {
		return
	}
	role := &Role{Name: s.GetRole(), At: r.at}
	role.CanLogin = s.GetStmtType() == pg.RoleStmtType_ROLESTMT_USER
	setAttributes(role, s.GetOptions())
	r.roles[role.Name] = role
	if d := option(s.GetOptions(), "addroleto"); d != nil { // IN ROLE
		for _, n := range d.GetArg().GetList().GetItems() {
			addMember(role, roleName(n.GetRoleSpec(), r.role))
		}
	}
	for _, with := range []string{"rolemembers", "adminmembers"} { // ROLE, ADMIN
		if d := option(s.GetOptions(), with); d != nil {
			for _, n := range d.GetArg().GetList().GetItems() {
				if member := r.roles[roleName(n.GetRoleSpec(), r.role)]; member != nil {
					addMember(member, role.Name)
				}
			}
		}
	}
}

func (r *replay) alterRole(s *pg.AlterRoleStmt) {
	name := roleName(s.GetRole(), r.role)
	if name == "" || name == "current_user" || name == "session_user" {
		return
	}
	role := r.roles[name]
	if role == nil { // made by the operator or the provider
		role = &Role{Name: name, At: r.at, Assumed: true}
	}
	if setAttributes(role, s.GetOptions()) {
		r.roles[name] = role
	}
}

// setAttributes reports whether the options name an attribute of interest.
func setAttributes(role *Role, options []*pg.Node) bool {
	found := false
	for name, attribute := range map[string]*bool{
		"superuser": &role.Superuser, "bypassrls": &role.BypassRLS, "canlogin": &role.CanLogin,
	} {
		if d := option(options, name); d != nil {
			*attribute = isTrue(d)
			found = true
		}
	}
	return found
}

// renameRole renames a role wherever it is named.
func (r *replay) renameRole(old, name string) {
	if role := r.roles[old]; role != nil {
		delete(r.roles, old)
		role.Name = name
		r.roles[name] = role
	}
	for _, role := range r.roles {
		replaceName(role.MemberOf, old, name)
		slices.Sort(role.MemberOf)
	}
	for _, t := range r.tables {
		if t.Owner == old {
			t.Owner = name
		}
		for _, p := range t.policies {
			replaceName(p.Roles, old, name)
			slices.Sort(p.Roles)
		}
	}
}

func addMember(role *Role, of string) {
	if of != "" && !slices.Contains(role.MemberOf, of) {
		role.MemberOf = append(role.MemberOf, of)
		slices.Sort(role.MemberOf)
	}
}

func (r *replay) grantRole(s *pg.GrantRoleStmt) {
	for _, g := range s.GetGranteeRoles() {
		name := roleName(g.GetRoleSpec(), r.role)
		role := r.roles[name]
		if role == nil {
			if !s.GetIsGrant() || name == "" {
				continue
			}
			role = &Role{Name: name, At: r.at, Assumed: true}
			r.roles[name] = role
		}
		for _, n := range s.GetGrantedRoles() {
			granted := n.GetAccessPriv().GetPrivName()
			if s.GetIsGrant() {
				addMember(role, granted)
			} else {
				role.MemberOf = slices.DeleteFunc(role.MemberOf, func(m string) bool { return m == granted })
			}
		}
	}
}

func (r *replay) dropRole(s *pg.DropRoleStmt) {
	for _, n := range s.GetRoles() {
		name := roleName(n.GetRoleSpec(), r.role)
		delete(r.roles, name)
		for _, other := range r.roles {
			other.MemberOf = slices.DeleteFunc(other.MemberOf, func(m string) bool { return m == name })
		}
	}
}

func (r *replay) reassignOwned(s *pg.ReassignOwnedStmt) {
	to := roleName(s.GetNewrole(), r.role)
	for _, n := range s.GetRoles() {
		from := roleName(n.GetRoleSpec(), r.role)
		for _, t := range r.tables {
			if t.Owner == from {
				t.Owner = to
			}
		}
	}
}
