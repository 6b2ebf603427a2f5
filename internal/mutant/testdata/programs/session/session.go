// Package session sets the context for the session, and takes it away before the
// connection goes back.
package session

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/programs/names"
)

func Deferred(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		ctx := context.WithoutCancel(ctx)
		if _, err := conn.Exec(ctx, "RESET app.tenant_id"); err != nil {
			conn.Hijack().Close(ctx)
			return
		}
		conn.Release()
	}()
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenant); err != nil {
		return nil, err
	}
	return names.Pgx(conn.Query(ctx, "SELECT name FROM orders"))
}

// acquire returns the connection and how to give it back.
func acquire(ctx context.Context, pool *pgxpool.Pool, tenant string) (*pgxpool.Conn, func(), error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, nil, err
	}
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenant); err != nil {
		conn.Release()
		return nil, nil, err
	}
	return conn, func() {
		if _, err := conn.Exec(context.Background(), "SELECT set_config('app.tenant_id', '', false)"); err != nil {
			_ = conn.Conn().Close(context.Background())
		}
		conn.Release()
	}, nil
}

func Released(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	conn, release, err := acquire(ctx, pool, tenant)
	if err != nil {
		return nil, err
	}
	defer release()
	if _, err := conn.Exec(ctx, "UPDATE orders SET archived = true"); err != nil {
		return nil, err
	}
	return names.Pgx(conn.Query(ctx, "SELECT name FROM orders"))
}

// A transaction on a connection of its own.
func Pinned(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
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
