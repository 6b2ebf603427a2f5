package rules

import (
	"fmt"
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// weakened reports migrations that take a protection away which an earlier one
// gave, and that none has given again.
func weakened(s *State) []Finding {
	var out []Finding
	for _, t := range s.Model.Tables {
		if e, ok := last(t.History, schema.RLSEnabled, schema.RLSDisabled); ok && e.Kind == schema.RLSDisabled && !t.RLS && s.matters(t) {
			f := Finding{At: e.At, Object: shown(t), Subject: "disabled",
				Message: fmt.Sprintf("row level security of %s is disabled here, and never enabled again: every row is within reach of whoever may read the table", shown(t)),
				Advice:  "enable it again in a new migration"}
			out = append(out, since(f, t.History, schema.RLSEnabled, e, "it was enabled"))
		}
		if e, ok := last(t.History, schema.RLSForced, schema.RLSUnforced); ok && e.Kind == schema.RLSUnforced && t.RLS && !t.Forced && s.matters(t) {
			if is, _ := s.appOwns(t); is != apart {
				f := Finding{At: e.At, Object: shown(t), Subject: "no longer forced",
					Message: fmt.Sprintf("the policies of %s no longer bind its owner from here on", shown(t)),
					Advice:  "force it again in a new migration"}
				if is == mayBe {
					f.Group = Suspect
					f.Message += ": if the application logs in as the owner, it reaches every tenant's rows"
				}
				out = append(out, since(f, t.History, schema.RLSForced, e, "it was forced"))
			}
		}
		out = append(out, s.restrictionsDropped(t)...)
	}
	asked := s.askedByPolicies()
	for _, f := range s.Model.Functions {
		if revoked, created, ok := lostRevoke(f); ok && len(s.tenantsRead(f, nil)) > 0 {
			lost := Finding{At: created.At, Object: f.Name, Subject: "lost revoke",
				Message: fmt.Sprintf("SECURITY DEFINER function %s is created anew here, and PUBLIC may execute it again", f.Name),
				Advice:  "REVOKE EXECUTE ON FUNCTION " + f.Name + " FROM PUBLIC, or use CREATE OR REPLACE, which keeps what was revoked",
				Path:    []Step{{revoked.At, "it was revoked"}}}
			if s.asksWhoCalls(f, nil) {
				lost.Group = Suspect
				lost.Message += "; it asks who calls"
			}
			out = append(out, lost)
		}
		if _, became := becameDefiner(f); became && asked[f] == "" {
			if finding, ok := s.tellsAnybody(f, s.tenantsRead(f, nil)); ok {
				out = append(out, finding)
			}
		}
	}
	return out
}

// becameDefiner finds where a function that ran with its caller's rights got those of
// its owner.
func becameDefiner(f *schema.Function) (became schema.Event, ok bool) {
	for _, e := range f.History {
		switch {
		case e.Kind == schema.Created:
			ok = false
		case e.Kind == schema.OptionSet && e.Name == "security definer":
			became, ok = e, true
		}
	}
	return became, ok && f.SecurityDefiner
}

// lostRevoke finds a function that was revoked from PUBLIC, dropped, and created
// again with the privilege that every new one has.
func lostRevoke(f *schema.Function) (revoked, created schema.Event, ok bool) {
	if !f.SecurityDefiner || f.Trigger() || !forPublic(f) {
		return revoked, created, false
	}
	for _, e := range f.History {
		switch {
		case e.Kind == schema.RevokedFrom && e.Name == "public":
			revoked, ok = e, false
		case e.Kind == schema.Created && revoked.Order > 0:
			created, ok = e, true
		}
	}
	return revoked, created, ok
}

// matters reports whether tenants' rows are in a table, or were kept apart there.
func (s *State) matters(t *schema.Table) bool {
	if t.Assumed || s.isTenant(t) {
		return s.isTenant(t)
	}
	return len(t.Policies) > 0
}

// since adds where the protection came from.
func since(f Finding, history []schema.Event, kind schema.EventKind, until schema.Event, what string) Finding {
	for _, e := range slices.Backward(history) {
		if e.Kind == kind && e.Order < until.Order {
			f.Path = append(f.Path, Step{e.At, what})
			break
		}
	}
	return f
}

// restrictionsDropped finds restrictive policies that are gone, by CASCADE for
// example, and that kept a permissive one from opening the table.
func (s *State) restrictionsDropped(t *schema.Table) []Finding {
	if !t.RLS || !s.isTenant(t) {
		return nil
	}
	var out []Finding
	for _, e := range t.History {
		if e.Kind != schema.PolicyDropped || e.Before == nil || e.Before.Permissive ||
			slices.ContainsFunc(t.Policies, func(p *schema.Policy) bool { return p.Name == e.Before.Name }) {
			continue
		}
		with := *t
		with.Policies = append(slices.Clone(t.Policies), e.Before)
		for _, p := range t.Policies {
			a := s.answer(t, p, policy.Using)
			if !p.Permissive || a == nil || a.Verdict() != policy.IsOpen {
				continue
			}
			command := p.Command
			if command == "all" {
				command = "select"
			}
			if b := s.judge.Policy(&with, p, command, policy.Using); b.Verdict() != policy.IsOpen {
				out = append(out, Finding{At: e.At, Object: shown(t), Subject: "restrictive policy " + e.Before.Name,
					Message: fmt.Sprintf("restrictive policy %s of %s is gone from here on, and policy %s lets every tenant's rows through without it", e.Before.Name, shown(t), p.Name),
					Advice:  "create it again in a new migration",
					Path:    []Step{{e.Before.At, "it was created"}, {p.At, "policy " + p.Name}}})
				break
			}
		}
	}
	return out
}
