package rules

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// maxUsual bounds the conditions that are shown as an example.
const maxUsual = 120

// usual is the condition that a policy of the table should have: that of another one
// there which is as it should be, else one made of what the schema compares rows with,
// for the roles of the policy if it does so for them.
func (s *State) usual(t tenant, instead *schema.Policy) string {
	for _, p := range t.Policies {
		if text := unwrapped(strings.Join(strings.Fields(p.Using), " ")); p.Permissive && text != "" && len(text) <= maxUsual &&
			s.worst(t.Table, p) == policy.IsClosed && comparesRow(p) && len(s.raises(t.Table, p)) == 0 {
			return text
		}
	}
	if len(t.columns) == 0 {
		return "EXISTS (SELECT FROM .. with the tenant's column)"
	}
	column := t.columns[0]
	setting, best := "app.tenant_id", -1
	// Its own policies may not say, where they are what is wrong.
	for _, other := range append(slices.Clone(s.tenants), t) {
		for _, p := range other.Policies {
			shared := 0
			if slices.ContainsFunc(p.Roles, func(role string) bool { return slices.Contains(instead.Roles, role) }) {
				shared = 1
			}
			for _, u := range p.Settings {
				if u.Use == schema.ComparesRow && strings.Contains(u.Name, ".") && shared >= best {
					setting, best = u.Name, shared
				}
			}
		}
	}
	cast := ""
	for _, c := range t.Columns {
		if c.Name == column && c.Type != "text" && c.Type != "character varying" {
			cast = "::" + c.Type
		}
	}
	if strings.HasPrefix(setting, "request.") {
		if s.isUsers(column) {
			return column + " = auth.uid()"
		}
		return column + " = (auth.jwt() -> 'app_metadata' ->> '" + column + "')" + cast
	}
	return column + " = NULLIF(current_setting('" + setting + "', true), '')" + cast
}

// isUsers reports whether some policy compares a column of this name with the user, of
// whom a token has the identifier by itself.
func (s *State) isUsers(column string) bool {
	is, known := s.users[column]
	if known {
		return is
	}
	is = slices.ContainsFunc(s.tenants, func(t tenant) bool {
		return slices.Contains(t.columns, column) && slices.ContainsFunc(t.Policies, func(p *schema.Policy) bool {
			part := policy.Using
			if p.Using == "" {
				part = policy.Check
			}
			command := p.Command
			if command == "all" {
				command = "select"
			}
			return slices.ContainsFunc(s.judge.Ties(t.Table, p, command, part).Ways, func(w policy.Way) bool {
				return slices.ContainsFunc(w, func(step policy.Step) bool {
					return step.Kind == policy.Tie && step.What == column+" = auth.uid()"
				})
			})
		})
	})
	s.users[column] = is
	return is
}

// unwrapped is an expression without parentheses round the whole of it, as the server
// and dumps write them.
func unwrapped(text string) string {
	for strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") {
		depth := 0
		for i, c := range text {
			switch c {
			case '(':
				depth++
			case ')':
				depth--
			case '\'':
				return text // parentheses may be quoted
			}
			if depth == 0 && i < len(text)-1 {
				return text
			}
		}
		text = text[1 : len(text)-1]
	}
	return text
}
