package schema

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

func (r *replay) createPolicy(s *pg.CreatePolicyStmt, text string) {
	t := r.assume(s.GetTable().GetSchemaname(), s.GetTable().GetRelname())
	if t.policy(s.GetPolicyName()) != nil {
		return // the server would have refused
	}
	p := &Policy{using: s.GetQual(), check: s.GetWithCheck()}
	if !slices.Equal(r.searchPath, []string{public}) {
		p.SearchPath = r.searchPath
	}
	p.Name, p.Command, p.Permissive, p.At = s.GetPolicyName(), s.GetCmdName(), s.GetPermissive(), r.at
	if p.Command == "" {
		p.Command = "all"
	}
	p.Roles = r.policyRoles(s.GetRoles())
	p.Using, p.Check = policyTexts(text)
	t.policies = append(t.policies, p)
	r.event(t, PolicyCreated, p.Name, "policy %s created", p.Name)
}

func (r *replay) alterPolicy(s *pg.AlterPolicyStmt, text string) {
	t := r.relation(s.GetTable())
	if t == nil {
		return
	}
	p := t.policy(s.GetPolicyName())
	if p == nil {
		return
	}
	was := *p
	using, check := policyTexts(text)
	if s.GetQual() != nil {
		p.using, p.Using = s.GetQual(), using
	}
	if s.GetWithCheck() != nil {
		p.check, p.Check = s.GetWithCheck(), check
	}
	if len(s.GetRoles()) > 0 {
		p.Roles = r.policyRoles(s.GetRoles())
	}
	p.At = r.at
	r.policyEvent(t, PolicyAltered, &was, "policy %s altered", p.Name)
}

// dropPolicy drops a policy; with says what it went with, "" when it was named.
func (r *replay) dropPolicy(t *table, name, with string) {
	was := t.policy(name)
	if was == nil {
		return
	}
	t.policies = slices.DeleteFunc(t.policies, func(p *Policy) bool { return p.Name == name })
	if with != "" {
		with = " with " + with
	}
	r.policyEvent(t, PolicyDropped, was, "policy %s dropped%s", name, with)
}

func (r *replay) policyRoles(nodes []*pg.Node) []string {
	var out []string
	for _, n := range nodes {
		out = append(out, roleName(n.GetRoleSpec(), r.role))
	}
	if len(out) == 0 {
		return []string{"public"}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// policyTexts cuts USING and WITH CHECK out of a policy statement, white space
// folded. The source is what a message should show; a deparsed text would also
// differ between parsers.
func policyTexts(text string) (using, check string) {
	ts := tokens(text)
	for i := 0; i+1 < len(ts); i++ {
		if !ts[i+1].is("(") {
			continue
		}
		isCheck := ts[i].is("check") && i > 0 && ts[i-1].is("with")
		if !ts[i].is("using") && !isCheck {
			continue
		}
		end := closing(ts, i+1)
		inner := foldSpace(text, ts[i+2:end])
		if isCheck {
			check = inner
		} else {
			using = inner
		}
		i = end
	}
	return using, check
}

// closing returns the index of the token that closes the parenthesis at open.
func closing(ts []token, open int) int {
	depth := 0
	for i := open; i < len(ts); i++ {
		switch {
		case ts[i].is("("):
			depth++
		case ts[i].is(")"):
			depth--
			if depth == 0 {
				return i
			}
		}
	}
	return len(ts)
}

// foldSpace prints tokens as written, with one space where there was any space
// or comment.
func foldSpace(text string, ts []token) string {
	var b strings.Builder
	for i, t := range ts {
		if i > 0 && t.start > ts[i-1].end && !ts[i-1].is("(") && !t.is(")") {
			b.WriteByte(' ')
		}
		b.WriteString(text[t.start:t.end])
	}
	return b.String()
}
