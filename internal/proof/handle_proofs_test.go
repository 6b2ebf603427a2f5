package proof

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenantvet/tenantvet/internal/proof/examples/droppedtx"
	"github.com/tenantvet/tenantvet/internal/proof/examples/outerhandle"
	"github.com/tenantvet/tenantvet/internal/proof/examples/rawpool"
	"github.com/tenantvet/tenantvet/internal/proof/examples/unscopedtx"
)

// handleProofs are about the handle that a query runs on.
func handleProofs() []Proof {
	return []Proof{
		{Rule: "rawpool", Form: "pool", Expect: Breaks,
			Bad: Program{Pool: rawpool.BadPool}, Fixed: Program{Pool: rawpool.FixedPool}},
		{Rule: "rawpool", Form: "soiled", Expect: Reads, Soiled: true,
			Bad: Program{Pool: rawpool.BadPool}, Fixed: Program{Pool: rawpool.FixedPool}},
		{Rule: "rawpool", Form: "bypass", Expect: Reads, Login: "service_role", FixedLogin: "app",
			Bad: Program{Pool: rawpool.BadPool}, Fixed: Program{Pool: rawpool.FixedPool}},
		{Rule: "rawpool", Form: "owner", Expect: Reads, Login: "app_owner",
			Bad: Program{Pool: rawpool.BadUnforced}, Fixed: Program{Pool: rawpool.FixedForced}},
		{Rule: "rawpool", Form: "conn", Expect: Breaks,
			Bad: Program{Pool: rawpool.BadConn}, Fixed: Program{Pool: rawpool.FixedPool}},
		{Rule: "rawpool", Form: "sql", Expect: Breaks,
			Bad: Program{SQL: rawpool.BadSQL}, Fixed: Program{SQL: rawpool.FixedSQL}},

		{Rule: "unscopedtx", Form: "nocontext", Expect: Breaks,
			Bad: Program{Pool: unscopedtx.BadNoContext}, Fixed: Program{Pool: unscopedtx.FixedPool}},
		{Rule: "unscopedtx", Form: "soiled", Expect: Reads, Soiled: true,
			Bad: Program{Pool: unscopedtx.BadNoContext}, Fixed: Program{Pool: unscopedtx.FixedPool}},
		{Rule: "unscopedtx", Form: "afterquery", Expect: Breaks,
			Bad: Program{Pool: unscopedtx.BadAfterQuery}, Fixed: Program{Pool: unscopedtx.FixedPool}},
		{Rule: "unscopedtx", Form: "onebranch", Expect: Breaks,
			Bad: Program{Pool: unscopedtx.BadOneBranch}, Fixed: Program{Pool: unscopedtx.FixedEveryBranch}},
		{Rule: "unscopedtx", Form: "othertx", Expect: Breaks, Conns: 2,
			Bad: Program{Pool: unscopedtx.BadOtherTx}, Fixed: Program{Pool: unscopedtx.FixedPool}},
		{Rule: "unscopedtx", Form: "nestedrollback", Expect: Breaks,
			Bad: Program{Pool: unscopedtx.BadNestedRollback}, Fixed: Program{Pool: unscopedtx.FixedNestedCommit}},
		{Rule: "unscopedtx", Form: "aftercommit", Expect: Breaks, Error: "tx is closed",
			Bad: Program{Pool: unscopedtx.BadAfterCommit}, Fixed: Program{Pool: unscopedtx.FixedPool}},
		{Rule: "unscopedtx", Form: "owner", Expect: Writes, Login: "app_owner",
			Bad: Program{Pool: unscopedtx.BadUpdate}, Fixed: Program{Pool: unscopedtx.FixedUpdate}},
		{Rule: "unscopedtx", Form: "sql", Expect: Breaks,
			Bad: Program{SQL: unscopedtx.BadSQL}, Fixed: Program{SQL: unscopedtx.FixedSQL}},

		// Two connections: with one the bad program waits for itself for ever.
		{Rule: "outerhandle", Form: "capturedpool", Expect: Breaks, Conns: 2,
			Bad: Program{Pool: outerhandle.BadCapturedPool}, Fixed: Program{Pool: outerhandle.FixedCallback}},
		{Rule: "outerhandle", Form: "soiled", Expect: Reads, Conns: 2, Soiled: true,
			Bad: Program{Pool: outerhandle.BadCapturedPool}, Fixed: Program{Pool: outerhandle.FixedCallback}},
		{Rule: "outerhandle", Form: "opentx", Expect: Breaks, Conns: 2,
			Bad: Program{Pool: outerhandle.BadOpenTx}, Fixed: Program{Pool: outerhandle.FixedOpenTx}},
		{Rule: "outerhandle", Form: "receiverpool", Expect: Breaks, Conns: 2,
			Bad: onStore((*outerhandle.Store).BadReceiverPool), Fixed: onStore((*outerhandle.Store).FixedReceiver)},
		{Rule: "outerhandle", Form: "queries", Expect: Breaks, Conns: 2,
			Bad: onStore((*outerhandle.Store).BadQueries), Fixed: onStore((*outerhandle.Store).FixedQueries)},

		{Rule: "droppedtx", Form: "callback", Expect: Breaks, Conns: 2,
			Bad: Program{Pool: within(droppedtx.BadWithin, droppedtx.Unaware)}, Fixed: Program{Pool: within(droppedtx.FixedWithin, droppedtx.Aware)}},
		{Rule: "droppedtx", Form: "soiled", Expect: Reads, Conns: 2, Soiled: true,
			Bad: Program{Pool: within(droppedtx.BadWithin, droppedtx.Unaware)}, Fixed: Program{Pool: within(droppedtx.FixedWithin, droppedtx.Aware)}},
		{Rule: "droppedtx", Form: "middleware", Expect: Breaks, Conns: 2,
			Bad: Program{Pool: droppedtx.BadMiddleware}, Fixed: Program{Pool: droppedtx.FixedMiddleware}},
	}
}

func onStore(method func(*outerhandle.Store, context.Context, string) ([]string, error)) Program {
	return Program{Pool: func(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
		return method(outerhandle.NewStore(pool), ctx, tenant)
	}}
}

// A pooled program works on a pool for a tenant.
type pooled = func(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error)

// within is a program that works in a helper: the helper is the example, and
// shows what it does only when something is done in it.
func within(_ any, caller pooled) pooled { return caller }
