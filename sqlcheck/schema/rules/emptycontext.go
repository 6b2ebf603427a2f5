package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// emptycontext reports policies that work as long as their setting was never set,
// and not when it is empty, as it is on a connection that was used
// before.
func emptycontext(s *State) []Finding {
	var out []Finding
	for _, t := range s.tenants {
		if !t.RLS {
			continue
		}
		for _, p := range t.Policies {
			if !p.Permissive {
				continue
			}
			if settings := s.raises(t.Table, p); len(settings) > 0 {
				var own []string // cast in the policy itself
				for _, setting := range settings {
					f := s.raiser(p, setting)
					if f == nil {
						own = append(own, setting)
						continue
					}
					out = append(out, Finding{
						At: f.At, Object: f.Name, Subject: "function " + f.Name,
						Message: fmt.Sprintf("function %s casts %s as it is: unset it is NULL, but on a connection that was used before it is '', and every statement on %s fails (22P02)", f.Name, setting, shown(t.Table)),
						Advice:  "NULLIF(current_setting('" + setting + "', true), '') before the cast",
						Path:    []Step{{p.At, "policy " + p.Name + " of " + shown(t.Table) + " calls it"}},
					})
				}
				if len(own) == 0 {
					continue
				}
				out = append(out, Finding{
					At: p.At, Object: shown(t.Table), Subject: "policy " + p.Name, Cause: "casts " + strings.Join(own, " and "),
					InAll:   "policies of %s cast " + strings.Join(own, " and ") + " as it is: unset it is NULL, but on a connection that was used before it is '', and every statement fails (22P02)",
					Message: fmt.Sprintf("policy %s of %s casts %s as it is: unset it is NULL, but on a connection that was used before it is '', and every statement fails (22P02)", p.Name, shown(t.Table), strings.Join(own, " and ")),
					Advice:  "NULLIF(current_setting('" + own[0] + "', true), '') before the cast",
				})
			} else if setting := s.writesEmpty(t, p); setting != "" {
				out = append(out, Finding{
					Group: Suspect, At: p.At, Object: shown(t.Table), Subject: "policy " + p.Name, Cause: "writes with empty " + setting,
					InAll:   "policies of %s take rows of tenant '' when " + setting + " is '', as on a connection that was used before: what is written without context succeeds, and belongs to nobody",
					Message: fmt.Sprintf("policy %s of %s takes a row of tenant '' when %s is '', as on a connection that was used before: what is written without context succeeds, and belongs to nobody", p.Name, shown(t.Table), setting),
					Advice:  "NULLIF(current_setting('" + setting + "', true), ''), or a CHECK that forbids ''",
				})
			}
		}
	}
	return onePerFunction(out)
}

// raiser finds the function in which a policy's cast is, nil if it is in the
// policy itself.
func (s *State) raiser(p *schema.Policy, setting string) *schema.Function {
	if strings.Contains(strings.ToLower(p.Using+p.Check), "'"+setting+"'") {
		return nil
	}
	for _, f := range s.judge.Calls(p) {
		if slices.Contains(f.Settings, setting) && strings.Contains(strings.ToLower(f.Body), "'"+setting+"'") {
			return f
		}
	}
	return nil
}

func (s *State) raises(t *schema.Table, p *schema.Policy) []string {
	var out []string
	for _, part := range []policy.Part{policy.Using, policy.Check} {
		if a := s.answer(t, p, part); a != nil {
			out = append(out, a.Raises...)
		}
	}
	// PostgREST sets those of its own for each request, whatever the connection was used for.
	out = slices.DeleteFunc(out, func(setting string) bool { return strings.HasPrefix(setting, "request.") && s.supabase(t) })
	slices.Sort(out)
	return slices.Compact(out)
}

// writesEmpty finds the setting that, when empty, lets a row of an empty tenant be written.
func (s *State) writesEmpty(t tenant, p *schema.Policy) string {
	if p.Command == "select" || p.Command == "delete" || !slices.ContainsFunc(t.columns, func(c string) bool { return mayBeEmpty(t.Table, c) }) {
		return ""
	}
	command := p.Command
	if command == "all" {
		command = "insert"
	}
	for _, w := range s.judge.Empty(t.Table, p, command, policy.Check).Of(policy.Open) {
		for _, step := range w {
			if step.Kind == policy.Setting && step.Value == "" {
				return step.What
			}
		}
	}
	return ""
}

// mayBeEmpty reports whether a column may be empty.
func mayBeEmpty(t *schema.Table, name string) bool {
	for _, c := range t.Columns {
		if c.Name == name && c.Type != "text" && c.Type != "character varying" {
			return false
		}
	}
	for _, k := range t.Checks {
		if slices.Contains(k.NotEmpty, name) {
			return false
		}
	}
	for _, k := range t.Keys {
		if k.Primary && len(k.Columns) == 1 && k.Columns[0] == name {
			return false // the table of the tenants
		}
	}
	return !slices.ContainsFunc(t.ForeignKeys, func(f schema.ForeignKey) bool { return slices.Contains(f.Columns, name) })
}
