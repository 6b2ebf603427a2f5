// Package tenantfilter holds the examples of the rule tenantfilter, for a
// program without row-level security: each statement names its tenant.
package tenantfilter

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenantvet/tenantvet/internal/proof/examples/names"
)

// BadSelect finds what is not archived, whoever has it.
func BadSelect(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return names.Pgx(pool.Query(ctx, "SELECT name FROM notes WHERE NOT archived"))
}

func BadOr(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return names.Pgx(pool.Query(ctx, "SELECT name FROM notes WHERE tenant_id = $1 OR NOT archived", tenant))
}

// BadJoin pins one side of the join.
func BadJoin(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return names.Pgx(pool.Query(ctx, "SELECT c.name FROM notes n JOIN note_lines c ON c.archived = n.archived WHERE n.tenant_id = $1 AND n.name = 'a1'", tenant))
}

func BadSubselect(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return names.Pgx(pool.Query(ctx, "SELECT name FROM (SELECT name FROM notes UNION SELECT name FROM notes WHERE tenant_id = $1) n", tenant))
}

func BadUpdate(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	if _, err := pool.Exec(ctx, "UPDATE notes SET archived = true WHERE name LIKE 'b%'"); err != nil {
		return nil, err
	}
	return names.Pgx(pool.Query(ctx, "SELECT name FROM notes WHERE tenant_id = $1", tenant))
}

func BadDelete(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	if _, err := pool.Exec(ctx, "DELETE FROM note_lines l USING notes n WHERE l.archived = n.archived AND n.tenant_id = $1", tenant); err != nil {
		return nil, err
	}
	return names.Pgx(pool.Query(ctx, "SELECT name FROM notes WHERE tenant_id = $1", tenant))
}

func FixedSelect(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return names.Pgx(pool.Query(ctx, "SELECT name FROM notes WHERE tenant_id = $1 AND NOT archived", tenant))
}

func FixedJoin(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return names.Pgx(pool.Query(ctx, "SELECT c.name FROM notes n JOIN note_lines c ON c.tenant_id = n.tenant_id AND c.archived = n.archived WHERE n.tenant_id = $1 AND n.name = 'a1'", tenant))
}

func FixedUpdate(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	if _, err := pool.Exec(ctx, "UPDATE notes SET archived = true WHERE name LIKE 'b%' AND tenant_id = $1", tenant); err != nil {
		return nil, err
	}
	return names.Pgx(pool.Query(ctx, "SELECT name FROM notes WHERE tenant_id = $1", tenant))
}

func FixedDelete(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	if _, err := pool.Exec(ctx, "DELETE FROM note_lines l USING notes n WHERE l.archived = n.archived AND l.tenant_id = n.tenant_id AND n.tenant_id = $1", tenant); err != nil {
		return nil, err
	}
	return names.Pgx(pool.Query(ctx, "SELECT name FROM notes WHERE tenant_id = $1", tenant))
}
