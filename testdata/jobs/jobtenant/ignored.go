package jobtenant

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"example.com/jobs/tenantdb"
)

// The payload names the tenant, and the worker forgets it.
type forgetfulArgs struct {
	Meta struct{ TenantRef string }
	ID   string
}

func (forgetfulArgs) Kind() string { return "forgetful" }

type forgetfulWorker struct {
	river.WorkerDefaults[forgetfulArgs]
	pool *pgxpool.Pool
}

func (w *forgetfulWorker) Work(ctx context.Context, job *river.Job[forgetfulArgs]) error { // want `job payload forgetfulArgs names a tenant, and its worker, which runs DELETE on invoices, never sets the tenant's context from it`
	_, err := w.pool.Exec(ctx, "DELETE FROM invoices WHERE id = $1", job.Args.ID) // want `DELETE on invoices runs on the pool`
	return err
}

// Only the name in the document says so.
type taggedArgs struct {
	Owner string `json:"workspace_id"`
	ID    string
}

func (taggedArgs) Kind() string { return "tagged" }

type taggedWorker struct {
	river.WorkerDefaults[taggedArgs]
	pool *pgxpool.Pool
}

func (w *taggedWorker) Work(ctx context.Context, job *river.Job[taggedArgs]) error { // want `job payload taggedArgs names a tenant`
	_, err := w.pool.Exec(ctx, "DELETE FROM invoices WHERE id = $1", job.Args.ID) // want `DELETE on invoices runs on the pool`
	return err
}

// The context is set, but not by the time of the first statement.
type lateArgs struct{ TenantID, ID string }

func (lateArgs) Kind() string { return "late" }

type lateWorker struct {
	river.WorkerDefaults[lateArgs]
	pool *pgxpool.Pool
}

func (w *lateWorker) Work(ctx context.Context, job *river.Job[lateArgs]) error { // want `job payload lateArgs names a tenant, and its worker, which runs DELETE on invoices, runs that outside of the tenant's context, which it sets for other statements`
	if _, err := w.pool.Exec(ctx, "DELETE FROM invoices WHERE id = $1", job.Args.ID); err != nil { // want `DELETE on invoices runs on the pool`
		return err
	}
	return tenantdb.WithTenant(ctx, w.pool, job.Args.TenantID, func(tx pgx.Tx) error {
		return tenantdb.RemindOn(ctx, tx, job.Args.ID)
	})
}

// Fixed, it is.
type earlyArgs struct{ TenantID, ID string }

func (earlyArgs) Kind() string { return "early" }

type earlyWorker struct {
	river.WorkerDefaults[earlyArgs]
	pool *pgxpool.Pool
}

func (w *earlyWorker) Work(ctx context.Context, job *river.Job[earlyArgs]) error {
	return tenantdb.WithTenant(ctx, w.pool, job.Args.TenantID, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM invoices WHERE id = $1", job.Args.ID); err != nil {
			return err
		}
		return tenantdb.RemindOn(ctx, tx, job.Args.ID)
	})
}
