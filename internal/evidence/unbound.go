package evidence

import (
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// An Unbound is a policy that shows other tenants' rows to statements without
// tenant context on purpose, beside those that hold them apart: for a sign-in that
// has no tenant yet, or for a role that lists the tenants.
type Unbound struct {
	Table   string // "schema.name"
	Command string // "select", "insert", "update" or "delete"
	Policy  string
	// Roles are the roles that it is for; nil where it is for whoever has no context.
	Roles []string
	// Leaks: the policy is the one that holds tenants apart, and is open besides
	// where no context is set. It is not there for such statements, but what they do
	// is known.
	Leaks bool
	// Shared: of all rows the policy lets such statements reach those that are
	// everybody's, whose tenant is NULL or which say so in a column of theirs.
	Shared bool
}

// unbound lists the unbound policies of a model. One that is open whatever the
// context is none of them: its statements leak. So do those of one that holds
// tenants apart and is open besides, which is marked.
func unbound(m *schema.Model, columns []string) []Unbound {
	var out []Unbound
	var judge *policy.Judge
	for _, t := range m.Tables {
		if !t.RLS {
			continue
		}
		if judge == nil {
			judge = policy.New(m, func(t *schema.Table) []string {
				return slices.DeleteFunc(slices.Clone(columns), func(c string) bool {
					return !slices.ContainsFunc(t.Columns, func(o schema.Column) bool { return o.Name == c })
				})
			})
		}
		for _, p := range t.Policies {
			if !p.Permissive {
				continue
			}
			for _, command := range []string{"select", "insert", "update", "delete"} {
				if p.Command != "all" && p.Command != command {
					continue
				}
				part := policy.Using
				if command == "insert" {
					part = policy.Check
				}
				u := Unbound{Table: t.Schema + "." + t.Name, Command: command, Policy: p.Name}
				answer := judge.Policy(t, p, command, part)
				if showsShared(answer, judge.Orphan(t, p, command, part)) {
					out = append(out, Unbound{Table: u.Table, Command: command, Policy: p.Name, Shared: true})
				}
				switch {
				case len(answer.Ways) == 0 || answer.Unsure != "":
					continue
				case len(judge.Ties(t, p, command, part).Of(policy.Tied)) > 0:
					// It holds tenants apart, and is open besides.
					if !slices.Contains(p.Roles, "public") || !slices.ContainsFunc(answer.Of(policy.Open), forNobody) {
						continue
					}
					u.Leaks = true
				case len(t.Policies) < 2:
					continue // nothing holds tenants apart
				case !slices.ContainsFunc(answer.Ways, func(w policy.Way) bool { return !forNobody(w) }):
				case !slices.Contains(p.Roles, "public") && len(answer.Of(policy.Open)) > 0:
					u.Roles = p.Roles
				default:
					continue
				}
				out = append(out, u)
			}
		}
	}
	return out
}

// showsShared reports whether rows are reached without tenant context, all of which
// are everybody's. The answers are on a row of another tenant and on one of none.
func showsShared(theirs, nobodys policy.Answer) bool {
	if theirs.Unsure != "" || nobodys.Unsure != "" || len(theirs.Of(policy.Open)) > 0 {
		return false
	}
	return slices.ContainsFunc(slices.Concat(theirs.Of(policy.Shared), nobodys.Of(policy.Shared), nobodys.Of(policy.Open)), policy.Way.Without)
}

// forNobody reports whether a way demands that the context is not set.
func forNobody(w policy.Way) bool {
	return w.Without() && slices.ContainsFunc(w, func(s policy.Step) bool { return s.Kind == policy.Setting })
}

// UnboundFor returns the policy that lets a command work on a relation without
// tenant context.
func (s *Schema) UnboundFor(table *schema.Table, command string) (Unbound, bool) {
	if s == nil || table == nil {
		return Unbound{}, false
	}
	var found *Unbound
	for i, u := range s.Unbound {
		if !u.Leaks && !u.Shared && u.Table == table.Schema+"."+table.Name && u.Command == command && (found == nil || u.Roles == nil) {
			found = &s.Unbound[i]
		}
	}
	if found == nil {
		return Unbound{}, false
	}
	return *found, true
}

// LeakOf returns the policy that lets a command reach every tenant's rows as long
// as no tenant context is set, though it holds tenants apart where one is.
func (s *Schema) LeakOf(table *schema.Table, command string) (policy string, ok bool) {
	if s == nil || table == nil {
		return "", false
	}
	i := slices.IndexFunc(s.Unbound, func(u Unbound) bool {
		return u.Leaks && u.Table == table.Schema+"."+table.Name && u.Command == command
	})
	if i < 0 {
		return "", false
	}
	return s.Unbound[i].Policy, true
}

// SharesWith reports whether policies let a command reach, of a relation without
// tenant context, the rows that are everybody's.
func (s *Schema) SharesWith(table *schema.Table, command string) bool {
	return s != nil && table != nil && slices.ContainsFunc(s.Unbound, func(u Unbound) bool {
		return u.Shared && u.Table == table.Schema+"."+table.Name && u.Command == command
	})
}
