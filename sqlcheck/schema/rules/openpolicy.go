package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// openpolicy reports policies that let every tenant's rows through, always or as
// long as the context is not set.
func openpolicy(s *State) []Finding {
	var out []Finding
	for _, o := range s.openings() {
		if o.rule != "openpolicy" {
			continue
		}
		what := participle(o.policy.Command) + grantedTo(o.policy) + whenever(o.way)
		f := Finding{
			At: o.policy.At, Object: shown(o.tenant.Table), Subject: "policy " + o.policy.Name,
			Message: fmt.Sprintf("policy %s of %s lets every tenant's rows be %s", o.policy.Name, shown(o.tenant.Table), what),
			Advice:  "compare the row with the context alone: USING (" + s.usual(o.tenant, o.policy) + ")",
		}
		if len(o.way) == 0 && o.policy.Command == "select" {
			f.Group = Suspect // what is public is written like that, too
			f.Advice += "; if the rows are for all, list the table as shared in tenantvet.yaml"
		}
		if s.entrusted(o) {
			f.Group = Suspect
			f.Message += ": no other policy there is for that role"
			f.Advice += "; if it is to see every row there, say so in a comment, tenantvet:ignore openpolicy"
		}
		if len(o.way) > 0 { // without a condition each is a slip of its own
			f.Cause, f.InAll = "open, "+what, "policies of %s let every tenant's rows be "+what
		}
		out = append(out, f)
	}
	return out
}

// entrusted reports whether a policy lets through all rows to roles that it names, and
// that have no policy on the table which would be void beside it: whoever wrote it may
// mean them to see everything there.
func (s *State) entrusted(o opening) bool {
	if len(o.way) > 0 || slices.ContainsFunc(o.policy.Roles, func(role string) bool { return slices.Contains(everybody, role) }) {
		return false
	}
	return !slices.ContainsFunc(o.tenant.Policies, func(p *schema.Policy) bool {
		return p != o.policy && p.Permissive && slices.ContainsFunc(p.Roles, func(role string) bool {
			return role == "public" || slices.ContainsFunc(o.policy.Roles, func(of string) bool { return s.has(of, role) })
		})
	})
}

func participle(command string) string {
	switch command {
	case "select":
		return "read"
	case "update":
		return "changed"
	case "delete":
		return "deleted"
	case "insert":
		return "written"
	}
	return "reached"
}

// whenever says when a way is open.
func whenever(w policy.Way) string {
	if len(w) == 0 {
		return ""
	}
	text := " when " + w.String()
	for _, s := range w {
		if s.Kind == policy.Setting && s.Value == "" {
			return text + ", as on every connection that was used before"
		}
	}
	return strings.TrimSuffix(text, ",")
}
