// Package batch sets the context as the first item of a batch.
package batch

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/programs/names"
)

func OnPool(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	batch := &pgx.Batch{}
	batch.Queue("SELECT set_config('app.tenant_id', $1, true)", tenant)
	batch.Queue("UPDATE orders SET archived = true")
	batch.Queue("SELECT name FROM orders")
	results := pool.SendBatch(ctx, batch)
	defer results.Close()
	for range 2 {
		if _, err := results.Exec(); err != nil {
			return nil, err
		}
	}
	return names.Pgx(results.Query())
}

func OnTx(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		batch := &pgx.Batch{}
		batch.Queue("UPDATE orders SET archived = true")
		if err := tx.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}
