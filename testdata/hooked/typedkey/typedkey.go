// Package typedkey keeps values in contexts under keys that are made of their types.
package typedkey

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/hooked/pools"
)

type key[T any] struct{}

// With is a context with a value of a type.
func With[T any](ctx context.Context, v T) context.Context {
	return context.WithValue(ctx, key[T]{}, v)
}

// Value is the value of a type that a context carries, if it carries one.
func Value[T any](ctx context.Context) (T, bool) {
	v, ok := ctx.Value(key[T]{}).(T)
	return v, ok
}

// A Tenant and a User are known by their numbers.
type (
	Tenant string
	User   string
)

// Open opens the pool. What its hook lets through is its own finding.
func Open(ctx context.Context, url string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.BeforeAcquire = func(ctx context.Context, conn *pgx.Conn) bool {
		if id, ok := Value[Tenant](ctx); ok {
			_, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", string(id))
			return err == nil
		}
		_, err := conn.Exec(ctx, "RESET app.tenant_id")
		return err == nil // want `the pool's hook hands out a connection without app.tenant_id: queries on it go on without a tenant`
	}
	return pgxpool.NewWithConfig(ctx, config)
}

// Work knows for whom.
func Work(ctx context.Context, url string) error {
	pool, err := Open(ctx, url)
	if err != nil {
		return err
	}
	store := pools.NewStore(pool)
	if _, err := store.Names(With(context.Background(), Tenant("a"))); err != nil {
		return err
	}
	// Bad: a user is no tenant.
	if err := store.Clear(With(context.Background(), User("a"))); err != nil { // want `DELETE on orders`
		return err
	}
	return store.Clear(context.Background()) // want `DELETE on orders`
}
