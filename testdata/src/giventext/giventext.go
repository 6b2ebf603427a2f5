// Package giventext has a helper that is given the text which sets the context.
package giventext

import (
	"context"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	setTenant  = "SELECT set_config('app.tenant_id', $1, true)"
	setTimeout = "SELECT set_config('statement_timeout', $1, true)"
)

// within begins a transaction, sends text with arg, and calls fn.
func within(ctx context.Context, pool *pgxpool.Pool, text, arg string, fn func(pgx.Tx) error) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, text, arg); err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// begin hands the transaction out instead.
func begin(ctx context.Context, pool *pgxpool.Pool, text, arg string) (pgx.Tx, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, text, arg); err != nil {
		tx.Rollback(ctx)
		return nil, err
	}
	return tx, nil
}

func withTenant(ctx context.Context, pool *pgxpool.Pool, tenant string, fn func(pgx.Tx) error) error {
	return within(ctx, pool, setTenant, tenant, fn)
}

// Silent: what the helper is given, through another one, sets the context.
func Count(ctx context.Context, pool *pgxpool.Pool, tenant string) (n int, err error) {
	err = withTenant(ctx, pool, tenant, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	})
	return n, err
}

// Silent: the same of one that returns the transaction.
func Delete(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	tx, err := begin(ctx, pool, setTenant, tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Bad: it is given another text.
func Patient(ctx context.Context, pool *pgxpool.Pool) (n int, err error) {
	err = within(ctx, pool, setTimeout, "10s", func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n) // want `SELECT on orders in a transaction where the tenant context is not set on every path`
	})
	return n, err
}

// Silent, and unknown: nobody knows the text.
func Configured(ctx context.Context, pool *pgxpool.Pool, tenant string) (n int, err error) {
	err = within(ctx, pool, os.Getenv("SET_TENANT"), tenant, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	})
	return n, err
}
