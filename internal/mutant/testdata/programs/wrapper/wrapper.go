// Package wrapper has a pool that scopes each statement.
package wrapper

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/programs/names"
)

type tenantKey struct{}

// A Pool sends nothing without the tenant of its context.
type Pool struct{ inner *pgxpool.Pool }

func (p *Pool) Begin(ctx context.Context) (pgx.Tx, error) {
	tenant, ok := ctx.Value(tenantKey{}).(string)
	if !ok || tenant == "" {
		return nil, errors.New("no tenant")
	}
	tx, err := p.inner.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		_ = tx.Rollback(ctx)
		return nil, err
	}
	return tx, nil
}

func (p *Pool) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	tx, err := p.Begin(ctx)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	defer tx.Rollback(ctx)
	tag, err := tx.Exec(ctx, sql, args...)
	if err != nil {
		return tag, err
	}
	return tag, tx.Commit(ctx)
}

func Wrapped(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	p := &Pool{pool}
	ctx = context.WithValue(ctx, tenantKey{}, tenant)
	if _, err := p.Exec(ctx, "UPDATE orders SET archived = true"); err != nil {
		return nil, err
	}
	tx, err := p.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	return names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
}
