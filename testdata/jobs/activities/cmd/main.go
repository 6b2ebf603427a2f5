// Command cmd runs the activities.
package main

import (
	"context"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"example.com/jobs/activities"
	"example.com/jobs/tenantdb"
)

func main() {
	pool, err := pgxpool.New(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		os.Exit(1)
	}
	c, err := client.Dial(client.Options{})
	if err != nil {
		os.Exit(1)
	}
	w := worker.New(c, "invoices", worker.Options{})
	w.RegisterActivity(&activities.Activities{Pool: pool, Invoices: &tenantdb.Invoices{DB: pool}}) // want `job payload Reminder names no tenant, and its worker runs UPDATE on invoices` `job payload Purge names no tenant, and its worker runs DELETE on invoices` `job payload PurgeFor names a tenant, and its worker, which runs DELETE on invoices, never sets`
	local := &local{pool}
	w.RegisterActivityWithOptions(local.count, activity.RegisterOptions{Name: "count"})
	w.RegisterActivity(&notes)
	if err := w.Run(worker.InterruptCh()); err != nil {
		os.Exit(1)
	}
}

// notes are nobody's rows.
var notes notebook

type notebook struct{}

// Note keeps nothing.
func (*notebook) Note(context.Context, string) error { return nil }

type local struct{ pool *pgxpool.Pool }

type month struct{ Month string } // want `job payload month names no tenant, and its worker runs SELECT on invoices`

func (l *local) count(ctx context.Context, m month) (n int, err error) {
	err = l.pool.QueryRow(ctx, "SELECT count(*) FROM invoices WHERE reminded::text LIKE $1", m.Month).Scan(&n) // want `SELECT on invoices runs on the pool`
	return n, err
}
