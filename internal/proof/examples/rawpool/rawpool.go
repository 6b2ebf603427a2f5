// Package rawpool holds the examples of the rule rawpool.
package rawpool

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenantvet/tenantvet/internal/proof/examples/names"
)

func BadPool(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return names.Pgx(pool.Query(ctx, "SELECT name FROM orders"))
}

func BadConn(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	return names.Pgx(conn.Query(ctx, "SELECT name FROM orders"))
}

// BadUnforced reads a table whose policies don't bind the owner.
func BadUnforced(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return names.Pgx(pool.Query(ctx, "SELECT name FROM documents"))
}

func BadSQL(ctx context.Context, db *sql.DB, tenant string) ([]string, error) {
	return names.SQL(db.QueryContext(ctx, "SELECT name FROM orders"))
}

func FixedPool(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}

// FixedForced reads the table that is forced; a scope would not help the owner with the other.
func FixedForced(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	return names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
}

func FixedSQL(ctx context.Context, db *sql.DB, tenant string) ([]string, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	return names.SQL(tx.QueryContext(ctx, "SELECT name FROM orders"))
}
