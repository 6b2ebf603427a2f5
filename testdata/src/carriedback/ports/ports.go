// Package ports has interfaces on all sides.
package ports

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/carriedback"
)

type Orders interface {
	Purge(ctx context.Context) error
}

type Customers interface {
	Purge(ctx context.Context, tx pgx.Tx) error
}

type Handles interface {
	Do(ctx context.Context, fn func(ctx context.Context, tx pgx.Tx) error) error
}

// A Scoper sets the tenant's context on what it is given.
type Scoper interface {
	Scope(ctx context.Context, tx pgx.Tx) error
	ScopeCarried(ctx context.Context) error
}

type Service struct {
	unit      carriedback.Unit
	orders    Orders
	handles   Handles
	customers Customers
	scoper    Scoper
}

func New(unit carriedback.Unit, orders Orders, handles Handles, customers Customers, scoper Scoper) *Service {
	return &Service{unit, orders, handles, customers, scoper}
}

func (s *Service) Purge(ctx context.Context) error {
	return s.unit.Do(ctx, func(ctx context.Context) error { return s.orders.Purge(ctx) })
}

func (s *Service) PurgeHandle(ctx context.Context) error {
	return s.handles.Do(ctx, func(ctx context.Context, tx pgx.Tx) error { return s.customers.Purge(ctx, tx) })
}

// Twice goes through a helper of its own.
func (s *Service) Twice(ctx context.Context) error {
	if err := s.Purge(ctx); err != nil {
		return err
	}
	return s.Purge(ctx)
}

// Setting is right with any unit of work.
func (s *Service) Setting(ctx context.Context, tenant string) error {
	return s.unit.Do(ctx, func(ctx context.Context) error {
		if err := carriedback.SetTenant(ctx, tenant); err != nil {
			return err
		}
		return s.orders.Purge(ctx)
	})
}

// Asking may be: a method of this name sets it.
func (s *Service) Asking(ctx context.Context) error {
	return s.unit.Do(ctx, func(ctx context.Context) error {
		if err := s.scoper.ScopeCarried(ctx); err != nil {
			return err
		}
		return s.orders.Purge(ctx)
	})
}

func (s *Service) AskingHandle(ctx context.Context) error {
	return s.handles.Do(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := s.scoper.Scope(ctx, tx); err != nil {
			return err
		}
		return s.customers.Purge(ctx, tx)
	})
}

// Begun is unknown for the same reason, where it begins the transaction itself.
func Begun(ctx context.Context, pool *pgxpool.Pool, s Scoper) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := s.Scope(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// BegunCarried hands the context on to a function that asks.
func BegunCarried(ctx context.Context, pool *pgxpool.Pool, s Scoper) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	ctx = carriedback.Into(ctx, tx)
	if err := ask(ctx, s); err != nil {
		return err
	}
	if err := carriedback.Strictly(ctx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func ask(ctx context.Context, s Scoper) error { return s.ScopeCarried(ctx) }

// A Logger sets nothing, and nothing of the name does.
type Logger interface {
	Log(ctx context.Context, tx pgx.Tx, what string) error
}

// Bad: what it gives the transaction to is no setter.
func Logged(ctx context.Context, pool *pgxpool.Pool, l Logger) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := l.Log(ctx, tx, "purge"); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil { // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	}
	return tx.Commit(ctx)
}
