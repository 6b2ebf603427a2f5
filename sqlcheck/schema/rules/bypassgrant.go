package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// bypassgrant reports what gives the application a way past all policies: the
// attribute, a role that has it, TRUNCATE, the power to make roles, a tenant that is
// set for the role.
func bypassgrant(s *State) []Finding {
	var out []Finding
	for _, name := range s.apps() {
		declared := slices.Contains(s.Roles.App, name)
		add := func(at schema.Position, subject, message, advice string) {
			f := Finding{At: at, Object: name, Subject: subject, Message: message, Advice: advice}
			if !declared {
				f.Group = Suspect
			}
			out = append(out, f)
		}
		if r := s.Model.Role(name); r != nil {
			switch {
			case r.Superuser:
				add(attributeAt(r, "superuser"), "superuser", fmt.Sprintf("the application's role %s is a superuser: no policy binds it", name), "ALTER ROLE "+name+" NOSUPERUSER")
			case r.BypassRLS:
				add(attributeAt(r, "bypassrls"), "bypassrls", fmt.Sprintf("the application's role %s has BYPASSRLS: no policy binds it", name), "ALTER ROLE "+name+" NOBYPASSRLS")
			case r.CreateRole && s.Model.ServerVersion < 160000:
				add(attributeAt(r, "createrole"), "createrole", fmt.Sprintf("the application's role %s has CREATEROLE: up to PostgreSQL 15 it grants itself any role but superusers", name), "ALTER ROLE "+name+" NOCREATEROLE")
				if s.Model.ServerVersion == 0 {
					out[len(out)-1].Group = Suspect // which server it will be, migrations don't say
				}
			}
			for _, m := range r.Memberships {
				if !m.NoSet && s.bypasses(m.Role) {
					add(m.At, "member of "+m.Role, fmt.Sprintf("the application's role %s is a member of %s, which bypasses the policies: SET ROLE reaches it", name, m.Role), "REVOKE "+m.Role+" FROM "+name)
				}
			}
		}
		for _, set := range s.Model.RoleSettings {
			if set.Role == name && s.Setting(set.Name) && set.Value != "" {
				add(set.At, "setting "+set.Name, fmt.Sprintf("ALTER ROLE %s SET %s names a tenant for every connection on which nobody sets another", name, set.Name), "ALTER ROLE "+name+" RESET "+set.Name)
			}
		}
		out = append(out, s.truncates(name)...)
	}
	return out
}

// attributeAt is the statement that gave a role an attribute.
func attributeAt(r *schema.Role, name string) schema.Position {
	for _, e := range slices.Backward(r.History) {
		if e.Kind == schema.OptionSet && e.Name == name {
			return e.At
		}
	}
	return r.At
}

// apps are the application's roles: as the configuration says, else those to which
// the migrations give tenants' rows and that are not there to see everything.
func (s *State) apps() []string {
	if len(s.Roles.App) > 0 {
		return s.Roles.App
	}
	return slices.DeleteFunc(slices.Clone(s.keepers), func(role string) bool {
		return slices.ContainsFunc(s.tenants, func(t tenant) bool {
			return slices.ContainsFunc(t.Policies, func(p *schema.Policy) bool {
				return p.Permissive && slices.Contains(p.Roles, role) && !s.ordinary(p)
			})
		})
	})
}

// truncates reports a statement that grants TRUNCATE on tenants' tables, once. Who comes
// by PostgREST writes no such statement.
func (s *State) truncates(role string) []Finding {
	if role == "anon" || role == "authenticated" {
		return nil
	}
	type given struct {
		at     schema.Position
		tables []string
	}
	var all []given
	for _, t := range s.tenants {
		for _, g := range t.Grants {
			if g.Grantee != role || g.Grantee == t.Owner || !t.RLS || !slices.Contains(g.Privileges, "truncate") {
				continue
			}
			i := slices.IndexFunc(all, func(o given) bool { return o.at == g.At || s.Live })
			if i < 0 {
				all = append(all, given{at: g.At})
				i = len(all) - 1
			}
			all[i].tables = append(all[i].tables, shown(t.Table))
		}
	}
	var out []Finding
	for _, g := range all {
		what := g.tables[0]
		if n := len(g.tables); n > 1 {
			what = fmt.Sprintf("%s and %d more", what, n-1)
		}
		out = append(out, Finding{Group: Breach, At: g.at, Object: what, Subject: "truncate by " + role, Cause: "truncate by " + role,
			InAll:        roleName(role) + " may TRUNCATE %s, which no policy limits: it removes every tenant's rows",
			AdviceForAll: "REVOKE TRUNCATE ON each FROM " + roleName(role),
			Message:      fmt.Sprintf("%s may TRUNCATE %s, which no policy limits: it removes every tenant's rows", roleName(role), what),
			Advice:       "REVOKE TRUNCATE ON " + strings.Join(g.tables[:min(3, len(g.tables))], ", ") + ending(len(g.tables)) + " FROM " + roleName(role)})
	}
	return out
}

func ending(n int) string {
	if n > 3 {
		return ", .."
	}
	return ""
}
