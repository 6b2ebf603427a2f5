package rules

import (
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// everybody are the roles that stand for whoever comes: PUBLIC, and what
// PostgREST and Supabase make of a request with and without a login.
var everybody = []string{"public", "anon", "authenticated"}

// bypassing are roles that pass policies by at the providers that bring them.
var bypassing = []string{"postgres", "service_role", "supabase_admin", "rds_superuser", "neondb_owner"}

// bypasses reports whether no policy holds for a role.
func (s *State) bypasses(role string) bool {
	if r := s.Model.Role(role); r != nil && (r.Superuser || r.BypassRLS || !r.Assumed) {
		return r.Superuser || r.BypassRLS
	}
	return slices.Contains(bypassing, role)
}

// has reports whether a role has the rights of another one, itself or through
// memberships that it inherits.
func (s *State) has(role, of string) bool {
	seen := map[string]bool{}
	var visit func(string) bool
	visit = func(name string) bool {
		if name == of {
			return true
		}
		r := s.Model.Role(name)
		if r == nil || seen[name] || r.NoInherit {
			return false
		}
		seen[name] = true
		return slices.ContainsFunc(r.MemberOf, visit)
	}
	return visit(role)
}

// grantees are the roles to which the migrations give the rows of tenants'
// tables, and which the policies bind: what the application logs in as, where
// the configuration doesn't say.
func (s *State) grantees() []string {
	var out []string
	for _, t := range s.tenants {
		for _, g := range t.Grants {
			if handlesRows(g) && g.Grantee != t.Owner && !s.bypasses(g.Grantee) && !slices.Contains(out, g.Grantee) {
				out = append(out, g.Grantee)
			}
		}
	}
	slices.Sort(out)
	return out
}

func handlesRows(g schema.Grant) bool {
	return g.From != schema.BuiltIn && slices.ContainsFunc(g.Privileges, func(p string) bool {
		return p == "select" || p == "insert" || p == "update" || p == "delete"
	})
}

// reachable says to which role other than its owner the migrations open a table,
// "" to none.
func (s *State) reachable(t *schema.Table) string {
	best := ""
	for _, g := range t.Grants {
		if !handlesRows(g) || g.Grantee == t.Owner || g.Grantee == "" || s.bypasses(g.Grantee) {
			continue
		}
		if slices.Contains(everybody, g.Grantee) || len(s.Roles.App) == 0 || slices.Contains(s.Roles.App, g.Grantee) {
			if best == "" || s.has(best, g.Grantee) || g.Grantee < best && !s.has(g.Grantee, best) {
				best = g.Grantee
			}
		}
	}
	return best
}

// owner is who owns a table: as the migrations say, else who runs them.
func (s *State) owner(t *schema.Table) string {
	if t.Owner != "" {
		return t.Owner
	}
	return s.Roles.Migrating
}

// An ownership says whether the application's login may be a table's owner.
type ownership uint8

const (
	apart    ownership = iota // it is another role
	mayBe                     // nothing says so
	isOwners                  // it is, or has the owner's rights
)

// appOwns compares the application's logins with the owner of a table.
func (s *State) appOwns(t *schema.Table) (is ownership, app string) {
	owner := s.owner(t)
	if len(s.Roles.App) > 0 {
		if owner == "" {
			return mayBe, ""
		}
		for _, a := range s.Roles.App {
			if s.has(a, owner) {
				return isOwners, a
			}
		}
		return apart, ""
	}
	if s.Live {
		return s.loginsOwn(t, owner)
	}
	for _, g := range t.Grants {
		if handlesRows(g) && g.Grantee != t.Owner && !s.bypasses(g.Grantee) && (owner == "" || !s.has(g.Grantee, owner)) {
			return apart, "" // why else would it be granted
		}
	}
	if len(s.keepers) > 0 && slices.ContainsFunc(t.Policies, namesRoles) || s.supabase(t) {
		return apart, ""
	}
	return mayBe, ""
}

// loginsOwn compares a table's owner with the roles of a server that can log in:
// where none of those that the policies bind has the rows by a grant, the
// application comes with the owner's rights.
func (s *State) loginsOwn(t *schema.Table, owner string) (is ownership, login string) {
	is = apart
	for _, r := range s.Model.Roles {
		if !r.CanLogin || s.bypasses(r.Name) {
			continue
		}
		if s.has(r.Name, owner) {
			is, login = isOwners, r.Name
			continue
		}
		if slices.ContainsFunc(t.Grants, func(g schema.Grant) bool {
			return handlesRows(g) && (g.Grantee == "public" || s.has(r.Name, g.Grantee))
		}) {
			return apart, ""
		}
	}
	return is, login
}

func namesRoles(p *schema.Policy) bool { return !slices.Contains(p.Roles, "public") }

// supabase reports whether clients come as anon and authenticated, which own
// nothing.
func (s *State) supabase(t *schema.Table) bool {
	return slices.ContainsFunc(t.Policies, func(p *schema.Policy) bool {
		return slices.Contains(p.Roles, "authenticated") || slices.Contains(p.Roles, "anon") ||
			slices.ContainsFunc(p.Settings, func(u schema.SettingUse) bool { return u.Name == "request.jwt.claims" })
	})
}
