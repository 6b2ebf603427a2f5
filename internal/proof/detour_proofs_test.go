package proof

import (
	"github.com/tenantvet/tenantvet/internal/proof/examples/copyintorls"
	"github.com/tenantvet/tenantvet/internal/proof/examples/rlsbypassstmt"
)

// detourProofs are about statements that the policies don't hold for, or that
// don't hold with them.
func detourProofs() []Proof {
	const refused = "0A000"
	batch := Program{Pool: copyintorls.FixedBatch}
	table := Program{Pool: rlsbypassstmt.FixedTable}
	return []Proof{
		{Rule: "copyintorls", Form: "copyfrom", Expect: Breaks, Error: refused, Bad: Program{Pool: copyintorls.BadCopyFrom}, Fixed: batch},
		{Rule: "copyintorls", Form: "text", Expect: Breaks, Error: refused, Bad: Program{Pool: copyintorls.BadText}, Fixed: batch},
		{Rule: "copyintorls", Form: "staged", Expect: Breaks, Error: refused,
			Bad: Program{Pool: copyintorls.BadCopyFrom}, Fixed: Program{Pool: copyintorls.FixedStaged}},

		{Rule: "rlsbypassstmt", Form: "truncate", Expect: Writes,
			Bad: Program{Pool: rlsbypassstmt.BadTruncate}, Fixed: Program{Pool: rlsbypassstmt.FixedDelete}},
		{Rule: "rlsbypassstmt", Form: "partition", Expect: Reads,
			Bad: Program{Pool: rlsbypassstmt.BadPartition}, Fixed: Program{Pool: rlsbypassstmt.FixedPartition}},
		{Rule: "rlsbypassstmt", Form: "partitiondelete", Expect: Writes,
			Bad: Program{Pool: rlsbypassstmt.BadPartitionDelete}, Fixed: Program{Pool: rlsbypassstmt.FixedDelete}},
		{Rule: "rlsbypassstmt", Form: "view", Expect: Reads, Bad: Program{Pool: rlsbypassstmt.BadView}, Fixed: table},
		{Rule: "rlsbypassstmt", Form: "ownersview", Expect: Reads,
			Bad: Program{Pool: rlsbypassstmt.BadOwnersView}, Fixed: Program{Pool: rlsbypassstmt.FixedBound}},
		{Rule: "rlsbypassstmt", Form: "invoker", Expect: Reads,
			Bad: Program{Pool: rlsbypassstmt.BadView}, Fixed: Program{Pool: rlsbypassstmt.FixedInvoker}},
		{Rule: "rlsbypassstmt", Form: "condition", Expect: Reads,
			Bad: Program{Pool: rlsbypassstmt.BadView}, Fixed: Program{Pool: rlsbypassstmt.FixedCondition}},
		{Rule: "rlsbypassstmt", Form: "materialized", Expect: Reads, Bad: Program{Pool: rlsbypassstmt.BadMaterialized}, Fixed: table},
	}
}
