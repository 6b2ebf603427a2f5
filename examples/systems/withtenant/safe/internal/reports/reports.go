// Package reports has figures over all tenants. Its pool logs in as reporter, whom no
// policy binds.
package reports

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Revenue adds up the orders of all tenants.
func Revenue(ctx context.Context, reporting *pgxpool.Pool) (cents int64, err error) {
	err = reporting.QueryRow(ctx, "SELECT coalesce(sum(total_cents), 0)::bigint FROM orders").Scan(&cents)
	return cents, err
}
