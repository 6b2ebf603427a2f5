package rules

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// Verdicts counts the permissive policies of the tenants' tables by the worst
// that they let happen.
func (s *State) Verdicts() map[string]int {
	out := map[string]int{}
	for _, t := range s.tenants {
		for _, p := range t.Policies {
			if p.Permissive && t.RLS {
				out[s.worst(t.Table, p).String()]++
			}
		}
	}
	return out
}

func (s *State) worst(t *schema.Table, p *schema.Policy) policy.Verdict {
	worst := policy.IsClosed
	for _, part := range []policy.Part{policy.Using, policy.Check} {
		if a := s.answer(t, p, part); a != nil {
			worst = max(worst, s.verdictOf(t, p, a, part))
		}
	}
	return worst
}

// verdictOf is an answer's verdict. What is open only to whose signed token says so is
// guarded, and so is a change that keeps the row's tenant: no rule reports them.
func (s *State) verdictOf(t *schema.Table, p *schema.Policy, a *policy.Answer, part policy.Part) policy.Verdict {
	v := a.Verdict()
	columns, _ := s.Tenant(t)
	told := func(w policy.Way) bool {
		return !signed(w) && !(part == policy.Check && p.Command == "update" && s.keepsTenant(tenant{t, columns}, w))
	}
	if v == policy.IsOpen && !slices.ContainsFunc(a.Of(policy.Open), told) {
		return policy.IsGuarded
	}
	return v
}

// answer judges one part of a policy; nil where it has none, or where it is the
// same as the other one.
func (s *State) answer(t *schema.Table, p *schema.Policy, part policy.Part) *policy.Answer {
	command := p.Command
	if command == "all" {
		command = "select"
		switch {
		case part == policy.Check:
			command = "insert"
		case readByAll(t, p):
			command = "update" // more than what another policy gives everybody
		}
	}
	switch {
	case part == policy.Using && p.Command == "insert",
		part == policy.Check && (p.Command == "select" || p.Command == "delete"),
		part == policy.Check && p.Check == "":
		return nil
	}
	key := answerKey{t, p, part}
	if a, ok := s.answers[key]; ok {
		return a
	}
	a := s.judge.Policy(t, p, command, part)
	s.answers[key] = &a
	return &a
}

// readByAll reports whether another policy lets everybody read.
func readByAll(t *schema.Table, p *schema.Policy) bool {
	return slices.ContainsFunc(t.Policies, func(o *schema.Policy) bool {
		return o != p && o.Permissive && o.Command == "select" && strings.EqualFold(o.Using, "true") && slices.Contains(o.Roles, "public")
	})
}

type answerKey struct {
	table  *schema.Table
	policy *schema.Policy
	part   policy.Part
}

// Explain says in words what a policy lets happen.
func (s *State) Explain(t *schema.Table, p *schema.Policy) string {
	if !p.Permissive {
		return "restrictive"
	}
	verdict := s.worst(t, p)
	text := verdict.String()
	for _, part := range []policy.Part{policy.Using, policy.Check} {
		a := s.answer(t, p, part)
		if a == nil || s.verdictOf(t, p, a, part) != verdict {
			continue
		}
		if verdict == policy.IsUnproven && a.Unsure != "" {
			return text + ": " + a.Unsure
		}
		for _, w := range a.Ways {
			if c := w.Class(); verdict == policy.IsOpen && c == policy.Open || verdict == policy.IsUnproven && c == policy.CantTell ||
				verdict == policy.IsGuarded && c != policy.Tied {
				if len(w) == 0 {
					return text + " to everybody"
				}
				return text + " where " + w.String()
			}
		}
	}
	return text
}
