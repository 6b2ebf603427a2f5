// Package roles steps down to a role for the transaction.
package roles

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/programs/names"
)

func Readonly(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL ROLE app_readonly"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}
