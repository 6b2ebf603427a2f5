package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// selfMade reports policies that ask a table of members, or of users, whose row it is,
// where callers may write themselves into that table, or change their row in it.
func (s *State) selfMade() []Finding {
	var out []Finding
	for _, t := range s.tenants {
		if !t.RLS {
			continue
		}
		for _, p := range t.Policies {
			a := s.answer(t.Table, p, policy.Using)
			if !p.Permissive || !s.ordinary(p) || a == nil {
				continue
			}
			if f, ok := s.selfMadeBy(t, p, a.Of(policy.Tied)); ok {
				out = append(out, f)
			}
		}
	}
	return out
}

func (s *State) selfMadeBy(t tenant, p *schema.Policy, ways []policy.Way) (Finding, bool) {
	for _, w := range ways {
		for _, c := range s.judge.Memberships(w) {
			if c.Table.Kind != schema.BaseTable {
				continue // who may write what is behind a view can't be told
			}
			if unique, _ := s.Model.Unique(sqlcheck.Name{Schema: c.Table.Schema, Name: c.Table.Name}, []string{c.To}); unique {
				continue // a parent: nobody can make another one of that key
			}
			write, ok := s.writable(t.Table, p, c)
			if !ok {
				continue
			}
			f := Finding{At: p.At, Object: shown(t.Table), Subject: "policy " + p.Name + " by " + shown(c.Table), Group: write.group,
				Message: fmt.Sprintf("policy %s of %s%s asks %s whose row it is, and %s: with another tenant's %s there, its rows are theirs",
					p.Name, shown(t.Table), grantedTo(p), shown(c.Table), write.how, c.To),
				InAll: fmt.Sprintf("policies of %%s ask %s whose row it is, and %s: with another tenant's %s there, its rows are theirs",
					shown(c.Table), write.how, c.To),
				Cause:  "rows of " + shown(c.Table) + ", " + write.how,
				Advice: fmt.Sprintf("let a function that checks, or a role of its own, write %s of %s", c.To, shown(c.Table)),
			}
			if write.at.Line > 0 {
				f.Path = append(f.Path, Step{write.at, "here " + write.who + " may"})
			}
			return f, true
		}
	}
	return Finding{}, false
}

// A writing is how callers get a row of their choice into a table.
type writing struct {
	how, who string
	at       schema.Position // what lets them
	group    string          // of the finding, "" for the rule's
}

// writable reports whether those whom a policy is for may write rows of their choice
// into a table that it asks. What the application's own login may write is its code's
// business, unless policies were to keep it from that.
func (s *State) writable(t *schema.Table, p *schema.Policy, c policy.Connection) (writing, bool) {
	for _, who := range s.callers(t, p) {
		key := writeKey{c, who}
		w, known := s.writings[key]
		if !known {
			w = s.writes(who, c)
			s.writings[key] = w
		}
		if w != nil {
			return *w, true
		}
	}
	return writing{}, false
}

type writeKey struct {
	to  policy.Connection
	who string
}

// writes says how a role writes rows of its choice into a table; nil if it can't.
func (s *State) writes(who string, c policy.Connection) *writing {
	free := policy.New(s.Model, func(o *schema.Table) []string {
		if o == c.Table {
			return []string{c.To} // the tenant's, whatever the table is otherwise
		}
		columns, _ := s.Tenant(o)
		return columns
	})
	clients := slices.Contains(everybody, who)
	for _, command := range []string{"insert", "update"} {
		granted, at := s.mayWrite(who, c.Table, command, c.To)
		if !granted {
			continue
		}
		w := writing{who: who, at: at}
		switch command {
		case "insert":
			w.how = who + " may add a row with " + c.Own + " of their own to it"
			if c.Own == "" {
				w.how = who + " may add any row to it"
			}
		case "update":
			if c.Own == "" {
				continue
			}
			w.how = who + " may change " + c.To + " in the row with their own " + c.Own
		}
		if c.Table.RLS {
			by := s.letsWrite(free, c, who, command)
			if by == nil || s.isTenant(c.Table) && s.worst(c.Table, by) == policy.IsOpen {
				continue // that policy is told of by itself
			}
			w.how += " (policy " + by.Name + ")"
			w.at = by.At
		} else if !clients {
			continue
		}
		if !clients || guarded(c.Table, command) {
			w.group = Suspect
		}
		return &w
	}
	return nil
}

// guarded reports whether a trigger looks at what is written.
func guarded(t *schema.Table, command string) bool {
	return slices.ContainsFunc(t.Triggers, func(g schema.Trigger) bool {
		return command == "insert" && g.Insert || command == "update" && g.Update && !onlyStamps(t, g)
	})
}

// onlyStamps reports whether a trigger does no more than to note when a row changed.
func onlyStamps(t *schema.Table, g schema.Trigger) bool {
	return len(g.Assigns) > 0 && !slices.ContainsFunc(g.Assigns, func(name string) bool {
		i := slices.IndexFunc(t.Columns, func(c schema.Column) bool { return c.Name == name })
		return i < 0 || t.Columns[i].Type != "date" && !strings.HasPrefix(t.Columns[i].Type, "timestamp")
	})
}

// callers are the roles that a policy is for, as far as the migrations give them the
// table: clients before logins of the application.
func (s *State) callers(t *schema.Table, p *schema.Policy) []string {
	var out []string
	for _, g := range t.Grants {
		role := g.Grantee
		for _, r := range p.Roles {
			if r != "public" && (role == "public" || s.has(r, role)) {
				role = r
				break
			}
		}
		bound := slices.Contains(p.Roles, "public") || slices.Contains(p.Roles, role)
		if bound && handlesRows(g) && role != "" && role != "anon" && role != t.Owner && !s.bypasses(role) && !slices.Contains(out, role) {
			out = append(out, role)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		if x, y := slices.Index(everybody, a), slices.Index(everybody, b); x != y {
			return y - x
		}
		return strings.Compare(a, b)
	})
	return out
}

// mayWrite reports whether a role is given a command on a table, with the column.
func (s *State) mayWrite(role string, t *schema.Table, command, column string) (bool, schema.Position) {
	for _, g := range t.Grants {
		if slices.Contains(g.Privileges, command) && (g.Column == "" || g.Column == column) && g.Grantee != t.Owner &&
			(g.Grantee == "public" || s.has(role, g.Grantee)) {
			return true, g.At
		}
	}
	return false, schema.Position{}
}

// letsWrite finds a policy that lets a role write a row of another tenant that holds
// nothing but what the caller may put there.
func (s *State) letsWrite(judge *policy.Judge, c policy.Connection, role, command string) *schema.Policy {
	for _, p := range c.Table.Policies {
		bound := slices.Contains(p.Roles, "public") || slices.ContainsFunc(p.Roles, func(r string) bool { return s.has(role, r) })
		if !p.Permissive || !bound || p.Command != "all" && p.Command != command || policy.Expression(p, policy.Check) == "" {
			continue
		}
		a := judge.Policy(c.Table, p, command, policy.Check)
		if a.Unsure == "" && slices.ContainsFunc(a.Ways, func(w policy.Way) bool { return w.SelfService(c.Own) }) {
			return p
		}
	}
	return nil
}
