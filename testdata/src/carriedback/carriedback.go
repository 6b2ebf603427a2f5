// Package carriedback hands its work to units of work that put their transaction into
// the callback's context. What is there, the unit of work decides.
package carriedback

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

type DB interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

type key struct{}

func Into(ctx context.Context, tx pgx.Tx) context.Context { return context.WithValue(ctx, key{}, tx) }

func From(ctx context.Context) (pgx.Tx, bool) {
	tx, ok := ctx.Value(key{}).(pgx.Tx)
	return tx, ok
}

// A Unit runs work in a transaction.
type Unit interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
}

// Orders falls back on the pool.
type Orders struct{ pool *pgxpool.Pool }

func (o *Orders) db(ctx context.Context) DB {
	if tx, ok := From(ctx); ok {
		return tx
	}
	return o.pool
}

func (o *Orders) Purge(ctx context.Context) error {
	_, err := o.db(ctx).Exec(ctx, "DELETE FROM orders")
	return err
}

// Strictly falls back on nothing.
func Strictly(ctx context.Context) error {
	tx, ok := From(ctx)
	if !ok {
		return pgx.ErrTxClosed
	}
	_, err := tx.Exec(ctx, "DELETE FROM customers")
	return err
}

// SetTenant sets the tenant of the transaction in the context.
func SetTenant(ctx context.Context, tenant string) error {
	tx, ok := From(ctx)
	if !ok {
		return pgx.ErrTxClosed
	}
	_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant)
	return err
}

type Service struct {
	unit   Unit
	orders *Orders
}

func New(unit Unit, orders *Orders) *Service { return &Service{unit, orders} }

func (s *Service) Purge(ctx context.Context) error {
	return s.unit.Do(ctx, func(ctx context.Context) error { return s.orders.Purge(ctx) })
}

func (s *Service) Strict(ctx context.Context) error {
	return s.unit.Do(ctx, Strictly)
}

// Bound hands a method on.
func (s *Service) Bound(ctx context.Context) error { return s.unit.Do(ctx, s.orders.Purge) }

// Clear is given the context with a deadline, and nests functions.
func (s *Service) Clear(ctx context.Context) error {
	return s.unit.Do(ctx, func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		return func(ctx context.Context) error { return Strictly(ctx) }(ctx)
	})
}

// Setting is right whatever the unit of work does.
func (s *Service) Setting(ctx context.Context, tenant string) error {
	return s.unit.Do(ctx, func(ctx context.Context) error {
		if err := SetTenant(ctx, tenant); err != nil {
			return err
		}
		return s.orders.Purge(ctx)
	})
}
