package rules

import (
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// nopolicy reports tables that nobody but the owner and roles with BYPASSRLS can
// use. That is often meant.
func nopolicy(s *State) []Finding {
	var out []Finding
	for _, t := range s.Model.Tables {
		if t.Kind != schema.BaseTable || t.Assumed || !t.RLS || len(t.Policies) > 0 || t.PartitionOf != "" {
			continue
		}
		enabled, _ := last(t.History, schema.RLSEnabled)
		f := Finding{
			At: enabled.At, Object: shown(t), Subject: "no policy",
			Message: "row level security is enabled on " + shown(t) + ", but it has no policy: roles that it binds see nothing there and can write nothing",
			Advice:  "create its policies, or leave it so if only the owner or a role with BYPASSRLS is to use it",
		}
		if e, ok := last(t.History, schema.PolicyDropped); ok {
			f.Path = []Step{{e.At, e.What}}
		}
		out = append(out, f)
	}
	return out
}
