// Package pair hands out a connection together with the transaction on it.
package pair

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

func acquire(ctx context.Context, pool *pgxpool.Pool, tenant string) (*pgxpool.Conn, pgx.Tx, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, nil, err
	}
	tx, err := conn.Begin(ctx)
	if err != nil {
		conn.Release()
		return nil, nil, err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		tx.Rollback(ctx)
		conn.Release()
		return nil, nil, err
	}
	return conn, tx, nil
}

// Silent: on the transaction.
func Count(ctx context.Context, pool *pgxpool.Pool, tenant string) (n int, err error) {
	conn, tx, err := acquire(ctx, pool, tenant)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	defer tx.Rollback(ctx)
	err = tx.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

// Silent, and unknown: the connection has the context as long as the transaction is
// open, and that is over here.
func Late(ctx context.Context, pool *pgxpool.Pool, tenant string) (n int, err error) {
	conn, tx, err := acquire(ctx, pool, tenant)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	if err := tx.Commit(ctx); err != nil {
		return 0, err
	}
	err = conn.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}
