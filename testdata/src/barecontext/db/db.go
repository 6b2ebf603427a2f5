// Package db carries the transaction of a request in its context.
package db

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

type (
	txKey   struct{} // of requests, without tenant
	workKey struct{} // of units of work, without tenant
	jobKey  struct{} // of jobs, with the tenant
	userKey struct{}
)

// DBTX is what statements are sent over.
type DBTX interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func WithTx(ctx context.Context, tx pgx.Tx) context.Context {
	return context.WithValue(ctx, txKey{}, tx)
}

func From(ctx context.Context) pgx.Tx {
	tx, _ := ctx.Value(txKey{}).(pgx.Tx)
	return tx
}

func WithJob(ctx context.Context, tx pgx.Tx) context.Context {
	return context.WithValue(ctx, jobKey{}, tx)
}

func Job(ctx context.Context) pgx.Tx {
	tx, _ := ctx.Value(jobKey{}).(pgx.Tx)
	return tx
}

func WithUser(ctx context.Context, user string) context.Context {
	return context.WithValue(ctx, userKey{}, user)
}

func User(ctx context.Context) string {
	user, _ := ctx.Value(userKey{}).(string)
	return user
}

// A Store falls back on the pool.
type Store struct{ pool *pgxpool.Pool }

func New(pool *pgxpool.Pool) *Store { return &Store{pool} }

func (s *Store) Conn(ctx context.Context) DBTX {
	if tx, ok := ctx.Value(txKey{}).(pgx.Tx); ok {
		return tx
	}
	return s.pool
}

// Scoped returns the transaction that the context carries, else one with the tenant.
func (s *Store) Scoped(ctx context.Context, tenant string) (DBTX, func(), error) {
	if tx := From(ctx); tx != nil {
		return tx, func() {}, nil
	}
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return nil, nil, err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		_ = tx.Rollback(ctx)
		return nil, nil, err
	}
	return tx, func() { _ = tx.Commit(ctx) }, nil
}

// Within is a unit of work: its transaction is in the callback's context.
func (s *Store) Within(ctx context.Context, fn func(ctx context.Context) error) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		return fn(context.WithValue(ctx, workKey{}, tx))
	})
}

// Work is the transaction of the unit of work.
func Work(ctx context.Context) (pgx.Tx, bool) {
	tx, ok := ctx.Value(workKey{}).(pgx.Tx)
	return tx, ok
}
