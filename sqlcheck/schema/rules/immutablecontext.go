package rules

import (
	"fmt"
	"strings"
)

// immutablecontext reports policies that read the context through a function which
// is declared IMMUTABLE: its value becomes part of the plan.
func immutablecontext(s *State) []Finding {
	var out []Finding
	for _, t := range s.tenants {
		if !t.RLS {
			continue
		}
		for _, p := range t.Policies {
			for _, f := range s.judge.Calls(p) {
				if f.Volatility != "immutable" || len(f.Settings) == 0 {
					continue
				}
				out = append(out, Finding{
					At: f.At, Object: f.Name, Subject: "function " + f.Name,
					Message: fmt.Sprintf("function %s reads %s but is IMMUTABLE: in a prepared statement, policy %s of %s keeps comparing with the tenant for whom it was planned", f.Name, strings.Join(f.Settings, ", "), p.Name, shown(t.Table)),
					Advice:  "declare it STABLE",
					Path:    []Step{{p.At, "policy " + p.Name + " calls it"}},
				})
			}
		}
	}
	return onePerFunction(out)
}
