package proof

import (
	"github.com/tenantvet/tenantvet/internal/proof/examples/tenantfilter"
	"github.com/tenantvet/tenantvet/internal/proof/examples/tenantinsert"
	"github.com/tenantvet/tenantvet/internal/proof/examples/upsertoracle"
)

// filterProofs are about what statements say of the tenant.
func filterProofs() []Proof {
	const hidden = "new row violates row-level security policy (USING expression)"
	key := Program{Pool: upsertoracle.FixedKey}
	selects := Program{Pool: tenantfilter.FixedSelect}
	bound := Program{Pool: tenantinsert.FixedBound}
	return []Proof{
		{Rule: "upsertoracle", Form: "update", Expect: Breaks, Error: hidden, Bad: Program{Pool: upsertoracle.BadUpdate}, Fixed: key},
		{Rule: "upsertoracle", Form: "nothing", Expect: Breaks, Bad: Program{Pool: upsertoracle.BadNothing}, Fixed: key},
		// Without row-level security the same statement changes the row of B.
		{Rule: "upsertoracle", Form: "bypassed", Expect: Writes, Login: "service_role", Bad: Program{Pool: upsertoracle.BadUpdate}, Fixed: key, FixedLogin: "app"},

		{Rule: "tenantfilter", Form: "select", Expect: Reads, Bad: Program{Pool: tenantfilter.BadSelect}, Fixed: selects},
		{Rule: "tenantfilter", Form: "or", Expect: Reads, Bad: Program{Pool: tenantfilter.BadOr}, Fixed: selects},
		{Rule: "tenantfilter", Form: "join", Expect: Reads, Bad: Program{Pool: tenantfilter.BadJoin}, Fixed: Program{Pool: tenantfilter.FixedJoin}},
		{Rule: "tenantfilter", Form: "subselect", Expect: Reads, Bad: Program{Pool: tenantfilter.BadSubselect}, Fixed: selects},
		{Rule: "tenantfilter", Form: "update", Expect: Writes, Bad: Program{Pool: tenantfilter.BadUpdate}, Fixed: Program{Pool: tenantfilter.FixedUpdate}},
		{Rule: "tenantfilter", Form: "delete", Expect: Writes, Bad: Program{Pool: tenantfilter.BadDelete}, Fixed: Program{Pool: tenantfilter.FixedDelete}},

		{Rule: "tenantinsert", Form: "missing", Expect: Breaks, Bad: Program{Pool: tenantinsert.BadMissing}, Fixed: bound},
		{Rule: "tenantinsert", Form: "constant", Expect: Breaks, Bad: Program{Pool: tenantinsert.BadConstant}, Fixed: bound},
	}
}
