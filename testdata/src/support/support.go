// Package support has a helper that switches row-level security off.
package support

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Begin begins a transaction that sees every tenant's rows.
func Begin(ctx context.Context, pool *pgxpool.Pool) (pgx.Tx, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, "SET LOCAL ROLE batch"); err != nil { // want `switches to role batch, which has BYPASSRLS`
		_ = tx.Rollback(ctx)
		return nil, err
	}
	return tx, nil
}

// Names is complete in itself: its callers get names, not a handle.
func Names(ctx context.Context, pool *pgxpool.Pool) (names []string, err error) {
	tx, err := Begin(ctx, pool)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	rows, err := tx.Query(ctx, "SELECT email FROM customers")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// Aware works for a tenant, and past the policies where it is given none.
func Aware(ctx context.Context, pool *pgxpool.Pool, tenant string, fn func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if tenant != "" {
			if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
				return err
			}
		} else if _, err := tx.Exec(ctx, "SET LOCAL ROLE service_role"); err != nil { // want `switches to role service_role`
			return err
		}
		return fn(tx)
	})
}
