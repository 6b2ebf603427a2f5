package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// foreignpolicy reports policies that ask something, but not whose row it is.
func foreignpolicy(s *State) []Finding {
	var out []Finding
	for _, o := range s.openings() {
		if o.rule != "foreignpolicy" {
			continue
		}
		what := "asks only whether " + o.way.String() + ", and not whose row it is"
		for _, step := range o.way {
			switch {
			case step.Kind == policy.Pattern, step.Value == "%":
				what = "compares the tenant by more than equality: other tenants' values match as well (" + o.way.String() + ")"
			case step.Kind == policy.Literal:
				what = "names a tenant instead of comparing with the context (" + o.way.String() + ")"
			case step.Kind == policy.Exists:
				what = "leans on a lookup that is open to everybody (" + o.way.String() + ")"
			}
		}
		group := "" // the rule's
		if o.policy.Command == "select" && onlyAsksWho(o.way) {
			group = Suspect // as USING (true) is: what everybody may read who is signed in
		}
		out = append(out, Finding{
			Group: group, At: o.policy.At, Object: shown(o.tenant.Table), Subject: "policy " + o.policy.Name,
			Message: fmt.Sprintf("policy %s of %s%s %s: other tenants' rows can be %s", o.policy.Name, shown(o.tenant.Table), grantedTo(o.policy), what, participle(o.policy.Command)),
			Advice:  "compare the row with the context: USING (" + s.usual(o.tenant) + ")",
		})
	}
	return out
}

// onlyAsksWho reports whether a way is open to every user who is signed in: it asks
// for a user, of whatever tenant, and for nothing else.
func onlyAsksWho(w policy.Way) bool {
	return !slices.ContainsFunc(w, func(s policy.Step) bool {
		user := s.Kind == policy.Claim || strings.Contains(s.What, "user") || strings.HasPrefix(s.What, "request.jwt")
		return s.Kind != policy.Setting && s.Kind != policy.Claim || s.Value != policy.Mine || !user
	})
}
