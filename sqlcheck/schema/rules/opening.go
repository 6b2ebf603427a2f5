package rules

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// An opening is a way by which a policy lets another tenant's rows through, to
// roles that it should keep from them.
type opening struct {
	tenant tenant
	policy *schema.Policy
	part   policy.Part
	way    policy.Way
	rule   string // that it belongs to
}

// openings lists the open ways through the policies of tenants' tables, the least
// demanding one first for each part of a policy and rule.
func (s *State) openings() []opening {
	if s.opened != nil {
		return s.opened
	}
	s.opened = []opening{}
	for _, t := range s.tenants {
		if !t.RLS {
			continue
		}
		for _, p := range t.Policies {
			if !p.Permissive || !s.ordinary(p) {
				continue
			}
			seen := map[string]bool{}
			for _, part := range []policy.Part{policy.Using, policy.Check} {
				a := s.answer(t.Table, p, part)
				if a == nil {
					continue
				}
				for _, w := range a.Of(policy.Open) {
					rule := ruleOf(w, part)
					if rule == "" || seen[rule] || rule == "uncheckedwrite" && (len(seen) > 0 || len(t.columns) == 0 || onePerTenant(t) || p.Command == "update" && s.keepsTenant(t, w)) {
						continue
					}
					seen[rule] = true
					s.opened = append(s.opened, opening{t, p, part, w, rule})
				}
			}
		}
	}
	return s.opened
}

// keepsTenant reports whether a way is for rows whose tenant stays what it was: the row
// is looked up by its key as it is before the change, and has the same tenant there.
// Which rows may be changed is USING's to say.
func (s *State) keepsTenant(t tenant, w policy.Way) bool {
	var same []string
	for _, c := range s.judge.Listings(w) {
		if c.Table == t.Table {
			same = append(same, c.To)
		}
	}
	unique, _ := s.Model.Unique(sqlcheck.Name{Schema: t.Schema, Name: t.Name}, same)
	return unique && slices.ContainsFunc(t.columns, func(c string) bool { return slices.Contains(same, c) })
}

// ordinary reports whether a policy is for roles that are to be kept apart: not
// for one that is there to see everything.
func (s *State) ordinary(p *schema.Policy) bool {
	return slices.ContainsFunc(p.Roles, func(role string) bool {
		switch {
		case slices.Contains(everybody, role), slices.Contains(s.Roles.App, role):
			return true
		case s.bypasses(role):
			return false
		}
		return s.keptApart(role)
	})
}

// keptApart reports whether policies that name a role compare rows, and are not
// the exception among those that let it through where everybody else is held to
// the tenant.
func (s *State) keptApart(role string) bool {
	compare, open := 0, 0
	for _, t := range s.tenants {
		held := slices.ContainsFunc(t.Policies, func(o *schema.Policy) bool {
			return slices.Contains(o.Roles, "public") && s.worst(t.Table, o) == policy.IsClosed && comparesRow(o)
		})
		for _, o := range t.Policies {
			if !slices.Contains(o.Roles, role) {
				continue
			}
			switch {
			case comparesRow(o): // and be it beside a way that is open
				compare++
			case s.worst(t.Table, o) == policy.IsOpen && held && len(o.Settings) == 0:
				open++
			}
		}
	}
	return compare > 0 && !policy.SeesEverything(open, compare)
}

func comparesRow(p *schema.Policy) bool {
	return slices.ContainsFunc(p.Settings, func(u schema.SettingUse) bool { return u.Use == schema.ComparesRow })
}

// ruleOf sorts an open way under a rule.
func ruleOf(w policy.Way, part policy.Part) string {
	flag, flagged := w.Flag()
	switch {
	case flagged && userEditable(flag.What):
		return "userclaims"
	case signed(w):
		return "" // who signs the token says who may
	case flagged && flag.Kind == policy.Setting && flag.Value != "%":
		return "settablebypass"
	case part == policy.Check:
		return "uncheckedwrite"
	case flagged && flag.Value != "%", w.Without() && !w.Asks():
		return "openpolicy"
	}
	return "foreignpolicy"
}

// signed reports whether a way is open only where a claim says so that users don't
// write themselves.
func signed(w policy.Way) bool {
	flag, flagged := w.Flag()
	return flagged && flag.Kind == policy.Claim && !userEditable(flag.What) && flag.Value != "authenticated" && flag.Value != "anon"
}

// userEditable reports whether users may change a claim themselves.
func userEditable(claim string) bool {
	return strings.Contains(claim, "user_metadata") || strings.Contains(claim, "raw_user_meta_data")
}

// does says what a policy is for.
func does(p *schema.Policy) string {
	switch p.Command {
	case "select":
		return "read"
	case "update":
		return "change"
	case "delete":
		return "delete"
	case "insert":
		return "write"
	}
	return "read and change"
}

// grantedTo says for whom a policy is, "" for everybody.
func grantedTo(p *schema.Policy) string {
	if slices.Contains(p.Roles, "public") {
		return ""
	}
	return " for " + strings.Join(p.Roles, ", ")
}
