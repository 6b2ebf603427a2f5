// Package carried runs statements on what contexts carry.
package carried

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/carrier"
)

type Service struct {
	pool    *pgxpool.Pool
	wrapped *carrier.Pool
}

// The request's context carries a scoped transaction: the middleware sees to it.
func (s *Service) Remove(ctx context.Context) error {
	_, err := carrier.Conn(ctx, s.pool).Exec(ctx, "DELETE FROM orders")
	return err
}

func (s *Service) RemoveSoon(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	tx, err := carrier.Conn(ctx, s.pool).Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func (s *Service) RemoveWrapped(ctx context.Context) error {
	_, err := s.wrapped.Exec(ctx, "DELETE FROM orders")
	return err
}

// A job's context carries nothing: everything below falls back on the pool.
func (s *Service) Job() error {
	ctx := context.Background()
	if err := s.Remove(ctx); err != nil { // want `DELETE on orders runs on the pool \(this context carries no handle\), outside a tenant-scoped transaction`
		return err
	}
	if err := s.RemoveSoon(ctx); err != nil { // want `DELETE on orders runs on the pool \(this context carries no handle\)`
		return err
	}
	if err := s.RemoveWrapped(ctx); err != nil { // want `DELETE on orders runs on the pool \(this context carries no handle\)`
		return err
	}
	_, err := carrier.Conn(ctx, s.pool).Exec(ctx, "DELETE FROM customers") // want `DELETE on customers runs on the pool, outside`
	return err
}

// A job that takes a connection for the tenant first.
func (s *Service) ScopedJob(id uuid.UUID) error {
	ctx, release, err := s.wrapped.AcquireTenant(context.Background(), id)
	if err != nil {
		return err
	}
	defer release()
	if _, err := s.wrapped.Exec(ctx, "DELETE FROM customers"); err != nil {
		return err
	}
	return s.RemoveWrapped(ctx)
}

// A transaction that nobody scoped is put into the context.
func (s *Service) Bare(ctx context.Context) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := s.Remove(carrier.WithTx(ctx, tx)); err != nil { // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	}
	return tx.Commit(ctx)
}

// The right one.
func (s *Service) Scoped(ctx context.Context, id uuid.UUID) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id.String()); err != nil {
		return err
	}
	if err := s.Remove(carrier.WithTx(ctx, tx)); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
