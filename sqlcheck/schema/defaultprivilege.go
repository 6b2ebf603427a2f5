package schema

import (
	"cmp"
	"maps"
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A defaultKey names what a default privilege is for.
type defaultKey struct{ role, schema, objects string }

// A defaultACLs entry is the list that such objects get.
type defaultEntry struct {
	acl acl
	at  Position
}

// alterDefaults is ALTER DEFAULT PRIVILEGES.
func (r *replay) alterDefaults(s *pg.AlterDefaultPrivilegesStmt) {
	var objects string
	switch s.GetAction().GetObjtype() {
	case pg.ObjectType_OBJECT_TABLE:
		objects = "tables"
	case pg.ObjectType_OBJECT_FUNCTION, pg.ObjectType_OBJECT_ROUTINE:
		objects = "functions"
	case pg.ObjectType_OBJECT_SEQUENCE:
		objects = "sequences"
	case pg.ObjectType_OBJECT_TYPE:
		objects = "types"
	case pg.ObjectType_OBJECT_SCHEMA:
		objects = "schemas"
	default:
		return
	}
	roles := []string{r.role}
	if d := option(s.GetOptions(), "roles"); d != nil {
		roles = nil
		for _, n := range d.GetArg().GetList().GetItems() {
			roles = append(roles, r.roleOf(n.GetRoleSpec()))
		}
	}
	schemas := []string{""}
	if d := option(s.GetOptions(), "schemas"); d != nil {
		schemas = names(d.GetArg().GetList().GetItems())
	}
	change := r.changeOf(s.GetAction())
	for _, n := range s.GetAction().GetPrivileges() {
		change.names = append(change.names, n.GetAccessPriv().GetPrivName())
	}
	for _, role := range roles {
		for _, schema := range schemas {
			r.changeDefaults(defaultKey{role, schema, objects}, change)
		}
	}
}

// changeDefaults changes one entry. One for all schemas replaces what the server
// gives by itself, one for a schema adds to it: it can't take anything away.
func (r *replay) changeDefaults(k defaultKey, c aclChange) {
	list := k.start()
	kind := securedKinds[k.objects]
	if e := r.defaults[k]; e != nil {
		list = slices.Clone(e.acl)
	}
	set := privilegesOf(c.names, kind.all) &^ privOther
	for _, grantee := range c.grantees {
		item := aclItem{grantee: grantee, grantor: k.role, has: set, origin: ByDefault, at: r.at}
		switch {
		case c.revokes:
			if item.grantable = set; c.option {
				item.has = 0
			}
			list, _ = list.revoke(item, k.role, c.cascade)
		case c.option && grantee != public:
			item.grantable = set
			list = list.grant(item)
		default:
			list = list.grant(item)
		}
	}
	r.setDefaults(k, list, r.at)
}

// start is what there is without an entry.
func (k defaultKey) start() acl {
	if k.schema == "" {
		return defaultACL(k.role, securedKinds[k.objects])
	}
	return nil
}

// setDefaults makes an entry, unless it says nothing.
func (r *replay) setDefaults(k defaultKey, list acl, at Position) {
	if sameGrants(list, k.start()) {
		delete(r.defaults, k)
		return
	}
	r.defaults[k] = &defaultEntry{list, at}
}

// newACL is the list of an object that the role at hand creates.
func (r *replay) newACL(objects, schema string) acl {
	if len(r.defaults) == 0 {
		return nil
	}
	all, here := r.defaults[defaultKey{r.role, "", objects}], r.defaults[defaultKey{r.role, schema, objects}]
	if schema == "" {
		here = nil
	}
	if all == nil && here == nil {
		return nil
	}
	start := defaultACL(r.role, securedKinds[objects])
	list := slices.Clone(start)
	if all != nil {
		list = slices.Clone(all.acl)
	}
	if here != nil {
		for _, item := range here.acl {
			list = list.grant(item)
		}
	}
	if sameGrants(list, start) {
		return nil
	}
	return list
}

// freezeDefaults gives them in order.
func (c *catalog) freezeDefaults() []*DefaultPrivilege {
	var out []*DefaultPrivilege
	for _, k := range slices.SortedFunc(maps.Keys(c.defaults), func(a, b defaultKey) int {
		return cmp.Or(cmp.Compare(a.role, b.role), cmp.Compare(a.objects, b.objects), cmp.Compare(a.schema, b.schema))
	}) {
		e := c.defaults[k]
		d := &DefaultPrivilege{Role: k.role, Schema: k.schema, Objects: k.objects, At: e.at}
		if k.schema == "" {
			d.Grants = e.acl.freeze(k.role, securedKinds[k.objects])
		} else {
			d.Grants = e.acl.grants("")
		}
		out = append(out, d)
	}
	return out
}
