// Package unseen hands callbacks to methods of interfaces that nobody in sight
// implements: what they are given is not known, what they bring along is.
package unseen

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/tenant"
)

// DBTX is a pool, or a transaction.
type DBTX interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// A Repo sends statements over one of them.
type Repo struct{ db DBTX }

func (r *Repo) purge(ctx context.Context) error {
	_, err := r.db.Exec(ctx, "DELETE FROM orders")
	return err
}

// A UnitOfWork runs callbacks, for whatever tenant.
type UnitOfWork interface {
	InTx(ctx context.Context, fn func(tx pgx.Tx) error) error
	OnRepo(ctx context.Context, fn func(r *Repo) error) error
	OnAny(ctx context.Context, fn func(db DBTX) error) error
	Within(ctx context.Context, fn func(ctx context.Context) error) error
}

type service struct {
	work UnitOfWork
	pool *pgxpool.Pool
	repo *Repo
}

func newService(pool *pgxpool.Pool, work UnitOfWork) *service {
	return &service{work, pool, &Repo{pool}}
}

// Unknown: the transaction may carry a tenant.
func (s *service) given(ctx context.Context) error {
	return s.work.InTx(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

func purge(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "DELETE FROM orders")
	return err
}

func (s *service) handedOn(ctx context.Context) error {
	return s.work.InTx(ctx, func(tx pgx.Tx) error { return purge(ctx, tx) })
}

func (s *service) method(ctx context.Context) error { return s.work.InTx(ctx, s.run) }

func (s *service) run(tx pgx.Tx) error {
	_, err := tx.Exec(context.Background(), "DELETE FROM orders")
	return err
}

func (s *service) repository(ctx context.Context) error {
	return s.work.OnRepo(ctx, func(r *Repo) error { return r.purge(ctx) })
}

func (s *service) any(ctx context.Context) error {
	return s.work.OnAny(ctx, func(db DBTX) error { return (&Repo{db}).purge(ctx) })
}

// Bad: it uses what it brings along.
func (s *service) badPool(ctx context.Context) error {
	return s.work.InTx(ctx, func(tx pgx.Tx) error {
		_, err := s.pool.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool`
		return err
	})
}

func (s *service) badRepository(ctx context.Context) error {
	return s.work.OnRepo(ctx, func(*Repo) error { return s.repo.purge(ctx) }) // want `DELETE on orders runs on the pool`
}

func (s *service) badWithin(ctx context.Context) error {
	return s.work.Within(ctx, func(ctx context.Context) error {
		_, err := s.pool.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool`
		return err
	})
}

// Right: it sets the context itself, or opens a transaction that has one.
func (s *service) sets(ctx context.Context, id uuid.UUID) error {
	return s.work.InTx(ctx, func(tx pgx.Tx) error {
		if err := tenant.Set(ctx, tx, id); err != nil {
			return err
		}
		return purge(ctx, tx)
	})
}

func (s *service) opens(ctx context.Context, id uuid.UUID) error {
	return s.work.Within(ctx, func(ctx context.Context) error {
		return tenant.With(ctx, s.pool, id, purge2)
	})
}

func purge2(ctx context.Context, tx pgx.Tx) error { return (&Repo{tx}).purge(ctx) }
