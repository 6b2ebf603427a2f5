package outerhandle

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/store"
	"example.com/corpus/tenant"
)

type Service struct {
	pool *pgxpool.Pool
	q    *store.Queries
}

func New(pool *pgxpool.Pool) *Service {
	return &Service{pool: pool, q: store.New(pool)}
}

// Bad: the receiver's pool inside the callback.
func (s *Service) Pool(ctx context.Context, id uuid.UUID) error {
	return tenant.With(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := s.pool.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool although a tenant-scoped transaction is open.*; run it on tx`
		return err
	})
}

// Bad: forgot WithTx.
func (s *Service) Queries(ctx context.Context, id uuid.UUID) error {
	return tenant.With(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := s.q.ListOrders(ctx) // want `SELECT on orders runs on the pool although a tenant-scoped transaction is open`
		return err
	})
}

// Bad: a captured pool.
func Captured(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (n int, err error) {
	return tenant.Value(ctx, pool, id, func(tx pgx.Tx) (int, error) {
		var n int
		err := pool.QueryRow(ctx, "SELECT count(*) FROM customers").Scan(&n) // want `SELECT on customers runs on the pool although`
		return n, err
	})
}

// Bad: while the transaction is open in the same function.
func Same(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	tx, err := tenant.Begin(ctx, pool, id)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := pool.Exec(ctx, "DELETE FROM orders"); err != nil { // want `DELETE on orders runs on the pool although`
		return err
	}
	return tx.Commit(ctx)
}

// Fixed.
func (s *Service) Good(ctx context.Context, id uuid.UUID) error {
	return tenant.With(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil {
			return err
		}
		_, err := s.q.WithTx(tx).ListOrders(ctx)
		return err
	})
}

// Shared tables may be read on any handle.
func (s *Service) Shared(ctx context.Context, id uuid.UUID) error {
	return tenant.With(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := s.q.CountCountries(ctx)
		return err
	})
}
