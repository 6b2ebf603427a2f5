// Package carrier hands the transaction on in the context.
package carrier

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/programs/names"
)

type DBTX interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

type txKey struct{}

func withTx(ctx context.Context, tx pgx.Tx) context.Context {
	return context.WithValue(ctx, txKey{}, tx)
}

// A Store falls back on the pool for work that concerns no tenant.
type Store struct{ pool *pgxpool.Pool }

func (s *Store) conn(ctx context.Context) DBTX {
	if tx, ok := ctx.Value(txKey{}).(pgx.Tx); ok {
		return tx
	}
	return s.pool
}

func (s *Store) archive(ctx context.Context) error {
	_, err := s.conn(ctx).Exec(ctx, "UPDATE orders SET archived = true")
	return err
}

func (s *Store) list(ctx context.Context) ([]string, error) {
	return names.Pgx(s.conn(ctx).Query(ctx, "SELECT name FROM orders"))
}

// inTenant runs fn with a context that carries a scoped transaction.
func (s *Store) inTenant(ctx context.Context, tenant string, fn func(ctx context.Context) error) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return err
	}
	if err := fn(withTx(ctx, tx)); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func Fallback(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	s := &Store{pool}
	err = s.inTenant(ctx, tenant, func(ctx context.Context) error {
		if err := s.archive(ctx); err != nil {
			return err
		}
		orders, err = s.list(ctx)
		return err
	})
	return orders, err
}

type strictKey struct{}

// from refuses where there is no transaction.
func from(ctx context.Context) (pgx.Tx, error) {
	tx, ok := ctx.Value(strictKey{}).(pgx.Tx)
	if !ok {
		return nil, errors.New("no transaction")
	}
	return tx, nil
}

func strictList(ctx context.Context) ([]string, error) {
	tx, err := from(ctx)
	if err != nil {
		return nil, err
	}
	return names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
}

func Strict(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	return strictList(context.WithValue(ctx, strictKey{}, tx))
}
