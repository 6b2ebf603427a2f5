// Package jobtenant works off jobs whose payload names no tenant.
package jobtenant

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"example.com/jobs/args"
	"example.com/jobs/tenantdb"
)

type remindArgs struct { // want `job payload remindArgs names no tenant, and its worker runs UPDATE on invoices without the tenant's context: it sees no rows, or every tenant's where the role bypasses row-level security; add the tenant's id to the payload, and set the context from it`
	InvoiceID string `json:"invoice_id"`
}

func (remindArgs) Kind() string { return "remind" }

type remindWorker struct {
	river.WorkerDefaults[remindArgs]
	pool *pgxpool.Pool
}

func (w *remindWorker) Work(ctx context.Context, job *river.Job[remindArgs]) error {
	_, err := w.pool.Exec(ctx, "UPDATE invoices SET reminded = now() WHERE id = $1", job.Args.InvoiceID) // want `UPDATE on invoices runs on the pool`
	return err
}

// In a transaction that nobody scoped, and in a function that the worker calls.
type batchArgs struct { // want `job payload batchArgs names no tenant, and its worker runs UPDATE on invoices`
	IDs  []string
	From time.Time
	By   struct{ Name string }
}

func (batchArgs) Kind() string { return "batch" }

type batchWorker struct {
	river.WorkerDefaults[batchArgs]
	pool *pgxpool.Pool
}

func (w *batchWorker) Work(ctx context.Context, job *river.Job[batchArgs]) error {
	return w.each(ctx, job.Args.IDs)
}

func (w *batchWorker) each(ctx context.Context, ids []string) error {
	return pgx.BeginFunc(ctx, w.pool, func(tx pgx.Tx) error {
		for _, id := range ids {
			if err := tenantdb.RemindOn(ctx, tx, id); err != nil { // want `UPDATE on invoices in a transaction where the tenant context is not set`
				return err
			}
		}
		return nil
	})
}

// The payload belongs to another package.
type exportWorker struct {
	river.WorkerDefaults[args.Export]
	pool *pgxpool.Pool
}

func (w *exportWorker) Work(ctx context.Context, job *river.Job[args.Export]) error { // want `job payload Export names no tenant, and its worker runs SELECT on invoices`
	rows, err := w.pool.Query(ctx, "SELECT id FROM invoices") // want `SELECT on invoices runs on the pool`
	if err != nil {
		return err
	}
	rows.Close()
	return rows.Err()
}

// A function instead of a method.
type countArgs struct{ Month string } // want `job payload countArgs names no tenant, and its worker runs SELECT on invoices`

func (countArgs) Kind() string { return "count" }

func register(workers *river.Workers, pool *pgxpool.Pool) {
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[countArgs]) error {
		var n int
		return pool.QueryRow(ctx, "SELECT count(*) FROM invoices WHERE reminded::text LIKE $1", job.Args.Month).Scan(&n) // want `SELECT on invoices runs on the pool`
	}))
	river.AddWorker(workers, river.WorkFunc((&purge{pool}).run))
}

// A method that has no such name.
type purgeArgs struct{ Month string } // want `job payload purgeArgs names no tenant, and its worker runs DELETE on invoices`

func (purgeArgs) Kind() string { return "purge" }

type purge struct{ pool *pgxpool.Pool }

func (p *purge) run(ctx context.Context, job *river.Job[purgeArgs]) error {
	_, err := p.pool.Exec(ctx, "DELETE FROM invoices WHERE reminded::text LIKE $1", job.Args.Month) // want `DELETE on invoices runs on the pool`
	return err
}
