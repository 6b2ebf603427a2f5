// Package queries uses generated queries.
package queries

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A Service keeps queries on the pool for tables without tenant, of which there
// are none here.
type Service struct {
	pool    *pgxpool.Pool
	queries *Queries
}

func (s *Service) listed(ctx context.Context, tenant string) ([]string, error) {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	q := s.queries.WithTx(tx)
	if err := q.SetTenant(ctx, tenant); err != nil {
		return nil, err
	}
	if err := q.ArchiveOrders(ctx); err != nil {
		return nil, err
	}
	orders, err := q.ListOrders(ctx)
	if err != nil {
		return nil, err
	}
	return orders, tx.Commit(ctx)
}

func WithTx(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return (&Service{pool, New(pool)}).listed(ctx, tenant)
}

// withQueries gives the callback queries rather than the transaction.
func withQueries(ctx context.Context, pool *pgxpool.Pool, tenant string, fn func(*Queries) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		return fn(New(tx))
	})
}

func Callback(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = withQueries(ctx, pool, tenant, func(q *Queries) (err error) {
		orders, err = q.ListOrders(ctx)
		return err
	})
	return orders, err
}

func (s *Service) called(ctx context.Context, tenant string) (orders []string, err error) {
	err = withQueries(ctx, s.pool, tenant, func(q *Queries) (err error) {
		orders, err = q.ListOrders(ctx)
		return err
	})
	return orders, err
}

func Kept(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return (&Service{pool, New(pool)}).called(ctx, tenant)
}
