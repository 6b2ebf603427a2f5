package main

import (
	"context"
	"os"
	"slices"

	"github.com/jackc/pgx/v5"

	"example.com/withtenant/internal/worker"
)

const (
	orderA = "aaaaaaaa-0000-4000-8000-00000000000a"
)

func main() {
	ctx := context.Background()

	// Two connections: where the callback runs on the pool, a tenant takes both.
	pool := openMany(os.Getenv("DATABASE_URL"), 2)
	store := newStore(pool)
	held, err := pool.Acquire(ctx)
	works(true, "a connection", err)
	n, err := store.Open(ctx, tenantA)
	works(n == 1, "A counts its open invoices", err)
	held.Release()
	_, err = store.Open(ctx, tenantA)
	works(true, "A counts them on the other one", err)
	seenByB, _ := store.List(ctx, tenantB)
	leaks(slices.Contains(seenByB, orderA), "B lists its orders on A's connections, and gets A's")

	n, err = store.Open(ctx, tenantA+"'; SET app.tenant_id = '"+tenantB)
	leaks(err == nil && n == 2, "A counts B's invoices, with SQL in its name")

	best, _ := best(ctx, store, tenantA)
	leaks(best == 200, "A sees the best order, which is B's")

	pool.Reset() // a server just started
	job(tenantB)
	_ = worker.Close(ctx, pool)
	leaks(count("SELECT count(*) FROM invoices WHERE closed") == 0, "the job for B is lost: nothing says that it is B's")

	// On a connection that has had a tenant.
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantA)
		return err
	})
	works(true, "a transaction for A", err)
	_, err = pool.Exec(ctx, "SELECT count(*) FROM invoices")
	leaks(err != nil, "afterwards the statement of nobody fails, instead of finding nothing")
}
