package rules

import (
	"fmt"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// userclaims reports policies that take users at their word: claims that they edit
// themselves.
func userclaims(s *State) []Finding {
	var out []Finding
	for _, t := range s.tenants {
		if !t.RLS {
			continue
		}
		for _, p := range t.Policies {
			if claim := s.trusted(t.Table, p); p.Permissive && claim != "" {
				out = append(out, Finding{
					At: p.At, Object: shown(t.Table), Subject: "policy " + p.Name,
					Message: fmt.Sprintf("policy %s of %s trusts %s, which users change themselves: they choose whose rows they see", p.Name, shown(t.Table), claim),
					Advice:  "take the tenant from app_metadata, or from a table that users can't write",
				})
			}
		}
	}
	return out
}

// trusted finds a claim of the user's own that is all that ties a row to the caller.
func (s *State) trusted(t *schema.Table, p *schema.Policy) string {
	if !strings.Contains(p.Using+p.Check, "meta") && len(s.judge.Calls(p)) == 0 {
		return ""
	}
	command, part := p.Command, policy.Using
	if command == "all" {
		command = "select"
	}
	if command == "insert" {
		part = policy.Check
	}
	for _, w := range s.judge.Ties(t, p, command, part).Ways {
		claim, other := "", false
		for _, step := range w {
			switch {
			case step.Kind == policy.Claim && userEditable(step.What):
				claim = step.What
			case step.Kind == policy.Claim && step.Value == policy.Mine && !strings.HasPrefix(claim, step.What),
				step.Kind == policy.Setting && step.Value == policy.Mine && step.What != "request.jwt.claims":
				other = other || step.What != "auth.jwt()"
			}
		}
		if claim != "" && !other {
			return claim
		}
	}
	return ""
}
