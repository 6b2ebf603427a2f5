// Package orders keeps the orders of tenants.
package orders

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/withtenant/internal/tenant"
)

// A Store keeps orders.
type Store struct {
	pool *pgxpool.Pool
}

// New returns a store.
func New(pool *pgxpool.Pool) *Store { return &Store{pool} }

// List returns the orders of a tenant.
func (s *Store) List(ctx context.Context, id string) (orders []string, err error) {
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT id::text FROM orders")
		if err != nil {
			return err
		}
		orders, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return orders, err
}

// Open counts the invoices of a tenant that are not closed.
func (s *Store) Open(ctx context.Context, id string) (n int, err error) {
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*) FROM invoices WHERE NOT closed").Scan(&n)
	})
	return n, err
}

// Best returns the largest order of a tenant.
func (s *Store) Best(ctx context.Context, id string) (cents int64, err error) {
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT coalesce(max(total_cents), 0) FROM orders").Scan(&cents)
	})
	return cents, err
}
