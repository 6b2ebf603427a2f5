// Package gathered has one thing wrong in many places.
package gathered

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A Store keeps a pool that nothing scopes.
type Store struct{ pool *pgxpool.Pool }

// Bad: and all the others with it, in one finding.
func (s *Store) A(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool.*so do 4 more statements over Store.pool, which nothing scopes`
	return err
}

func (s *Store) B(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, "DELETE FROM orders")
	return err
}

func (s *Store) C(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, "DELETE FROM orders")
	return err
}

func (s *Store) D(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, "DELETE FROM orders")
	return err
}

func (s *Store) E(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, "DELETE FROM drafts")
	return err
}

// Silent: the reason is given, and the others are counted without it.
func (s *Store) F(ctx context.Context) error {
	//tenantvet:ignore rawpool -- nobody's
	_, err := s.pool.Exec(ctx, "DELETE FROM orders")
	return err
}

// A Mixed store has a helper for its pool, so that each method is to use it.
type Mixed struct{ pool *pgxpool.Pool }

func (s *Mixed) within(ctx context.Context, id string, fn func(tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id); err != nil {
			return err
		}
		return fn(tx)
	})
}

// Fixed: as all should be.
func (s *Mixed) Right(ctx context.Context, id string) error {
	return s.within(ctx, id, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

func (s *Mixed) A(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool`
	return err
}

func (s *Mixed) B(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool`
	return err
}

func (s *Mixed) C(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool`
	return err
}

func (s *Mixed) D(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool`
	return err
}

func (s *Mixed) E(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool`
	return err
}

// Bad: one job, which works on the pool from its first line to its last.
func Job(ctx context.Context, pool *pgxpool.Pool) error {
	if _, err := pool.Exec(ctx, "DELETE FROM orders"); err != nil { // want `so do 4 more statements over the same handle`
		return err
	}
	for _, text := range []string{"UPDATE orders SET total = 0"} {
		if _, err := pool.Exec(ctx, text); err != nil {
			return err
		}
	}
	if _, err := pool.Exec(ctx, "DELETE FROM drafts"); err != nil {
		return err
	}
	if _, err := pool.Exec(ctx, "UPDATE drafts SET tenant_id = NULL"); err != nil {
		return err
	}
	_, err := pool.Exec(ctx, "INSERT INTO orders DEFAULT VALUES")
	return err
}
