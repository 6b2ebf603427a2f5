// Package orders keeps the orders of tenants.
package orders

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/withtenant/internal/tenant"
)

// A Store keeps orders.
type Store struct {
	pool      *pgxpool.Pool
	reporting *pgxpool.Pool // for the figures
}

// New returns a store.
func New(pool, reporting *pgxpool.Pool) *Store { return &Store{pool, reporting} }

// List returns the orders of a tenant.
func (s *Store) List(ctx context.Context, id string) (orders []string, err error) {
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context) error {
		rows, err := s.pool.Query(ctx, "SELECT id::text FROM orders")
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
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, fmt.Sprintf("SET app.tenant_id = '%s'", id)); err != nil {
		return 0, err
	}
	err = conn.QueryRow(ctx, "SELECT count(*) FROM invoices WHERE NOT closed").Scan(&n)
	return n, err
}

// Best returns the largest order, for the page that everybody sees.
func (s *Store) Best(ctx context.Context) (cents int64, err error) {
	err = s.reporting.QueryRow(ctx, "SELECT max(total_cents) FROM orders").Scan(&cents)
	return cents, err
}
