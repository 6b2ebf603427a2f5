// Package failopen wires stores to pools whose hooks set the tenant's context,
// and to others.
package failopen

import (
	"context"
	"log"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/hooked/pools"
)

type tenantKey struct{}

// Right: the hook always sets the context, or refuses.
func Right(ctx context.Context, url string) error {
	pool, err := pools.Scoped(ctx, url)
	if err != nil {
		return err
	}
	store := pools.NewStore(pool)
	if _, err := store.Names(ctx); err != nil {
		return err
	}
	if _, err := pool.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return store.Clear(ctx)
}

// Wrong pool: the line that wires it is the one to change.
func Wrong(ctx context.Context, url string) error {
	pool, err := pools.Plain(ctx, url)
	if err != nil {
		return err
	}
	store := pools.NewStore(pool)
	if _, err := store.Names(ctx); err != nil { // want `SELECT on orders runs on the pool, outside a tenant-scoped transaction`
		return err
	}
	return store.Clear(ctx) // want `DELETE on orders`
}

// The missing tenant is accepted.
func Missing(ctx context.Context, url string) (*pgxpool.Pool, error) {
	return pools.Open(ctx, url, func(ctx context.Context, conn *pgx.Conn) bool {
		if tenant, ok := ctx.Value(tenantKey{}).(string); ok {
			if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenant); err != nil {
				return false
			}
		}
		return true // want `the pool's hook hands out a connection without app.tenant_id`
	})
}

// The error is only logged.
func Swallowed(config *pgxpool.Config, tenant string) {
	config.BeforeAcquire = func(ctx context.Context, conn *pgx.Conn) bool {
		if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenant); err != nil {
			log.Print(err)
		}
		return true // want `the pool's hook hands out a connection without app.tenant_id`
	}
}

// The error is not looked at.
func Ignored(config *pgxpool.Config, tenant string) {
	config.BeforeAcquire = func(ctx context.Context, conn *pgx.Conn) bool {
		_, _ = conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenant)
		return true // want `the pool's hook hands out the connection although setting app.tenant_id may have failed`
	}
}

// The hook returns whether it could set the context.
func Checked(config *pgxpool.Config, tenant string) {
	config.BeforeAcquire = func(ctx context.Context, conn *pgx.Conn) bool {
		_, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenant)
		return err == nil
	}
}

// A hook about something else.
func Ping(config *pgxpool.Config) {
	config.BeforeAcquire = func(ctx context.Context, conn *pgx.Conn) bool { return conn.Ping(ctx) == nil }
}
