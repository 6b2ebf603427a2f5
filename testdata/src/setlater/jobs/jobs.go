// Package jobs works on transactions of its own.
package jobs

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

func Archive(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE orders SET name = ''") // want `UPDATE on orders in a transaction where the tenant context is not set`
		return err
	})
}
