package schema

import (
	"maps"
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A secured is an object, or a column, that privileges are granted on.
type secured struct {
	kind    securedKind
	owner   string
	acl     *acl
	above   acl // of the table, for a column
	history *[]Event
	of      string // " on column note", for the history
}

// A change of privileges, as GRANT and REVOKE say it.
type aclChange struct {
	names    []string // of privileges, none for ALL
	revokes  bool
	option   bool // WITH GRANT OPTION, or GRANT OPTION FOR
	cascade  bool
	grantees []string
}

func (r *replay) secureTable(t *table) secured {
	return secured{kind: securedKinds["tables"], owner: t.Owner, acl: &t.acl, history: &t.History}
}

func (r *replay) secureFunction(f *function) secured {
	return secured{kind: securedKinds["functions"], owner: f.Owner, acl: &f.acl, history: &f.History}
}

func (r *replay) secureSchema(n *namespace) secured {
	return secured{kind: securedKinds["schemas"], owner: n.Owner, acl: &n.acl, history: &n.History}
}

// grant is GRANT and REVOKE of privileges.
func (r *replay) grant(s *pg.GrantStmt) {
	change := r.changeOf(s)
	for _, n := range s.GetPrivileges() {
		if p := n.GetAccessPriv(); len(p.GetCols()) == 0 && p.GetPrivName() != "" {
			change.names = append(change.names, p.GetPrivName())
		}
	}
	for _, o := range r.targets(s) {
		if len(s.GetPrivileges()) == 0 || len(change.names) > 0 {
			r.changeACL(o, change)
		}
	}
	if s.GetObjtype() != pg.ObjectType_OBJECT_TABLE || s.GetTargtype() != pg.GrantTargetType_ACL_TARGET_OBJECT {
		return
	}
	for _, n := range s.GetObjects() {
		if t := r.relation(n.GetRangeVar()); t != nil {
			r.grantColumns(t, s, change)
		}
	}
}

// changeOf reads all of the statement but the privileges.
func (r *replay) changeOf(s *pg.GrantStmt) aclChange {
	c := aclChange{revokes: !s.GetIsGrant(), option: s.GetGrantOption(), cascade: s.GetBehavior() == pg.DropBehavior_DROP_CASCADE}
	for _, n := range s.GetGrantees() {
		c.grantees = append(c.grantees, r.roleOf(n.GetRoleSpec()))
	}
	return c
}

// targets are the objects that a statement is about.
func (r *replay) targets(s *pg.GrantStmt) []secured {
	var out []secured
	all := s.GetTargtype() == pg.GrantTargetType_ACL_TARGET_ALL_IN_SCHEMA
	for _, n := range s.GetObjects() {
		switch s.GetObjtype() {
		case pg.ObjectType_OBJECT_TABLE:
			if t := r.relation(n.GetRangeVar()); !all && t != nil {
				out = append(out, r.secureTable(t))
			}
			for _, k := range slices.Sorted(maps.Keys(r.tables)) {
				if t := r.tables[k]; all && t.Schema == n.GetString_().GetSval() && !t.Assumed {
					out = append(out, r.secureTable(t))
				}
			}
		case pg.ObjectType_OBJECT_FUNCTION, pg.ObjectType_OBJECT_PROCEDURE, pg.ObjectType_OBJECT_ROUTINE:
			fs := r.matching(n.GetObjectWithArgs())
			if all {
				fs = r.functionsIn(n.GetString_().GetSval(), s.GetObjtype())
			}
			for _, f := range fs {
				out = append(out, r.secureFunction(f))
			}
		case pg.ObjectType_OBJECT_SCHEMA:
			out = append(out, r.secureSchema(r.namespace(n.GetString_().GetSval())))
		}
	}
	return out
}

func (r *replay) functionsIn(schema string, kind pg.ObjectType) []*function {
	var out []*function
	for _, k := range slices.Sorted(maps.Keys(r.functions)) {
		for _, f := range r.functions[k] {
			if f.Schema == schema && (kind == pg.ObjectType_OBJECT_ROUTINE || f.Procedure == (kind == pg.ObjectType_OBJECT_PROCEDURE)) {
				out = append(out, f)
			}
		}
	}
	return out
}

// grantColumns applies what a statement says about single columns. A privilege
// revoked on the table is revoked on its columns too.
func (r *replay) grantColumns(t *table, s *pg.GrantStmt, change aclChange) {
	byColumn := map[string][]string{}
	for _, n := range s.GetPrivileges() {
		p := n.GetAccessPriv()
		for _, c := range p.GetCols() {
			name := p.GetPrivName()
			if name == "" {
				name = "all"
			}
			byColumn[c.GetString_().GetSval()] = append(byColumn[c.GetString_().GetSval()], name)
		}
	}
	if change.revokes && (len(change.names) > 0 || len(s.GetPrivileges()) == 0) {
		of := change.names
		if len(of) == 0 {
			of = []string{"all"}
		}
		for c := range t.columnACL {
			byColumn[c] = append(byColumn[c], of...)
		}
	}
	for _, c := range slices.Sorted(maps.Keys(byColumn)) {
		if t.column(c) == nil && len(t.Columns) > 0 && !systemColumn(c) {
			continue // the server would have refused
		}
		change.names = byColumn[c]
		if slices.Contains(change.names, "all") {
			change.names = nil
		}
		list := append(acl{}, t.columnACL[c]...)
		above := t.acl
		if above == nil {
			above = defaultACL(t.Owner, securedKinds["tables"])
		}
		r.changeACL(secured{kind: securedKind{all: allOfColumn}, owner: t.Owner, acl: &list, above: above,
			history: &t.History, of: " on column " + c}, change)
		t.setColumnACL(c, list)
	}
}

// systemColumn reports whether every table has the column.
func systemColumn(name string) bool {
	switch name {
	case "tableoid", "ctid", "xmin", "xmax", "cmin", "cmax":
		return true
	}
	return false
}

func (t *table) setColumnACL(column string, list acl) {
	if len(list) == 0 {
		delete(t.columnACL, column)
		return
	}
	if t.columnACL == nil {
		t.columnACL = map[string]acl{}
	}
	t.columnACL[column] = list
}

// maxGrants bounds how many changes of privileges are followed: one statement can
// grant to all of many roles on all of many tables.
const maxGrants = 100_000

// changeACL applies a change to one object. What the role at hand may not grant
// is left out, as the server does with a warning.
func (r *replay) changeACL(o secured, c aclChange) {
	if r.grants += len(c.grantees); r.grants > maxGrants {
		r.skip("GRANT")
		return
	}
	before := *o.acl
	list := slices.Clone(before)
	if before == nil {
		list = defaultACL(o.owner, o.kind)
	}
	grantor, may := r.grantor(slices.Concat(o.above, list), o.owner, privilegesOf(c.names, o.kind.all))
	changes := privilegesOf(c.names, o.kind.all) & may &^ privOther
	if changes == 0 {
		return
	}
	for _, grantee := range c.grantees {
		item := aclItem{grantee: grantee, grantor: grantor, has: changes, at: r.at}
		kind, what, to := GrantedTo, "granted", "to"
		if c.revokes {
			kind, what, to = RevokedFrom, "revoked", "from"
			if item.grantable = changes; c.option {
				item.has, what = 0, "revoked grant option for"
			}
			if list.lacks(item) {
				continue
			}
			left, ok := slices.Clone(list).revoke(item, o.owner, c.cascade)
			if !ok {
				continue // the server would have refused
			}
			list = left
		} else {
			if c.option && grantee != public {
				item.grantable = changes
			}
			if list.gives(item) {
				continue
			}
			list = list.grant(item)
		}
		*o.history = append(*o.history, r.record(kind, grantee, "%s %s%s %s %s", what, strings.Join(changes.names(), ", "), o.of, to, shownRole(grantee)))
	}
	if before != nil || !sameGrants(list, defaultACL(o.owner, o.kind)) {
		*o.acl = list
	}
}

// shownRole is how the history names a role.
func shownRole(name string) string {
	if name == "" {
		return "the migrating role"
	}
	return name
}

// grantor is the role in whose name the role at hand grants or revokes, and what
// it may: the owner, if it has the owner's rights, else the one among its roles
// that may most.
func (r *replay) grantor(list acl, owner string, wanted privileges) (string, privileges) {
	if r.actsAs(owner) {
		return owner, ^privileges(0)
	}
	best, may := r.role, privileges(0)
	for _, role := range r.roles.inherited(r.role) {
		got := list.grantableBy(role, owner) & wanted
		if count(got) > count(may) {
			best, may = role, got
		}
	}
	return best, may
}

func count(p privileges) (n int) {
	for ; p != 0; p &= p - 1 {
		n++
	}
	return n
}
