// Package direct sets the context as the first statement of a transaction.
package direct

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/programs/names"
)

const guc = "app.tenant_id"

func Plain(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, "UPDATE orders SET archived = true"); err != nil {
		return nil, err
	}
	orders, err := names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
	if err != nil {
		return nil, err
	}
	return orders, tx.Commit(ctx)
}

// Several settings in one statement.
func Several(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	_, err = tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true), set_config('app.actor', $2, true)", tenant, "clerk")
	if err != nil {
		return nil, err
	}
	return names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
}

// The name and is_local bound.
func Bound(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config($1, $2, $3)", guc, tenant, true); err != nil {
		return nil, err
	}
	return names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
}

// The result is read, too.
func Scanned(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	var was string
	if err := tx.QueryRow(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant).Scan(&was); err != nil {
		return nil, err
	}
	return names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
}

// A loop of transactions, each with its own context.
func Loop(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	var all []string
	for _, query := range []string{"SELECT name FROM orders WHERE name < 'a2'", "SELECT name FROM orders WHERE name >= 'a2'"} {
		tx, err := pool.Begin(ctx)
		if err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			_ = tx.Rollback(ctx)
			return nil, err
		}
		orders, err := names.Pgx(tx.Query(ctx, query))
		if err != nil {
			_ = tx.Rollback(ctx)
			return nil, err
		}
		if err := tx.Commit(ctx); err != nil {
			return nil, err
		}
		all = append(all, orders...)
	}
	return all, nil
}
