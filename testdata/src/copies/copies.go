// Package copies copies a store and gives the copy another handle.
package copies

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A DB sends queries.
type DB interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// A Store works on db; pool begins.
type Store struct {
	pool *pgxpool.Pool
	db   DB
}

func New(pool *pgxpool.Pool) *Store { return &Store{pool, pool} }

func (s *Store) with(tx pgx.Tx) *Store {
	c := *s
	c.db = tx
	return &c
}

// maybe keeps the handle that it has where it is given none.
func (s *Store) maybe(tx pgx.Tx) *Store {
	c := *s
	if tx != nil {
		c.db = tx
	}
	return &c
}

// late hands the copy on before it has the transaction.
func (s *Store) late(ctx context.Context, tx pgx.Tx) (n int, err error) {
	c := *s
	n, err = c.count(ctx)
	c.db = tx
	return n, err
}

func (s *Store) count(ctx context.Context) (n int, err error) {
	err = s.db.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

func (s *Store) inTenant(ctx context.Context, tenant string, fn func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		return fn(tx)
	})
}

// Silent: the copy has the transaction.
func (s *Store) Count(ctx context.Context, tenant string) (n int, err error) {
	err = s.inTenant(ctx, tenant, func(tx pgx.Tx) error {
		n, err = s.with(tx).count(ctx)
		return err
	})
	return n, err
}

// Bad, for some who call it: the copy may have the old handle still.
func (s *Store) Maybe(ctx context.Context, tenant string) (n int, err error) {
	err = s.inTenant(ctx, tenant, func(tx pgx.Tx) error {
		n, err = s.maybe(tx).count(ctx)
		return err
	})
	return n, err
}

// Bad: the query comes before the transaction.
func (s *Store) Late(ctx context.Context, tenant string) (n int, err error) {
	err = s.inTenant(ctx, tenant, func(tx pgx.Tx) error {
		n, err = s.late(ctx, tx)
		return err
	})
	return n, err
}

// Silent: the callback gets a store that keeps the pool beside the transaction.
func (s *Store) within(ctx context.Context, tenant string, fn func(*Store) error) error {
	return s.inTenant(ctx, tenant, func(tx pgx.Tx) error { return fn(s.with(tx)) })
}

func (s *Store) Within(ctx context.Context, tenant string) (n int, err error) {
	err = s.within(ctx, tenant, func(s *Store) error {
		n, err = s.count(ctx)
		return err
	})
	return n, err
}

func Main(ctx context.Context, pool *pgxpool.Pool) {
	s := New(pool)
	s.Count(ctx, "a")
	s.Within(ctx, "a")
	s.Maybe(ctx, "a") // want `SELECT on orders runs on the pool`
	s.Late(ctx, "a")  // want `SELECT on orders runs on the pool`
}
