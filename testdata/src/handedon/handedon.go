// Package handedon works in transactions of helpers that set nothing.
package handedon

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type Store struct{ pool *pgxpool.Pool }

// inTx is at fault, since nobody sets the context on its transactions.
func (s *Store) inTx(ctx context.Context, fn func(tx pgx.Tx) error) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func (s *Store) A(ctx context.Context) error {
	return s.inTx(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set .*; so do 4 more statements in transactions of inTx, on which nothing here sets it`
		return err
	})
}

func (s *Store) B(ctx context.Context) error {
	return s.inTx(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM customers")
		return err
	})
}

func (s *Store) C(ctx context.Context) error {
	return s.inTx(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE orders SET note = ''")
		return err
	})
}

func (s *Store) D(ctx context.Context) error {
	return s.inTx(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE customers SET email = ''")
		return err
	})
}

func (s *Store) E(ctx context.Context) error {
	return s.inTx(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// begin is not: who calls it sets the context, or should.
func (s *Store) begin(ctx context.Context) (pgx.Tx, error) { return s.pool.Begin(ctx) }

func (s *Store) Sets(ctx context.Context, tenant string) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func (s *Store) F(ctx context.Context) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil { // want `DELETE on orders in a transaction where the tenant context is not set on every path before it: it sees no rows`
		return err
	}
	return tx.Commit(ctx)
}

func (s *Store) G(ctx context.Context) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "DELETE FROM customers"); err != nil { // want `DELETE on customers in a transaction`
		return err
	}
	return tx.Commit(ctx)
}

func (s *Store) H(ctx context.Context) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "UPDATE orders SET note = ''"); err != nil { // want `UPDATE on orders in a transaction`
		return err
	}
	return tx.Commit(ctx)
}

func (s *Store) I(ctx context.Context) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "UPDATE customers SET email = ''"); err != nil { // want `UPDATE on customers in a transaction`
		return err
	}
	return tx.Commit(ctx)
}

func (s *Store) J(ctx context.Context) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil { // want `DELETE on orders in a transaction`
		return err
	}
	return tx.Commit(ctx)
}
