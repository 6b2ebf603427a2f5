package proof

import (
	"github.com/tenantvet/tenantvet/internal/proof/examples/lostcontext"
	"github.com/tenantvet/tenantvet/internal/proof/examples/sessioncontext"
)

// lifetimeProofs are about how long the context holds.
func lifetimeProofs() []Proof {
	return []Proof{
		{Rule: "sessioncontext", Form: "conn", Expect: Soils, NoFix: "no transaction is open",
			Bad: Program{Pool: sessioncontext.BadConn}, Fixed: Program{Pool: sessioncontext.FixedConn}},
		{Rule: "sessioncontext", Form: "reset", Expect: Soils, NoFix: "no transaction is open",
			Bad: Program{Pool: sessioncontext.BadConn}, Fixed: Program{Pool: sessioncontext.FixedReset}},
		{Rule: "sessioncontext", Form: "tx", Expect: Soils,
			Bad: Program{Pool: sessioncontext.BadTx}, Fixed: Program{Pool: sessioncontext.FixedTx}},
		{Rule: "sessioncontext", Form: "role", Expect: Soils,
			Bad: Program{Pool: sessioncontext.BadRole}, Fixed: Program{Pool: sessioncontext.FixedRole}},
		{Rule: "sessioncontext", Form: "schema", Expect: Soils,
			Bad: Program{Pool: sessioncontext.BadSchema}, Fixed: Program{Pool: sessioncontext.FixedSchema}},
		{Rule: "sessioncontext", Form: "sql", Expect: Soils, NoFix: "no transaction is open",
			Bad: Program{SQL: sessioncontext.BadSQL}, Fixed: Program{SQL: sessioncontext.FixedSQL}},

		{Rule: "lostcontext", Form: "pool", Expect: Breaks,
			Bad: Program{Pool: lostcontext.BadPool}, Fixed: Program{Pool: lostcontext.FixedTx}},
		{Rule: "lostcontext", Form: "batch", Expect: Breaks,
			Bad: Program{Pool: lostcontext.BadPool}, Fixed: Program{Pool: lostcontext.FixedBatch}},
		{Rule: "lostcontext", Form: "soiled", Expect: Reads, Soiled: true,
			Bad: Program{Pool: lostcontext.BadPool}, Fixed: Program{Pool: lostcontext.FixedTx}},
		{Rule: "lostcontext", Form: "conn", Expect: Breaks,
			Bad: Program{Pool: lostcontext.BadConn}, Fixed: Program{Pool: lostcontext.FixedConn}},
		{Rule: "lostcontext", Form: "hook", Expect: Breaks,
			Bad: Program{Pool: lostcontext.BadHook}, Fixed: Program{Pool: lostcontext.FixedTx}},
		{Rule: "lostcontext", Form: "sql", Expect: Breaks,
			Bad: Program{SQL: lostcontext.BadSQL}, Fixed: Program{SQL: lostcontext.FixedSQL}},
	}
}
