package rules

import (
	"fmt"

	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// perrowpolicy reports policies that call a function for each row, though its result
// is the same for all: as a sub-select it is called once.
func perrowpolicy(s *State) []Finding {
	var out []Finding
	for _, t := range s.tenants {
		if !t.RLS {
			continue
		}
		for _, p := range t.Policies {
			for _, c := range s.judge.PerRow(p) {
				out = append(out, Finding{
					At: p.At, Object: shown(t.Table), Subject: "policy " + p.Name + " calls " + c.Name,
					Message: fmt.Sprintf("policy %s of %s calls %s() for each row that a statement goes over%s", p.Name, shown(t.Table), c.Name, unlessIndexed(c)),
					Advice:  "call it once: (SELECT " + c.Name + "(..))",
				})
			}
		}
	}
	return out
}

// unlessIndexed says when an index saves the calls: it takes no value that may change
// from row to row.
func unlessIndexed(c policy.RowCall) string {
	if c.Function != nil && c.Function.Volatility == "volatile" {
		return ", and uses no index, since the function is VOLATILE"
	}
	return " without an index on what it is compared with"
}
