// Package globals keeps its pools in variables.
package globals

import (
	"context"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/logins/ops"
	"example.com/corpus/logins/store"
)

var (
	App, Service, System *pgxpool.Pool
)

func Open(ctx context.Context) (err error) {
	if App, err = pgxpool.New(ctx, os.Getenv("DATABASE_URL")); err != nil {
		return err
	}
	if System, err = pgxpool.New(ctx, os.Getenv("BILLING_URL")); err != nil {
		return err
	}
	Service, err = pgxpool.New(ctx, os.Getenv("SUPABASE_DB_URL")) // want `reads SUPABASE_DB_URL`
	return err
}

// Bad: the variable holds a pool that bypasses.
func Total(ctx context.Context, tenant string) (int64, error) {
	return store.New(Service).Total(ctx, tenant) // want `opened with SUPABASE_DB_URL`
}

// Fixed.
func TotalFixed(ctx context.Context, tenant string) (int64, error) {
	return store.New(App).Total(ctx, tenant)
}

// Declared.
func Bill(ctx context.Context) (n int64, err error) {
	err = System.QueryRow(ctx, "SELECT sum(total) FROM orders").Scan(&n)
	return n, err
}

func Forgot(ctx context.Context) (n int64, err error) {
	err = App.QueryRow(ctx, "SELECT sum(total) FROM orders").Scan(&n) // want `SELECT on orders runs on the pool`
	return n, err
}

// The privileged package runs its own statement, over whatever it gets.
func Count(ctx context.Context) (int64, error) { return ops.Count(ctx, Service) }
