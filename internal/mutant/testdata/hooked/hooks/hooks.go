// Package hooks has a pool that sets the context on each connection that it hands
// out.
package hooks

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/hooked/names"
)

type tenantKey struct{}

// Open opens the pool with its hooks.
func Open(ctx context.Context, config *pgxpool.Config) (*pgxpool.Pool, error) {
	config.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
		tenant, ok := ctx.Value(tenantKey{}).(string)
		if !ok || tenant == "" {
			return true, errors.New("no tenant")
		}
		if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenant); err != nil {
			return false, err
		}
		return true, nil
	}
	config.AfterRelease = func(conn *pgx.Conn) bool {
		_, err := conn.Exec(context.Background(), "RESET app.tenant_id")
		return err == nil
	}
	return pgxpool.NewWithConfig(ctx, config)
}

func Statement(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	if tenant != "" {
		ctx = context.WithValue(ctx, tenantKey{}, tenant)
	}
	if _, err := pool.Exec(ctx, "UPDATE orders SET archived = true"); err != nil {
		return nil, err
	}
	return names.Pgx(pool.Query(ctx, "SELECT name FROM orders"))
}

func Transaction(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	if tenant != "" {
		ctx = context.WithValue(ctx, tenantKey{}, tenant)
	}
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	orders, err := names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
	if err != nil {
		return nil, err
	}
	return orders, tx.Commit(ctx)
}

// Serve wires them together.
func Serve(ctx context.Context, url, tenant string) error {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return err
	}
	pool, err := Open(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := Statement(ctx, pool, tenant); err != nil {
		return err
	}
	_, err = Transaction(ctx, pool, tenant)
	return err
}
