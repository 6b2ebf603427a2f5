package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// foreignpolicy reports policies that ask something, but not whose row it is, and those
// that ask it of what callers write themselves.
func foreignpolicy(s *State) []Finding {
	var out []Finding
	for _, o := range s.openings() {
		if o.rule != "foreignpolicy" || s.listed(o) {
			continue
		}
		what := "asks only whether " + o.way.String() + ", and not whose row it is"
		whose := "other tenants' rows can be " + participle(o.policy.Command)
		for _, step := range o.way {
			switch {
			case step.Kind == policy.Pattern, step.Value == "%":
				what = "compares the tenant by more than equality: other tenants' values match as well (" + o.way.String() + ")"
			case step.Kind == policy.Literal:
				what = "names a tenant instead of comparing with the context (" + o.way.String() + ")"
				if comparesRow(o.policy) {
					what = "names a tenant besides comparing with the context (" + o.way.String() + ")"
					whose = "that one's rows can be " + participle(o.policy.Command) + " by all"
				}
			case step.Kind == policy.Exists:
				what = "leans on a lookup that is open to everybody (" + o.way.String() + ")"
			}
		}
		group := "" // the rule's
		if o.policy.Command == "select" && (onlyAsksWho(o.way) || comparesRow(o.policy) && onlyNames(o.way)) {
			group = Suspect // as USING (true) is: what everybody may read who is signed in, or what one tenant offers to all
		}
		out = append(out, Finding{
			Group: group, At: o.policy.At, Object: shown(o.tenant.Table), Subject: "policy " + o.policy.Name,
			Message: fmt.Sprintf("policy %s of %s%s %s: %s", o.policy.Name, shown(o.tenant.Table), grantedTo(o.policy), what, whose),
			Advice:  "compare the row with the context: USING (" + s.usual(o.tenant, o.policy) + ")",
			Cause:   what + participle(o.policy.Command) + grantedTo(o.policy),
			InAll:   "a policy of each of %s" + grantedTo(o.policy) + " " + what + ": " + whose,
		})
	}
	return append(out, s.selfMade()...)
}

// listed reports whether a way is open for rows that are listed in a table which those
// whom the policy is for can't write: whoever lists them means them to be seen.
func (s *State) listed(o opening) bool {
	return slices.ContainsFunc(s.judge.Listings(o.way), func(c policy.Connection) bool {
		if !refersTo(c.Table, c.To, o.tenant.Table) {
			return false // a parent, which every row has
		}
		_, writable := s.writable(o.tenant.Table, o.policy, c)
		return !writable
	})
}

// refersTo reports whether a column is there for the rows of a table.
func refersTo(t *schema.Table, column string, of *schema.Table) bool {
	return slices.ContainsFunc(t.ForeignKeys, func(f schema.ForeignKey) bool {
		return f.Table == of.Schema+"."+of.Name && slices.Contains(f.Columns, column)
	})
}

// onlyNames reports whether a way is open to the rows of one tenant, and for nothing else.
func onlyNames(w policy.Way) bool {
	return !slices.ContainsFunc(w, func(s policy.Step) bool { return s.Kind != policy.Literal })
}

// onlyAsksWho reports whether a way is open to every user who is signed in: it asks
// for a user, of whatever tenant, and for nothing else.
func onlyAsksWho(w policy.Way) bool {
	return !slices.ContainsFunc(w, func(s policy.Step) bool {
		user := s.Kind == policy.Claim || strings.Contains(s.What, "user") || strings.HasPrefix(s.What, "request.jwt")
		return s.Kind != policy.Setting && s.Kind != policy.Claim || s.Value != policy.Mine || !user
	})
}
