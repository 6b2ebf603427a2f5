package rules

import (
	"fmt"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// untestedisolation reports tenants' tables that no test names which sets tenants
// against each other. Where there is no such test, that is one finding.
func untestedisolation(s *State) []Finding {
	if s.Isolation == nil {
		return nil
	}
	var out []Finding
	for _, t := range s.tenants {
		if t.Kind != schema.BaseTable || t.PartitionOf != "" || s.Isolation.Exercises(t.Table) {
			continue
		}
		out = append(out, Finding{
			At: born(t.Table), Object: shown(t.Table), Subject: "untested",
			Message: fmt.Sprintf("no isolation test names %s, a table of tenants", shown(t.Table)),
			Advice:  "as one tenant, try to read, change and write the rows of another one in a test, and expect nothing",
		})
	}
	if s.Isolation.Files > 0 || len(out) == 0 {
		return out
	}
	all := out[0]
	all.Message = fmt.Sprintf("no isolation test was found for %s of tenants", tables(len(out)))
	for _, f := range out {
		all.Path = append(all.Path, Step{f.At, f.Object})
	}
	return []Finding{all}
}

func tables(n int) string {
	if n == 1 {
		return "the table"
	}
	return fmt.Sprintf("the %d tables", n)
}
