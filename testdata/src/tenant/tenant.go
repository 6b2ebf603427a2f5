// Package tenant has the helpers of a correct program: what they promise is
// inferred from their bodies.
package tenant

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Setting is the setting that the policies read.
const Setting = "app.tenant_id"

// Set sets the tenant on a transaction.
func Set(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	_, err := tx.Exec(ctx, "SELECT set_config($1, $2, true)", Setting, id.String())
	if err != nil {
		return fmt.Errorf("set tenant: %w", err)
	}
	return nil
}

// With runs fn in a transaction of the tenant.
func With(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, fn func(ctx context.Context, tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := Set(ctx, tx, id); err != nil {
			return err
		}
		return fn(ctx, tx)
	})
}

// Begin begins a transaction of the tenant.
func Begin(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (pgx.Tx, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if err := Set(ctx, tx, id); err != nil {
		_ = tx.Rollback(ctx)
		return nil, err
	}
	return tx, nil
}

// Value is With for a callback with a result.
func Value[T any](ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, fn func(tx pgx.Tx) (T, error)) (T, error) {
	var zero T
	tx, err := Begin(ctx, pool, id)
	if err != nil {
		return zero, err
	}
	defer tx.Rollback(ctx)
	v, err := fn(tx)
	if err != nil {
		return zero, err
	}
	return v, tx.Commit(ctx)
}
