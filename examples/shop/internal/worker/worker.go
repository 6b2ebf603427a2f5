// Package worker does what need not be done while a request waits.
package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/shop/internal/db"
	"example.com/shop/internal/tenant"
)

// A Worker takes jobs from the queue.
type Worker struct {
	pool *pgxpool.Pool
}

// New returns a Worker.
func New(pool *pgxpool.Pool) *Worker {
	return &Worker{pool: pool}
}

// Run works until the context ends.
func (w *Worker) Run(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		for {
			worked, err := w.Next(ctx)
			if err != nil {
				slog.ErrorContext(ctx, "job failed", "err", err)
			}
			if !worked {
				break
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// Next does the next job and says whether there was one. The job's row stays
// locked meanwhile; the job itself runs in a transaction of its own, in the
// context of its shop.
func (w *Worker) Next(ctx context.Context) (bool, error) {
	tx, err := w.pool.Begin(ctx)
	if err != nil {
		return false, err
	}
	defer tx.Rollback(ctx)

	queue := db.New(tx)
	job, err := queue.TakeJob(ctx)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := w.do(ctx, job); err != nil {
		return false, fmt.Errorf("job %d (%s): %w", job.ID, job.Kind, err)
	}
	if err := queue.FinishJob(ctx, job.ID); err != nil {
		return false, err
	}
	return true, tx.Commit(ctx)
}

func (w *Worker) do(ctx context.Context, job db.TakeJobRow) error {
	switch job.Kind {
	case "invoice":
		return w.invoice(ctx, job)
	case "expire":
		return w.expire(ctx, job)
	default:
		return errors.New("unknown kind of job")
	}
}

// invoice issues the invoice of an order.
func (w *Worker) invoice(ctx context.Context, job db.TakeJobRow) error {
	tx, err := w.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)

	if err := tenant.Set(ctx, tx, job.TenantID); err != nil {
		return err
	}
	q := db.New(tx)
	order, err := q.GetOrder(ctx, *job.OrderID)
	if err != nil {
		return err
	}
	if _, err := q.CreateInvoice(ctx, db.CreateInvoiceParams{OrderID: order.ID, AmountCents: order.TotalCents}); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// expire cancels an order that nobody has paid for.
func (w *Worker) expire(ctx context.Context, job db.TakeJobRow) error {
	tx, err := w.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)

	q := db.New(tx)
	order, err := q.GetOrder(ctx, *job.OrderID)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil // deleted meanwhile
	}
	if err != nil {
		return err
	}
	if order.Status != "open" {
		return nil
	}
	if err := tenant.Set(ctx, tx, job.TenantID); err != nil {
		return err
	}
	if _, err := q.SetOrderStatus(ctx, db.SetOrderStatusParams{ID: order.ID, Status: "expired"}); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
