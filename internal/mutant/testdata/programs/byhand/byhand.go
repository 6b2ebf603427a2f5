// Package byhand begins transactions with text.
package byhand

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/programs/names"
)

func Text(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "BEGIN"); err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	orders, err := names.Pgx(conn.Query(ctx, "SELECT name FROM orders"))
	if err != nil {
		return nil, err
	}
	_, err = conn.Exec(ctx, "COMMIT")
	return orders, err
}
