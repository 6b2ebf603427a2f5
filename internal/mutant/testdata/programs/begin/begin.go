// Package begin returns transactions that have the context.
package begin

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/programs/names"
)

func Begin(ctx context.Context, pool *pgxpool.Pool, tenant string) (pgx.Tx, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		_ = tx.Rollback(ctx)
		return nil, err
	}
	return tx, nil
}

func Returned(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	tx, err := Begin(ctx, pool, tenant)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "UPDATE orders SET archived = true"); err != nil {
		return nil, err
	}
	orders, err := names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
	if err != nil {
		return nil, err
	}
	return orders, tx.Commit(ctx)
}

// open also returns how to end it.
func open(ctx context.Context, pool *pgxpool.Pool, tenant string) (tx pgx.Tx, done func(*error), err error) {
	tx, err = pool.Begin(ctx)
	if err != nil {
		return nil, nil, err
	}
	if _, err = tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		_ = tx.Rollback(ctx)
		return nil, nil, err
	}
	return tx, func(failed *error) {
		if *failed != nil {
			_ = tx.Rollback(ctx)
			return
		}
		*failed = tx.Commit(ctx)
	}, nil
}

func Done(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	tx, done, err := open(ctx, pool, tenant)
	if err != nil {
		return nil, err
	}
	defer done(&err)
	return names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
}

// A Unit keeps the transaction in a field.
type Unit struct{ tx pgx.Tx }

func newUnit(ctx context.Context, pool *pgxpool.Pool, tenant string) (*Unit, error) {
	tx, err := Begin(ctx, pool, tenant)
	if err != nil {
		return nil, err
	}
	return &Unit{tx: tx}, nil
}

func (u *Unit) list(ctx context.Context) ([]string, error) {
	return names.Pgx(u.tx.Query(ctx, "SELECT name FROM orders"))
}

func Field(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	u, err := newUnit(ctx, pool, tenant)
	if err != nil {
		return nil, err
	}
	defer u.tx.Rollback(ctx)
	return u.list(ctx)
}
