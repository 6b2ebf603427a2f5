// Package ops is declared privileged: it works for all tenants.
package ops

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/logins/opener"
	"example.com/corpus/logins/store"
)

func All(ctx context.Context, tenant string) (int64, error) {
	pool, err := opener.Service(ctx)
	if err != nil {
		return 0, err
	}
	return store.New(pool).Total(ctx, tenant)
}

// Count needs a handle that bypasses; that it has one is its own affair.
func Count(ctx context.Context, pool *pgxpool.Pool) (n int64, err error) {
	err = pool.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}
