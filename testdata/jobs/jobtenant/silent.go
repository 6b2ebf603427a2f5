package jobtenant

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"example.com/jobs/tenantdb"
)

// Right: the payload names the tenant, and the worker works for it.
type fixedArgs struct{ Owner, InvoiceID string }

func (fixedArgs) Kind() string { return "fixed" }

type fixedWorker struct {
	river.WorkerDefaults[fixedArgs]
	pool *pgxpool.Pool
}

func (w *fixedWorker) Work(ctx context.Context, job *river.Job[fixedArgs]) error {
	return tenantdb.WithTenant(ctx, w.pool, job.Args.Owner, func(tx pgx.Tx) error {
		return tenantdb.RemindOn(ctx, tx, job.Args.InvoiceID)
	})
}

// What is in a document is not known.
type documentArgs struct {
	ID    string
	Event json.RawMessage
}

func (documentArgs) Kind() string { return "document" }

type documentWorker struct {
	river.WorkerDefaults[documentArgs]
	pool *pgxpool.Pool
}

func (w *documentWorker) Work(ctx context.Context, job *river.Job[documentArgs]) error {
	_, err := w.pool.Exec(ctx, "DELETE FROM invoices WHERE id = $1", job.Args.ID) // want `DELETE on invoices runs on the pool`
	return err
}

// The statement says which field is the tenant, whatever it is called.
type columnArgs struct{ ID, By string }

func (columnArgs) Kind() string { return "column" }

type columnWorker struct {
	river.WorkerDefaults[columnArgs]
	pool *pgxpool.Pool
}

func (w *columnWorker) Work(ctx context.Context, job *river.Job[columnArgs]) error {
	_, err := w.pool.Exec(ctx, "INSERT INTO invoices (id, tenant_id) VALUES ($1, $2)", job.Args.ID, job.Args.By) // want `INSERT on invoices runs on the pool`
	return err
}

type pinnedArgs struct{ ID, By string }

func (pinnedArgs) Kind() string { return "pinned" }

type pinnedWorker struct {
	river.WorkerDefaults[pinnedArgs]
	pool *pgxpool.Pool
}

func (w *pinnedWorker) Work(ctx context.Context, job *river.Job[pinnedArgs]) error {
	_, err := w.pool.Exec(ctx, "DELETE FROM invoices WHERE id = $1 AND tenant_id = $2", job.Args.ID, job.Args.By) // want `DELETE on invoices runs on the pool`
	return err
}

// A row that the worker reads says whose the job is.
type lookupArgs struct{ InvoiceID string }

func (lookupArgs) Kind() string { return "lookup" }

type lookupWorker struct {
	river.WorkerDefaults[lookupArgs]
	pool *pgxpool.Pool
}

func (w *lookupWorker) Work(ctx context.Context, job *river.Job[lookupArgs]) error {
	var tenant string
	if err := w.pool.QueryRow(ctx, "SELECT tenant_id FROM invoices WHERE id = $1", job.Args.InvoiceID).Scan(&tenant); err != nil { // want `SELECT on invoices runs on the pool`
		return err
	}
	return tenantdb.WithTenant(ctx, w.pool, tenant, func(tx pgx.Tx) error {
		return tenantdb.RemindOn(ctx, tx, job.Args.InvoiceID)
	})
}

// The worker does it for one tenant after the other.
type allArgs struct{ Month string }

func (allArgs) Kind() string { return "all" }

type allWorker struct {
	river.WorkerDefaults[allArgs]
	pool *pgxpool.Pool
}

func (w *allWorker) Work(ctx context.Context, job *river.Job[allArgs]) error {
	rows, err := w.pool.Query(ctx, "SELECT id::text FROM tenants")
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := w.one(ctx, id, job.Args.Month); err != nil {
			return err
		}
	}
	var left int
	return w.pool.QueryRow(ctx, "SELECT count(*) FROM invoices WHERE reminded IS NULL").Scan(&left) // want `SELECT on invoices runs on the pool`
}

func (w *allWorker) one(ctx context.Context, tenant, month string) error {
	tx, err := w.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM invoices WHERE reminded::text LIKE $1", month); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Something of the job goes into the context, and may be the tenant there.
type carriedArgs struct{ Owner, ID string }

func (carriedArgs) Kind() string { return "carried" }

type carriedWorker struct {
	river.WorkerDefaults[carriedArgs]
	pool *pgxpool.Pool
}

func (w *carriedWorker) Work(ctx context.Context, job *river.Job[carriedArgs]) error {
	ctx = tenantdb.With(ctx, job.Args.Owner)
	_, err := w.pool.Exec(ctx, "DELETE FROM invoices WHERE id = $1", job.Args.ID) // want `DELETE on invoices runs on the pool`
	return err
}

// Or a function of which nothing is known does that.
type enterArgs struct{ Owner, ID string }

func (enterArgs) Kind() string { return "enter" }

type enterWorker struct {
	river.WorkerDefaults[enterArgs]
	pool  *pgxpool.Pool
	enter func(context.Context, string) context.Context
}

func (w *enterWorker) Work(ctx context.Context, job *river.Job[enterArgs]) error {
	_, err := w.pool.Exec(w.enter(ctx, job.Args.Owner), "DELETE FROM invoices WHERE id = $1", job.Args.ID) // want `DELETE on invoices runs on the pool`
	return err
}

// The context of a worker may carry the tenant: a middleware of the queue can
// have put it there.
type contextArgs struct{ ID string }

func (contextArgs) Kind() string { return "context" }

type contextWorker struct {
	river.WorkerDefaults[contextArgs]
	pool *pgxpool.Pool
}

func (w *contextWorker) Work(ctx context.Context, job *river.Job[contextArgs]) error {
	return tenantdb.InContext(ctx, w.pool, func(tx pgx.Tx) error {
		return tenantdb.RemindOn(ctx, tx, job.Args.ID)
	})
}

// A job without a payload is about no tenant in particular.
type emptyArgs struct{}

func (emptyArgs) Kind() string { return "empty" }

type emptyWorker struct {
	river.WorkerDefaults[emptyArgs]
	pool *pgxpool.Pool
}

func (w *emptyWorker) Work(ctx context.Context, _ *river.Job[emptyArgs]) error {
	_, err := w.pool.Exec(ctx, "DELETE FROM invoices WHERE reminded IS NOT NULL") // want `DELETE on invoices runs on the pool`
	return err
}

// The rates are everybody's.
type rateArgs struct{ Currency string }

func (rateArgs) Kind() string { return "rate" }

type rateWorker struct {
	river.WorkerDefaults[rateArgs]
	pool *pgxpool.Pool
}

func (w *rateWorker) Work(ctx context.Context, job *river.Job[rateArgs]) error {
	_, err := w.pool.Exec(ctx, "UPDATE rates SET rate = 1 WHERE currency = $1", job.Args.Currency)
	return err
}

// No worker: the method has another name, and the type is not the queue's.
type Job[T any] struct{ Args T }

type otherArgs struct{ ID string }

func (otherArgs) Kind() string { return "other" }

type other struct{ pool *pgxpool.Pool }

func (o *other) Work(ctx context.Context, job *Job[otherArgs]) error {
	_, err := o.pool.Exec(ctx, "DELETE FROM invoices WHERE id = $1", job.Args.ID) // want `DELETE on invoices runs on the pool`
	return err
}

func (o *other) Log(_ context.Context, job *river.Job[otherArgs]) error {
	_, err := fmt.Println(job.Args.ID)
	return err
}

//tenantvet:ignore jobtenant -- the invoice's number is a secret that only its tenant has
type allowedArgs struct{ Number string }

func (allowedArgs) Kind() string { return "allowed" }

type allowedWorker struct {
	river.WorkerDefaults[allowedArgs]
	pool *pgxpool.Pool
}

func (w *allowedWorker) Work(ctx context.Context, job *river.Job[allowedArgs]) error {
	_, err := w.pool.Exec(ctx, "DELETE FROM invoices WHERE id = $1", job.Args.Number) // want `DELETE on invoices runs on the pool`
	return err
}
