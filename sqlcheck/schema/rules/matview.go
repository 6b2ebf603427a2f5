package rules

import (
	"fmt"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/detour"
)

// matview reports materialized views of tenants' tables: they can't have row level
// security, and hold what their owner saw.
func matview(s *State) []Finding {
	return s.detours(schema.MaterializedView, func(v *schema.Table, d detour.Detour) Finding {
		return Finding{
			Message: fmt.Sprintf("%s is %s, and can have no policies of its own: it holds every tenant's rows", shown(v), d.Reason),
			Advice:  "revoke it, and grant a security_invoker view or a table with policies that is filled from it",
		}
	})
}
