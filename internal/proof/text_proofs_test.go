package proof

import (
	"github.com/tenantvet/tenantvet/internal/proof/examples/boundset"
	"github.com/tenantvet/tenantvet/internal/proof/examples/brokensql"
	"github.com/tenantvet/tenantvet/internal/proof/examples/formattedset"
	"github.com/tenantvet/tenantvet/internal/proof/examples/formattedsql"
	"github.com/tenantvet/tenantvet/internal/proof/examples/unsetcontext"
)

// textProofs are about how the context statement is written.
func textProofs() []Proof {
	formatted := Program{Pool: formattedset.FixedPool}
	// Without arguments a text goes by the simple protocol, which takes several statements.
	second := func(a, b string) string { return "x'; SET app.tenant_id = '" + b + "' --" }
	// One statement is enough to become another tenant and read again.
	union := func(a, b string) string {
		return "x' UNION ALL SELECT name FROM (SELECT set_config('app.tenant_id', '" + b + "', true) AS name) s WHERE name = '' " +
			"UNION ALL SELECT name FROM orders --"
	}
	return []Proof{
		{Rule: "formattedsql", Form: "concat", Expect: Reads, Hostile: union,
			Bad: Program{Pool: formattedsql.BadLiteral}, Fixed: Program{Pool: formattedsql.FixedBound}},
		{Rule: "formattedsql", Form: "sprintf", Expect: Reads, Hostile: union,
			Bad: Program{Pool: formattedsql.BadSprintf}, Fixed: Program{Pool: formattedsql.FixedBound}},
		{Rule: "formattedsql", Form: "sql", Expect: Reads, Hostile: union,
			Bad: Program{SQL: formattedsql.BadSQL}, Fixed: Program{SQL: formattedsql.FixedSQL}},

		{Rule: "formattedset", Form: "sprintf", Expect: Reads, Hostile: second,
			Bad: Program{Pool: formattedset.BadSprintf}, Fixed: formatted},
		{Rule: "formattedset", Form: "concat", Expect: Reads, Hostile: second,
			Bad: Program{Pool: formattedset.BadConcat}, Fixed: formatted},
		{Rule: "formattedset", Form: "builder", Expect: Reads, Hostile: second, NoFix: "the text is put together in several statements",
			Bad: Program{Pool: formattedset.BadBuilder}, Fixed: formatted},
		{Rule: "formattedset", Form: "goquoted", Expect: Reads,
			Hostile: func(a, b string) string { return `x"; SET app.tenant_id = '` + b + `' --` },
			Bad:     Program{Pool: formattedset.BadGoQuoted}, Fixed: formatted},
		{Rule: "formattedset", Form: "wrongescape", Expect: Reads,
			Hostile: func(a, b string) string { return `x"; SET app.tenant_id = $$` + b + `$$ --` },
			Bad:     Program{Pool: formattedset.BadWrongEscape}, Fixed: formatted},
		{Rule: "formattedset", Form: "setconfig", Expect: Reads,
			// One statement is enough here, so no protocol would stop it.
			Hostile: func(a, b string) string { return "x', true), set_config('app.tenant_id', '" + b },
			Bad:     Program{Pool: formattedset.BadSetConfig}, Fixed: formatted},
		{Rule: "formattedset", Form: "soils", Expect: Soils, Hostile: second,
			Bad: Program{Pool: formattedset.BadSprintf}, Fixed: formatted},
		{Rule: "formattedset", Form: "sql", Expect: Reads, Hostile: second,
			Bad: Program{SQL: formattedset.BadSQL}, Fixed: Program{SQL: formattedset.FixedSQL}},

		{Rule: "boundset", Form: "setlocal", Expect: Breaks, Error: "42601",
			Bad: Program{Pool: boundset.BadSetLocal}, Fixed: Program{Pool: boundset.FixedPool}},
		{Rule: "boundset", Form: "quoted", Expect: Breaks, NoFix: "there is no value to bind", Error: `invalid input syntax for type uuid: "$1"`,
			Bad: Program{Pool: boundset.BadQuoted}, Fixed: Program{Pool: boundset.FixedPool}},
		{Rule: "boundset", Form: "sql", Expect: Breaks, Error: "42601",
			Bad: Program{SQL: boundset.BadSQL}, Fixed: Program{SQL: boundset.FixedSQL}},

		{Rule: "unsetcontext", Form: "misspelt", Expect: Breaks,
			Bad: Program{Pool: unsetcontext.Bad}, Fixed: Program{Pool: unsetcontext.Fixed}},

		{Rule: "brokensql", Form: "set", Expect: Breaks, Error: "42601",
			Bad: Program{Pool: brokensql.BadSet}, Fixed: Program{Pool: brokensql.FixedPool}},
		{Rule: "brokensql", Form: "query", Expect: Breaks, Error: "42601",
			Bad: Program{Pool: brokensql.BadQuery}, Fixed: Program{Pool: brokensql.FixedPool}},
		{Rule: "brokensql", Form: "sql", Expect: Breaks, Error: "42601",
			Bad: Program{SQL: brokensql.BadSQL}, Fixed: Program{SQL: brokensql.FixedSQL}},
	}
}
