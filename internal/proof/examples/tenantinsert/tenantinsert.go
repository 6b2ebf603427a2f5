// Package tenantinsert holds the examples of the rule tenantinsert, for a
// program without row-level security: each statement names its tenant.
package tenantinsert

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenantvet/tenantvet/internal/proof/examples/names"
)

// BadMissing makes a note that nobody has.
func BadMissing(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	if _, err := pool.Exec(ctx, "INSERT INTO notes (name) VALUES ('a4')"); err != nil {
		return nil, err
	}
	return names.Pgx(pool.Query(ctx, "SELECT name FROM notes WHERE tenant_id = $1 AND name IN ('a1', 'a4')", tenant))
}

// BadConstant makes it for one tenant, whoever asks.
func BadConstant(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	if _, err := pool.Exec(ctx, "INSERT INTO notes (name, tenant_id) VALUES ('a4', 'bbbbbbbb-0000-4000-8000-000000000002')"); err != nil {
		return nil, err
	}
	return names.Pgx(pool.Query(ctx, "SELECT name FROM notes WHERE tenant_id = $1 AND name IN ('a1', 'a4')", tenant))
}

func FixedBound(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	if _, err := pool.Exec(ctx, "INSERT INTO notes (name, tenant_id) VALUES ('a4', $1)", tenant); err != nil {
		return nil, err
	}
	return names.Pgx(pool.Query(ctx, "SELECT name FROM notes WHERE tenant_id = $1 AND name IN ('a1', 'a4')", tenant))
}
