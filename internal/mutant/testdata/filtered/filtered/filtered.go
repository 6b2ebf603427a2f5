// Package filtered names the tenant in each statement.
package filtered

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/filtered/names"
)

func Select(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return names.Pgx(pool.Query(ctx, "SELECT name FROM orders WHERE tenant_id = $1 AND NOT archived ORDER BY name", tenant))
}

func Update(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return names.Pgx(pool.Query(ctx, "UPDATE orders SET archived = true WHERE tenant_id = $1 RETURNING name", tenant))
}

func Join(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	const lines = `
SELECT o.name FROM orders o
LEFT JOIN order_lines l ON l.tenant_id = o.tenant_id AND l.name = o.name
WHERE o.tenant_id = $1`
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		orders, err = names.Pgx(tx.Query(ctx, lines, tenant))
		return err
	})
	return orders, err
}

func Subselect(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return names.Pgx(pool.Query(ctx, "WITH open AS (SELECT name FROM orders WHERE tenant_id = $1) SELECT name FROM open", tenant))
}
