package schema

import (
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// give makes a role the owner of a table. What the old owner had and gave, the
// new one has and gave.
func (r *replay) give(t *table, owner string) {
	if t.Owner == owner {
		return
	}
	r.event(t, OwnerChanged, owner, "owner changed from %s to %s", shownRole(t.Owner), shownRole(owner))
	t.renameInACL(t.Owner, owner)
	t.Owner = owner
}

func (t *table) renameInACL(old, now string) {
	t.acl = t.acl.rename(old, now)
	for c, list := range t.columnACL {
		t.columnACL[c] = list.rename(old, now)
	}
}

func (r *replay) giveFunction(f *function, owner string) {
	if f.Owner == owner {
		return
	}
	r.functionEvent(f, OwnerChanged, owner, "owner changed from %s to %s", shownRole(f.Owner), shownRole(owner))
	f.acl = f.acl.rename(f.Owner, owner)
	f.Owner = owner
}

func (r *replay) giveSchema(n *namespace, owner string) {
	if n.Owner == owner {
		return
	}
	n.History = append(n.History, r.record(OwnerChanged, owner, "owner changed from %s to %s", shownRole(n.Owner), shownRole(owner)))
	n.acl = n.acl.rename(n.Owner, owner)
	n.Owner = owner
}

// setOwner is ALTER .. OWNER TO for what is no relation.
func (r *replay) setOwner(s *pg.AlterOwnerStmt) {
	owner := r.ownerOf(s.GetNewowner())
	switch s.GetObjectType() {
	case pg.ObjectType_OBJECT_FUNCTION, pg.ObjectType_OBJECT_PROCEDURE, pg.ObjectType_OBJECT_ROUTINE:
		for _, f := range r.matching(s.GetObject().GetObjectWithArgs()) {
			r.giveFunction(f, owner)
		}
	case pg.ObjectType_OBJECT_SCHEMA:
		r.giveSchema(r.namespace(s.GetObject().GetString_().GetSval()), owner)
	case pg.ObjectType_OBJECT_PUBLICATION:
		if p := r.publications[s.GetObject().GetString_().GetSval()]; p != nil {
			p.Owner = owner
		}
	default:
		if t := r.relation(s.GetRelation()); s.GetRelation() != nil && t != nil {
			r.give(t, owner)
		}
	}
}

// reassignOwned is REASSIGN OWNED.
func (r *replay) reassignOwned(s *pg.ReassignOwnedStmt) {
	to := r.roleOf(s.GetNewrole())
	for _, n := range s.GetRoles() {
		from := r.roleOf(n.GetRoleSpec())
		for _, t := range r.tables {
			if t.Owner == from && !t.Assumed {
				r.give(t, to)
			}
		}
		for _, fs := range r.functions {
			for _, f := range fs {
				if f.Owner == from {
					r.giveFunction(f, to)
				}
			}
		}
		for _, ns := range r.schemas {
			if ns.Owner == from && !ns.Assumed {
				r.giveSchema(ns, to)
			}
		}
		for _, p := range r.publications {
			if p.Owner == from {
				p.Owner = to
			}
		}
	}
}

// replaceRole replaces a role that has another name now, as owner and in grants.
func (r *replay) replaceRole(old, name string) {
	for _, t := range r.tables {
		if t.Owner == old {
			t.Owner = name
		}
		t.renameInACL(old, name)
	}
	for _, fs := range r.functions {
		for _, f := range fs {
			if f.Owner == old {
				f.Owner = name
			}
			f.acl = f.acl.rename(old, name)
		}
	}
	for _, n := range r.schemas {
		if n.Owner == old {
			n.Owner = name
		}
		n.acl = n.acl.rename(old, name)
	}
	for _, p := range r.publications {
		if p.Owner == old {
			p.Owner = name
		}
	}
}

// dropOwned is DROP OWNED: what the roles own goes, and what they were granted.
func (r *replay) dropOwned(s *pg.DropOwnedStmt) {
	for _, n := range s.GetRoles() {
		role := r.roleOf(n.GetRoleSpec())
		if role == "" {
			r.skip("DROP OWNED")
			continue
		}
		for _, t := range r.sortedTables() {
			if t.Owner == role {
				r.drop(t)
				continue
			}
			r.forgetRole(t, role)
		}
		for _, f := range r.sortedFunctions() {
			if f.Owner == role {
				r.removeFunction(f, true)
			} else {
				f.acl = r.revokeAll(f.acl, f.Owner, role)
			}
		}
		for name, ns := range r.schemas {
			if ns.Owner == role {
				r.dropSchema(name)
			} else {
				ns.acl = r.revokeAll(ns.acl, ns.Owner, role)
			}
		}
		for k, e := range r.defaults {
			if k.role == role {
				delete(r.defaults, k)
			} else {
				r.setDefaults(k, r.revokeAll(e.acl, k.role, role), e.at)
			}
		}
		for name, p := range r.publications {
			if p.Owner == role {
				delete(r.publications, name)
			}
		}
	}
}

// forgetRole takes a role out of a table's grants and policies; a policy for it
// alone goes.
func (r *replay) forgetRole(t *table, role string) {
	was := t.acl
	if t.acl = r.revokeAll(t.acl, t.Owner, role); !sameGrants(was, t.acl) {
		r.event(t, RevokedFrom, role, "revoked all from %s", role)
	}
	for c, list := range t.columnACL {
		t.setColumnACL(c, r.revokeAll(list, t.Owner, role))
	}
	for _, p := range slices.Clone(t.policies) {
		if !slices.Contains(p.Roles, role) {
			continue
		}
		if len(p.Roles) == 1 {
			r.dropPolicy(t, p.Name, "what role "+role+" had")
			continue
		}
		was := *p
		p.Roles = slices.DeleteFunc(slices.Clone(p.Roles), func(n string) bool { return n == role })
		r.policyEvent(t, PolicyAltered, &was, "policy %s is no longer for %s", p.Name, role)
	}
}

// revokeAll takes everything from a role, and from those who have it from there.
func (r *replay) revokeAll(list acl, owner, role string) acl {
	list = slices.Clone(list)
	for {
		i := slices.IndexFunc(list, func(o aclItem) bool { return o.grantee == role && role != owner })
		if i < 0 {
			return list
		}
		list, _ = list.revoke(aclItem{grantee: role, grantor: list[i].grantor, has: ^privileges(0), grantable: ^privileges(0)}, owner, true)
	}
}
