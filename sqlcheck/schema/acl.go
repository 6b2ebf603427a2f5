package schema

import (
	"slices"
	"strings"
)

// privileges is a set of privileges.
type privileges uint16

const (
	privInsert privileges = 1 << iota
	privSelect
	privUpdate
	privDelete
	privTruncate
	privReferences
	privTrigger
	privExecute
	privUsage
	privCreate
	privMaintain
	privOther // of kinds of objects that the model has not
)

var privilegeNames = map[string]privileges{
	"insert": privInsert, "select": privSelect, "update": privUpdate, "delete": privDelete,
	"truncate": privTruncate, "references": privReferences, "trigger": privTrigger,
	"execute": privExecute, "usage": privUsage, "create": privCreate, "maintain": privMaintain,
}

// What ALL means. MAINTAIN is not in it: only PostgreSQL 17 and later have it.
const (
	allOfTable  = privInsert | privSelect | privUpdate | privDelete | privTruncate | privReferences | privTrigger
	allOfColumn = privInsert | privSelect | privUpdate | privReferences
	allOfSchema = privUsage | privCreate
)

// A securedKind says what can be granted on a kind of object, and what PUBLIC has
// without a grant.
type securedKind struct{ all, public privileges }

// securedKinds are named as ALTER DEFAULT PRIVILEGES does.
var securedKinds = map[string]securedKind{
	"tables":    {allOfTable, 0},
	"functions": {privExecute, privExecute},
	"schemas":   {allOfSchema, 0},
	"sequences": {privUsage | privSelect | privUpdate, 0},
	"types":     {privUsage, privUsage},
}

func (p privileges) names() []string {
	var out []string
	for name, bit := range privilegeNames {
		if p&bit != 0 {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// An aclItem is what a grantee has from a grantor.
type aclItem struct {
	grantee, grantor string
	has, grantable   privileges
	origin           GrantOrigin
	at               Position
}

// An acl is an access control list, as the server keeps one: nil stands for what
// an object has that no statement granted anything on; see defaultACL.
type acl []aclItem

// defaultACL is what the server takes an object without a list to have.
func defaultACL(owner string, kind securedKind) acl {
	out := acl{{grantee: owner, grantor: owner, has: kind.all, origin: BuiltIn}}
	if kind.public != 0 {
		out = append(out, aclItem{grantee: public, grantor: owner, has: kind.public, origin: BuiltIn})
	}
	return out
}

const public = "public"

// gives reports whether the list has what an item gives.
func (a acl) gives(item aclItem) bool {
	return slices.ContainsFunc(a, func(o aclItem) bool {
		return o.grantee == item.grantee && o.grantor == item.grantor && item.has&^o.has == 0 && item.grantable&^o.grantable == 0
	})
}

// lacks reports whether the list has nothing of what an item would take away.
func (a acl) lacks(item aclItem) bool {
	return !slices.ContainsFunc(a, func(o aclItem) bool {
		return o.grantee == item.grantee && o.grantor == item.grantor && (item.has&o.has != 0 || item.grantable&o.grantable != 0)
	})
}

// grant adds privileges to what the grantee has from the grantor.
func (a acl) grant(item aclItem) acl {
	for i := range a {
		old := &a[i]
		if old.grantee != item.grantee || old.grantor != item.grantor {
			continue
		}
		if item.has&^old.has != 0 || item.grantable&^old.grantable != 0 {
			old.at, old.origin = item.at, item.origin
		}
		old.has |= item.has
		old.grantable |= item.grantable
		return a
	}
	return append(a, item)
}

// revoke takes away what the grantee has from the grantor, and with CASCADE what
// others have because of it; without, the server refuses if there is any.
func (a acl) revoke(item aclItem, owner string, cascade bool) (acl, bool) {
	i := slices.IndexFunc(a, func(o aclItem) bool { return o.grantee == item.grantee && o.grantor == item.grantor })
	if i < 0 {
		return a, true
	}
	lost := a[i].grantable & item.grantable
	a[i].has &^= item.has
	a[i].grantable &^= item.grantable
	a[i].grantable &= a[i].has
	if a[i].grantee == owner { // no longer all that an owner has by itself
		a[i].origin, a[i].at = Granted, item.at
	}
	if a[i].has == 0 {
		a = slices.Delete(a, i, i+1)
	}
	if lost == 0 || item.grantee == owner {
		return a, true
	}
	return a.revokeDependents(item.grantee, lost, owner, cascade)
}

// revokeDependents takes away what a role granted that may no longer grant it.
func (a acl) revokeDependents(grantor string, lost privileges, owner string, cascade bool) (acl, bool) {
	for _, o := range a {
		if o.grantee == grantor {
			lost &^= o.grantable // it may still, by another grant
		}
	}
	for {
		i := slices.IndexFunc(a, func(o aclItem) bool { return o.grantor == grantor && o.has&lost != 0 && o.grantor != owner })
		if i < 0 {
			return a, true
		}
		if !cascade {
			return a, false
		}
		item := aclItem{grantee: a[i].grantee, grantor: grantor, has: lost, grantable: lost}
		a, _ = a.revoke(item, owner, true)
	}
}

// grantableBy is what a role itself may grant.
func (a acl) grantableBy(role, owner string) privileges {
	if role == owner {
		return ^privileges(0)
	}
	var out privileges
	for _, o := range a {
		if o.grantee == role {
			out |= o.grantable
		}
	}
	return out
}

// rename replaces a role, be it that it has another name or that another one owns
// the object now; what then has the same two roles becomes one.
func (a acl) rename(old, now string) acl {
	var out acl
	for _, o := range a {
		if o.grantee == old {
			o.grantee = now
		}
		if o.grantor == old {
			o.grantor = now
		}
		out = out.grant(o)
	}
	return out
}

// without is the list when a role and all that it was granted are gone.
func (a acl) without(role string) acl {
	return slices.DeleteFunc(a, func(o aclItem) bool { return o.grantee == role })
}

// freeze gives the grants of an object of that owner.
func (a acl) freeze(owner string, kind securedKind) []Grant {
	if a == nil {
		a = defaultACL(owner, kind)
	}
	own := slices.IndexFunc(a, func(o aclItem) bool { return o.grantee == owner && o.grantor == owner })
	switch {
	case own < 0:
		return append([]Grant{{Grantee: owner, Grantor: owner}}, a.grants("")...)
	case a[own].has&kind.all == kind.all:
		a = slices.Delete(slices.Clone(a), own, own+1)
	}
	return a.grants("")
}

// grants gives the list as it is.
func (a acl) grants(column string) []Grant {
	var out []Grant
	for _, o := range a {
		out = append(out, Grant{Grantee: o.grantee, Grantor: o.grantor, Privileges: o.has.names(),
			Grantable: o.grantable.names(), Column: column, From: o.origin, At: o.at})
	}
	return out
}

// sameGrants reports whether two lists give the same.
func sameGrants(a, b acl) bool {
	has := func(list acl, item aclItem) bool {
		return slices.ContainsFunc(list, func(o aclItem) bool {
			return o.grantee == item.grantee && o.grantor == item.grantor && o.has == item.has && o.grantable == item.grantable
		})
	}
	return len(a) == len(b) && !slices.ContainsFunc(a, func(o aclItem) bool { return !has(b, o) })
}

// privilegesOf reads names of privileges; none means ALL.
func privilegesOf(list []string, all privileges) privileges {
	if len(list) == 0 {
		return all
	}
	var out privileges
	for _, name := range list {
		if bit, ok := privilegeNames[strings.ToLower(name)]; ok {
			out |= bit
		} else {
			out |= privOther
		}
	}
	return out
}
