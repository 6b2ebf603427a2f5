// Package unit has the helpers that other packages of the corpus rely on.
package unit

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/tenant"
)

type Work struct{ Pool *pgxpool.Pool }

// Bad: the callback gets the context as it was.
func (w *Work) Within(ctx context.Context, id uuid.UUID, fn func(ctx context.Context) error) error {
	tx, err := w.Pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := tenant.Set(ctx, tx, id); err != nil {
		return err
	}
	if err := fn(ctx); err != nil { // want `the tenant context is set on the transaction, which is used for nothing and handed to nobody: what is called here works without it; hand the transaction on`
		return err
	}
	return tx.Commit(ctx)
}

// What hands its callback to a broken helper is as broken; the helper has to change.
func (w *Work) Retried(ctx context.Context, id uuid.UUID, fn func(ctx context.Context) error) error {
	if err := w.Within(ctx, id, fn); err == nil {
		return nil
	}
	return w.Within(ctx, id, fn)
}

type key struct{}

// Fixed: the context carries it.
func (w *Work) Carried(ctx context.Context, id uuid.UUID, fn func(ctx context.Context) error) error {
	return pgx.BeginFunc(ctx, w.Pool, func(tx pgx.Tx) error {
		if err := tenant.Set(ctx, tx, id); err != nil {
			return err
		}
		return fn(context.WithValue(ctx, key{}, tx))
	})
}
