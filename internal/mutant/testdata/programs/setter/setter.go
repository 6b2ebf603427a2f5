// Package setter has functions that set the context on a transaction.
package setter

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/programs/names"
)

func SetTenantLocal(ctx context.Context, tx pgx.Tx, tenant string) error {
	_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant)
	return err
}

type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// applyTenant is the setter behind a setter, with an error of its own.
func applyTenant(ctx context.Context, db execer, tenant string) error {
	if _, err := db.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return fmt.Errorf("set tenant: %w", err)
	}
	return nil
}

func prepare(ctx context.Context, tx pgx.Tx, tenant string) error {
	if err := applyTenant(ctx, tx, tenant); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "SET LOCAL statement_timeout = '5s'")
	return err
}

func Function(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if err := SetTenantLocal(ctx, tx, tenant); err != nil {
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

func Nested(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	err = prepare(ctx, tx, tenant)
	if err != nil {
		return nil, err
	}
	return names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
}
