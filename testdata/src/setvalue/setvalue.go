// Package setvalue calls functions that it is given, which may set the context.
package setvalue

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type Store struct {
	pool *pgxpool.Pool
	set  func(ctx context.Context, tx pgx.Tx) error
}

func New(pool *pgxpool.Pool, set func(ctx context.Context, tx pgx.Tx) error) *Store {
	return &Store{pool, set}
}

func (s *Store) Field(ctx context.Context) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := s.set(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func Param(ctx context.Context, pool *pgxpool.Pool, set func(ctx context.Context, tx pgx.Tx) error) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := set(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM customers"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Bad: what it gives the function is another transaction.
func Other(ctx context.Context, pool *pgxpool.Pool, set func(ctx context.Context, tx pgx.Tx) error) error {
	other, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer other.Rollback(ctx)
	if err := set(ctx, other); err != nil {
		return err
	}
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "DELETE FROM customers"); err != nil { // want `DELETE on customers in a transaction where the tenant context is not set`
		return err
	}
	return tx.Commit(ctx)
}

// Bad: the statement comes first.
func Before(ctx context.Context, pool *pgxpool.Pool, set func(ctx context.Context, tx pgx.Tx) error) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil { // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	}
	if err := set(ctx, tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
