package schema

import (
	"maps"
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// roleSet are roles by name.
type roleSet map[string]*Role

// inherited lists a role and those whose rights it has without SET ROLE, the
// nearest first.
func (s roleSet) inherited(name string) []string {
	out := []string{name}
	for i := 0; i < len(out); i++ {
		role := s[out[i]]
		if role == nil || role.NoInherit {
			continue
		}
		for _, m := range role.Memberships {
			if !m.NoInherit && !slices.Contains(out, m.Role) {
				out = append(out, m.Role)
			}
		}
	}
	return out
}

// actsAs reports whether the role at hand has the rights of an owner. The
// migrating role is taken to have those that its statements need.
func (c *catalog) actsAs(owner string) bool {
	if c.role == "" || c.role == owner {
		return true
	}
	if role := c.roles[c.role]; role != nil && role.Superuser {
		return true
	}
	return slices.Contains(c.roles.inherited(c.role), owner)
}

func (r *replay) roleEvent(role *Role, kind EventKind, name, format string, args ...any) {
	role.History = append(role.History, r.record(kind, name, format, args...))
}

func (r *replay) createRole(s *pg.CreateRoleStmt) {
	if r.roles[s.GetRole()] != nil && !r.roles[s.GetRole()].Assumed {
		return
	}
	role := &Role{Name: s.GetRole(), At: r.at}
	role.CanLogin = s.GetStmtType() == pg.RoleStmtType_ROLESTMT_USER
	r.setAttributes(role, s.GetOptions())
	role.History = nil
	r.roleEvent(role, Created, "", "created")
	r.roles[role.Name] = role
	if d := option(s.GetOptions(), "addroleto"); d != nil { // IN ROLE
		for _, n := range d.GetArg().GetList().GetItems() {
			r.addMember(role, Membership{Role: r.roleOf(n.GetRoleSpec())})
		}
	}
	for _, with := range []string{"rolemembers", "adminmembers"} { // ROLE, ADMIN
		if d := option(s.GetOptions(), with); d != nil {
			for _, n := range d.GetArg().GetList().GetItems() {
				if member := r.assumeRole(r.roleOf(n.GetRoleSpec())); member != nil {
					r.addMember(member, Membership{Role: role.Name, Admin: with == "adminmembers"})
				}
			}
		}
	}
}

// assumeRole returns a role, and makes one up when no migration created it.
func (r *replay) assumeRole(name string) *Role {
	if name == "" {
		return nil
	}
	if r.roles[name] == nil {
		r.roles[name] = &Role{Name: name, At: r.at, Assumed: true}
	}
	return r.roles[name]
}

func (r *replay) alterRole(s *pg.AlterRoleStmt) {
	name := r.roleOf(s.GetRole())
	if name == "" {
		return
	}
	if d := option(s.GetOptions(), "rolemembers"); d != nil { // ALTER GROUP .. ADD, DROP USER
		for _, n := range d.GetArg().GetList().GetItems() {
			member := r.assumeRole(r.roleOf(n.GetRoleSpec()))
			if member == nil {
				continue
			}
			if s.GetAction() < 0 {
				r.dropMember(member, name)
			} else {
				r.addMember(member, Membership{Role: name})
			}
		}
		return
	}
	role := r.roles[name]
	if role == nil { // made by the operator or the provider
		role = &Role{Name: name, At: r.at, Assumed: true}
	}
	if r.setAttributes(role, s.GetOptions()) {
		r.roles[name] = role
	}
}

// setAttributes reports whether the options name an attribute of interest.
func (r *replay) setAttributes(role *Role, options []*pg.Node) bool {
	inherit := !role.NoInherit
	attributes := map[string]*bool{
		"superuser": &role.Superuser, "bypassrls": &role.BypassRLS, "canlogin": &role.CanLogin, "inherit": &inherit,
		"createrole": &role.CreateRole, "createdb": &role.CreateDB, "isreplication": &role.Replication,
	}
	found := false
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		d := option(options, name)
		if d == nil {
			continue
		}
		found = true
		if is := isTrue(d); is != *attributes[name] {
			*attributes[name] = is
			kind, no := OptionSet, ""
			if !is {
				kind, no = OptionLost, "no "
			}
			r.roleEvent(role, kind, name, "%s%s", no, name)
		}
	}
	role.NoInherit = !inherit
	return found
}

// addMember makes a role a member of another, or changes the options of that.
func (r *replay) addMember(role *Role, m Membership) {
	if m.Role == "" {
		return
	}
	m.At = r.at
	i := slices.IndexFunc(role.Memberships, func(o Membership) bool { return o.Role == m.Role })
	if i < 0 {
		role.Memberships = append(role.Memberships, m)
		r.roleEvent(role, GrantedTo, m.Role, "became a member of %s%s", m.Role, m.options())
		return
	}
	m.Admin = m.Admin || role.Memberships[i].Admin
	if old := role.Memberships[i]; old.Admin != m.Admin || old.NoInherit != m.NoInherit || old.NoSet != m.NoSet {
		role.Memberships[i] = m
		r.roleEvent(role, Altered, m.Role, "is a member of %s%s", m.Role, m.options())
	}
}

func (m Membership) options() string {
	out := ""
	for _, o := range []struct {
		on   bool
		text string
	}{{m.Admin, " with admin option"}, {m.NoInherit, " without inherit"}, {m.NoSet, " without set"}} {
		if o.on {
			out += o.text
		}
	}
	return out
}

func (r *replay) dropMember(role *Role, of string) {
	left := slices.DeleteFunc(slices.Clone(role.Memberships), func(m Membership) bool { return m.Role == of })
	if len(left) < len(role.Memberships) {
		role.Memberships = left
		r.roleEvent(role, RevokedFrom, of, "is no longer a member of %s", of)
	}
}

func (r *replay) grantRole(s *pg.GrantRoleStmt) {
	for _, g := range s.GetGranteeRoles() {
		name := r.roleOf(g.GetRoleSpec())
		role := r.roles[name]
		if s.GetIsGrant() {
			role = r.assumeRole(name)
		}
		if role == nil {
			continue
		}
		for _, n := range s.GetGrantedRoles() {
			r.changeMembership(role, n.GetAccessPriv().GetPrivName(), s)
		}
	}
}

// changeMembership applies GRANT and REVOKE of one role. What the options don't
// name stays as it was.
func (r *replay) changeMembership(role *Role, of string, s *pg.GrantRoleStmt) {
	m := Membership{Role: of}
	i := slices.IndexFunc(role.Memberships, func(o Membership) bool { return o.Role == of })
	if i >= 0 {
		m = role.Memberships[i]
	}
	grants := s.GetIsGrant()
	if len(s.GetOpt()) == 0 {
		if grants {
			r.addMember(role, m)
		} else {
			r.dropMember(role, of)
		}
		return
	}
	if i < 0 && !grants {
		return
	}
	for _, n := range s.GetOpt() {
		on := grants && (n.GetDefElem().GetArg() == nil || isTrue(n.GetDefElem()))
		switch strings.ToLower(n.GetDefElem().GetDefname()) {
		case "admin":
			m.Admin = on
		case "inherit":
			m.NoInherit = !on
		case "set":
			m.NoSet = !on
		}
	}
	if i >= 0 {
		role.Memberships[i].Admin = role.Memberships[i].Admin && m.Admin
	}
	r.addMember(role, m)
}

func (r *replay) dropRole(s *pg.DropRoleStmt) {
	for _, n := range s.GetRoles() {
		name := r.roleOf(n.GetRoleSpec())
		delete(r.roles, name)
		for _, other := range r.roles {
			other.Memberships = slices.DeleteFunc(other.Memberships, func(m Membership) bool { return m.Role == name })
		}
		r.dropSettings(func(s *RoleSetting) bool { return s.Role == name })
	}
}

// renameRole renames a role wherever it is named.
func (r *replay) renameRole(old, name string) {
	role := r.roles[old]
	if role == nil || r.roles[name] != nil {
		return
	}
	delete(r.roles, old)
	role.Name = name
	r.roles[name] = role
	r.roleEvent(role, Renamed, "", "renamed from %s to %s", old, name)
	for _, role := range r.roles {
		for i := range role.Memberships {
			if role.Memberships[i].Role == old {
				role.Memberships[i].Role = name
			}
		}
	}
	r.replaceRole(old, name)
	for _, t := range r.tables {
		for _, p := range t.policies {
			replaceName(p.Roles, old, name)
			slices.Sort(p.Roles)
		}
	}
	for _, s := range r.settings {
		if s.Role == old {
			s.Role = name
		}
	}
	for k, e := range r.defaults {
		e.acl = e.acl.rename(old, name)
		if k.role == old {
			delete(r.defaults, k)
			k.role = name
			r.defaults[k] = e
		}
	}
}

// freezeRoles gives them by name.
func (c *catalog) freezeRoles() []*Role {
	var out []*Role
	for _, k := range slices.Sorted(maps.Keys(c.roles)) {
		role := c.roles[k]
		for _, m := range role.Memberships {
			role.MemberOf = append(role.MemberOf, m.Role)
		}
		slices.Sort(role.MemberOf)
		out = append(out, role)
	}
	return out
}
