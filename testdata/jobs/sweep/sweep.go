// Package sweep works for all tenants, as the configuration says.
package sweep

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
)

// Args say what is old.
type Args struct{ Before time.Time }

// Kind names the job.
func (Args) Kind() string { return "sweep" }

// Worker deletes what is old.
type Worker struct {
	river.WorkerDefaults[Args]
	pool *pgxpool.Pool
}

// Work does it.
func (w *Worker) Work(ctx context.Context, job *river.Job[Args]) error {
	_, err := w.pool.Exec(ctx, "DELETE FROM invoices WHERE reminded < $1", job.Args.Before)
	return err
}
