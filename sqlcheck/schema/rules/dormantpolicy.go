package rules

import (
	"fmt"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// dormantpolicy reports policies on tables whose row level security was never
// enabled: they do nothing.
func dormantpolicy(s *State) []Finding {
	var out []Finding
	for _, t := range s.Model.Tables {
		if t.RLS || t.Assumed || len(t.Policies) == 0 {
			continue
		}
		if _, was := last(t.History, schema.RLSDisabled); was {
			continue // weakened
		}
		p := t.Policies[0]
		for _, o := range t.Policies {
			if before(o.At, p.At) {
				p = o
			}
		}
		f := Finding{
			At: p.At, Object: shown(t), Subject: "policies without row level security",
			Message: fmt.Sprintf("policy %s does nothing, since row level security is not enabled on %s: every row is within reach of whoever may read the table", p.Name, shown(t)),
			Advice:  "ALTER TABLE " + shown(t) + " ENABLE ROW LEVEL SECURITY, and FORCE",
		}
		if len(t.Policies) > 1 {
			f.Message = fmt.Sprintf("policy %s and %d more do nothing, since row level security is not enabled on %s: every row is within reach of whoever may read the table", p.Name, len(t.Policies)-1, shown(t))
		}
		if e, ok := last(t.History, schema.RLSForced); ok {
			f.Path = append(f.Path, Step{e.At, "FORCE does nothing as long as row level security is not enabled"})
		}
		out = append(out, s.unsure(f))
	}
	return out
}

// before orders positions as the files are named and the lines go.
func before(a, b schema.Position) bool {
	return a.File < b.File || a.File == b.File && a.Line < b.Line
}
