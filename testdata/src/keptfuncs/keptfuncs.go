// Package keptfuncs keeps functions that begin transactions in fields.
package keptfuncs

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A Service archives orders.
type Service struct {
	begin  func(ctx context.Context, tenant string) (pgx.Tx, error)
	plain  func(ctx context.Context, tenant string) (pgx.Tx, error)
	within func(ctx context.Context, tenant string, fn func(pgx.Tx) error) error
	// Begin may be set by anyone.
	Begin func(ctx context.Context, tenant string) (pgx.Tx, error)
	// either is set in two ways.
	either func(ctx context.Context, tenant string) (pgx.Tx, error)
}

// New is how programs get one.
func New(pool *pgxpool.Pool) *Service {
	d := db{pool}
	return &Service{
		begin:  func(ctx context.Context, tenant string) (pgx.Tx, error) { return d.begin(ctx, tenant) },
		plain:  func(ctx context.Context, _ string) (pgx.Tx, error) { return pool.Begin(ctx) },
		within: d.within,
		Begin:  d.begin,
		either: d.begin,
	}
}

// WithoutTenant is for tools.
func WithoutTenant(pool *pgxpool.Pool, s *Service) {
	s.either = func(ctx context.Context, _ string) (pgx.Tx, error) { return pool.Begin(ctx) }
}

type db struct{ pool *pgxpool.Pool }

func (d db) begin(ctx context.Context, tenant string) (pgx.Tx, error) {
	tx, err := d.pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		tx.Rollback(ctx)
		return nil, err
	}
	return tx, nil
}

func (d db) within(ctx context.Context, tenant string, fn func(pgx.Tx) error) error {
	tx, err := d.begin(ctx, tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Silent: the literal in the field begins a transaction and sets the context.
func (s *Service) Archive(ctx context.Context, tenant string) error {
	tx, err := s.begin(ctx, tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "UPDATE orders SET total = 0"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Bad: the literal in this one sets none.
func (s *Service) ArchiveAll(ctx context.Context, tenant string) error {
	tx, err := s.plain(ctx, tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "UPDATE orders SET total = 0"); err != nil { // want `UPDATE on orders in a transaction where the tenant context is not set on every path`
		return err
	}
	return tx.Commit(ctx)
}

// Silent: the method in the field calls back with a scoped transaction.
func (s *Service) Clear(ctx context.Context, tenant string) error {
	return s.within(ctx, tenant, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// Silent: nobody here knows what is in an exported field, or in one that is set
// in two ways.
func (s *Service) Elsewhere(ctx context.Context, tenant string) error {
	for _, begin := range []func(context.Context, string) (pgx.Tx, error){s.Begin, s.either} {
		tx, err := begin(ctx, tenant)
		if err != nil {
			return err
		}
		defer tx.Rollback(ctx)
		if _, err := tx.Exec(ctx, "UPDATE orders SET total = 0"); err != nil {
			return err
		}
	}
	tx, err := s.either(ctx, tenant)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "UPDATE orders SET total = 0")
	return err
}

// begin is a variable, so that tests can put another function there.
var begin = db.begin

// Silent: the program puts one function there.
func Renamed(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	tx, err := begin(db{pool}, ctx, tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "UPDATE orders SET total = 0"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
