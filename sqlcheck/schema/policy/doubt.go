package policy

import (
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// doubt marks the open ways on which the server fails before it gets there: what
// the other permissive policies compare with is evaluated as well, whether or not
// this one lets the row through.
func (j *Judge) doubt(t *schema.Table, p *schema.Policy, command string, part Part, row rowCase, ways []Way) {
	var others []*schema.Policy
	for _, o := range t.Policies {
		if o != p && o.Permissive && (o.Command == "all" || o.Command == command) && sameRoles(o, p) && Expression(o, part) != "" {
			others = append(others, o)
		}
	}
	if len(others) == 0 {
		return
	}
	for i, w := range ways {
		if w.Class() != Open || !w.has(func(s Step) bool { return s.Kind == Setting || s.Kind == Claim }) {
			continue
		}
		if !j.survives(t, others, part, row, w) {
			ways[i] = append(slices.Clone(w), Step{Kind: Unknown, What: "the server may fail instead", Value: "true"})
		}
	}
}

// sameRoles reports whether a policy holds for whoever another one is for.
func sameRoles(o, p *schema.Policy) bool {
	return slices.Contains(o.Roles, "public") || slices.ContainsFunc(o.Roles, func(role string) bool { return slices.Contains(p.Roles, role) })
}

// survives reports whether the policies can be evaluated without an error where
// the settings are those of a way.
func (j *Judge) survives(t *schema.Table, policies []*schema.Policy, part Part, row rowCase, w Way) bool {
	fixed := map[string]string{}
	for _, s := range w {
		if s.Kind == Setting || s.Kind == Claim {
			fixed[s.What] = s.Value
		}
	}
	own := &frame{table: t, alias: t.Name}
	for _, p := range policies {
		n := j.parse(Expression(p, part))
		if n == nil {
			return false
		}
		survives := false
		why := j.runs(row, fixed, func(r *run) value {
			r.eager = true
			return r.condition(n, &env{row: own, roles: p.Roles, path: p.SearchPath, visited: []*schema.Table{t}})
		}, func(r *run, v value) {
			survives = survives || v.kind != raised && !r.doubtful
		})
		if !survives || why != "" {
			return false
		}
	}
	return true
}
