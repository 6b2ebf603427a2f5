// Package lostcontext holds the examples of the rule lostcontext.
package lostcontext

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenantvet/tenantvet/internal/proof/examples/names"
)

func BadPool(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	if _, err := pool.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	return names.Pgx(pool.Query(ctx, "SELECT name FROM orders"))
}

func BadConn(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	return names.Pgx(conn.Query(ctx, "SELECT name FROM orders"))
}

// BadHook runs before the borrower has a transaction.
func BadHook(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	config := pool.Config()
	config.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
		_, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant)
		return err == nil, err
	}
	hooked, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	defer hooked.Close()
	return names.Pgx(hooked.Query(ctx, "SELECT name FROM orders"))
}

func BadSQL(ctx context.Context, db *sql.DB, tenant string) ([]string, error) {
	if _, err := db.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	return names.SQL(db.QueryContext(ctx, "SELECT name FROM orders"))
}

func FixedTx(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
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

// FixedBatch runs as one implicit transaction.
func FixedBatch(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	batch := &pgx.Batch{}
	batch.Queue("SELECT set_config('app.tenant_id', $1, true)", tenant)
	batch.Queue("SELECT name FROM orders").Query(func(rows pgx.Rows) error {
		orders, err = names.Pgx(rows, nil)
		return err
	})
	err = pool.SendBatch(ctx, batch).Close()
	return orders, err
}

func FixedConn(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	tx, err := conn.Begin(ctx)
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
