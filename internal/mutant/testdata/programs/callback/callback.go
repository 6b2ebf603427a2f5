// Package callback calls functions with a transaction that has the context.
package callback

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/programs/names"
)

func WithTenant(ctx context.Context, pool *pgxpool.Pool, tenant string, fn func(tx pgx.Tx) error) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func Function(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = WithTenant(ctx, pool, tenant, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "UPDATE orders SET archived = true"); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}

type tenantKey struct{}

// TxFunc gets the context along with the transaction.
type TxFunc func(ctx context.Context, tx pgx.Tx) error

// A DB is the method's form, with the tenant taken from the context.
type DB struct{ pool *pgxpool.Pool }

func (d *DB) InTenant(ctx context.Context, fn TxFunc) error {
	tenant, ok := ctx.Value(tenantKey{}).(string)
	if !ok || tenant == "" {
		return errors.New("no tenant")
	}
	return pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		return fn(ctx, tx)
	})
}

func Method(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	db := &DB{pool}
	err = db.InTenant(context.WithValue(ctx, tenantKey{}, tenant), func(ctx context.Context, tx pgx.Tx) error {
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}

// Read is generic in what the callback returns.
func Read[T any](ctx context.Context, pool *pgxpool.Pool, tenant string, fn func(pgx.Tx) (T, error)) (T, error) {
	var zero T
	tx, err := pool.BeginTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
	if err != nil {
		return zero, err
	}
	defer tx.Rollback(ctx)
	if _, err = tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return zero, err
	}
	out, err := fn(tx)
	if err != nil {
		return zero, err
	}
	return out, tx.Commit(ctx)
}

func Generic(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return Read(ctx, pool, tenant, func(tx pgx.Tx) ([]string, error) {
		return names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
	})
}

// list is a function that the callback only passes its transaction to.
func list(ctx context.Context, tx pgx.Tx) ([]string, error) {
	return names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
}

func Passed(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = WithTenant(ctx, pool, tenant, func(tx pgx.Tx) (err error) {
		orders, err = list(ctx, tx)
		return err
	})
	return orders, err
}
