// Package unsetcontext holds the examples of the rule unsetcontext.
package unsetcontext

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenantvet/tenantvet/internal/proof/examples/names"
)

// Bad sets what no policy reads.
func Bad(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenantid', $1, true)", tenant); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}

func Fixed(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}
