package proof

import (
	"github.com/tenantvet/tenantvet/internal/proof/examples/bypassrole"
	"github.com/tenantvet/tenantvet/internal/proof/examples/servicerole"
)

// roleProofs are about who the program is to the server.
func roleProofs() []Proof {
	return []Proof{
		{Rule: "servicerole", Form: "env", Expect: Reads,
			Bad: Program{Login: servicerole.BadEnv}, Fixed: Program{Login: servicerole.FixedEnv}},
		{Rule: "servicerole", Form: "literal", Expect: Reads,
			Bad: Program{Login: servicerole.BadLiteral}, Fixed: Program{Login: servicerole.FixedLiteral}},

		{Rule: "bypassrole", Form: "role", Expect: Reads,
			Bad: Program{Pool: bypassrole.BadRole}, Fixed: Program{Pool: bypassrole.FixedRole}},
		{Rule: "bypassrole", Form: "flag", Expect: Reads,
			Bad: Program{Pool: bypassrole.BadFlag}, Fixed: Program{Pool: bypassrole.FixedFlag}},
		{Rule: "bypassrole", Form: "rowsecurity", Expect: Breaks, Error: "query would be affected by row-level security policy",
			Bad: Program{Pool: bypassrole.BadRowSecurity}, Fixed: Program{Pool: bypassrole.FixedRole}},
		{Rule: "bypassrole", Form: "login", Expect: Reads,
			Bad: Program{Pool: bypassrole.BadLogin}, Fixed: Program{Pool: bypassrole.FixedLogin}},
		{Rule: "bypassrole", Form: "owner", Expect: Reads,
			Bad: Program{Pool: bypassrole.BadOwner}, Fixed: Program{Pool: bypassrole.FixedOwner}},
		{Rule: "bypassrole", Form: "grant", Expect: Reads,
			Bad: Program{Pool: bypassrole.BadGrant}, Fixed: Program{Pool: bypassrole.FixedRole}},
		{Rule: "bypassrole", Form: "sql", Expect: Reads,
			Bad: Program{SQL: bypassrole.BadSQL}, Fixed: Program{SQL: bypassrole.FixedSQL}},
	}
}
