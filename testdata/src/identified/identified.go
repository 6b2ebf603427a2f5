// Package identified runs statements for the tenant that contexts carry.
package identified

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/identity"
	"example.com/corpus/store"
)

type Service struct {
	pool *pgxpool.Pool
	db   *identity.DB
}

// Requests carry the tenant: the middleware sees to it.
func (s *Service) Remove(ctx context.Context) error {
	tx, err := identity.Begin(ctx, s.pool)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func (s *Service) RemoveInTx(ctx context.Context) error {
	return identity.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

func (s *Service) RemoveAtOnce(ctx context.Context) error {
	_, err := s.db.Exec(ctx, "DELETE FROM orders")
	return err
}

// A job's context carries nobody: nothing is set.
func (s *Service) Job() error {
	ctx := context.Background()
	if err := s.Remove(ctx); err != nil { // want `DELETE on orders runs on a handle without tenant \(this context carries none\), outside a tenant-scoped transaction`
		return err
	}
	if err := s.RemoveInTx(ctx); err != nil { // want `DELETE on orders runs on a handle without tenant \(this context carries none\)`
		return err
	}
	if _, err := s.db.Exec(ctx, "DELETE FROM customers"); err != nil { // want `DELETE on customers runs on the pool, outside a tenant-scoped transaction`
		return err
	}
	tx, err := identity.Begin(ctx, s.pool)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	_, err = tx.Exec(ctx, "DELETE FROM customers") // want `DELETE on customers in a transaction where the tenant context is not set on every path before it`
	return err
}

// A job for one tenant says so.
func (s *Service) JobFor(id uuid.UUID) error {
	ctx := identity.With(context.Background(), id)
	if err := s.Remove(ctx); err != nil {
		return err
	}
	if err := s.RemoveInTx(ctx); err != nil {
		return err
	}
	return s.RemoveAtOnce(ctx)
}

type cacheKey struct{}

// Whether something else is in the context says nothing about tenants: here the
// query runs whenever nothing was kept, and on the pool.
func (s *Service) Count(ctx context.Context) (int, error) {
	if n, ok := ctx.Value(cacheKey{}).(int); ok {
		return n, nil
	}
	var n int
	err := s.pool.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n) // want `SELECT on orders runs on the pool, outside`
	return n, err
}

func Keep(ctx context.Context, n int) context.Context { return context.WithValue(ctx, cacheKey{}, n) }

// Generated code on a wrapper is as scoped as what the wrapper's methods use.
type Orders struct{ q *store.Queries }

func NewOrders(pool *pgxpool.Pool) *Orders { return &Orders{q: store.New(identity.NewDB(pool))} }

func (o *Orders) List(ctx context.Context) ([]store.Order, error) { return o.q.ListOrders(ctx) }

func listAll(pool *pgxpool.Pool, id uuid.UUID) error {
	q := store.New(identity.NewDB(pool))
	ctx := context.Background()
	if _, err := q.ListOrders(identity.With(ctx, id)); err != nil {
		return err
	}
	_, err := q.ListOrders(ctx) // want `SELECT on orders runs on the pool, outside a tenant-scoped transaction`
	return err
}

// The method that a wrapper does not have of its own is the pool's. Which of its
// methods generated code calls is not known here: unknown.
func listHalf(ctx context.Context, pool *pgxpool.Pool) error {
	_, err := store.New(&identity.Half{Pool: pool}).ListOrders(ctx)
	return err
}
