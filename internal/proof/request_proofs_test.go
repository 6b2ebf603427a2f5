package proof

import (
	"github.com/tenantvet/tenantvet/internal/proof/examples/untrustedtenant"
)

// requestProofs are about what requests say. Whoever sends them is a user of
// tenant A.
func requestProofs() []Proof {
	other := func(_, b string) string { return b }
	return []Proof{
		{Rule: "untrustedtenant", Form: "header", Expect: Reads, Hostile: other,
			Bad: Program{Pool: untrustedtenant.BadHeader}, Fixed: Program{Pool: untrustedtenant.FixedCompared}},
		{Rule: "untrustedtenant", Form: "query", Expect: Reads, Hostile: other,
			Bad: Program{Pool: untrustedtenant.BadQuery}, Fixed: Program{Pool: untrustedtenant.FixedMember}},
		{Rule: "untrustedtenant", Form: "body", Expect: Reads, Hostile: other,
			Bad: Program{Pool: untrustedtenant.BadBody}, Fixed: Program{Pool: untrustedtenant.FixedClaims}},
		{Rule: "untrustedtenant", Form: "unverified", Expect: Reads, Hostile: other,
			Bad: Program{Pool: untrustedtenant.BadUnverified}, Fixed: Program{Pool: untrustedtenant.FixedClaims}},
		{Rule: "untrustedtenant", Form: "context", Expect: Reads, Hostile: other,
			Bad: Program{Pool: untrustedtenant.BadContext}, Fixed: Program{Pool: untrustedtenant.FixedContext}},
	}
}
