// Package eitherhandle has repositories whose field holds a pool or a transaction, as
// who makes them says.
package eitherhandle

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/tenant"
)

type DBTX interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Copied is copied for a transaction.
type Copied struct {
	db   DBTX
	name string
}

func NewCopied(pool *pgxpool.Pool) *Copied { return &Copied{db: pool} }

func (r *Copied) With(tx pgx.Tx) *Copied { c := *r; c.db = tx; return &c }

func (r *Copied) Purge(ctx context.Context) error {
	_, err := r.db.Exec(ctx, "DELETE FROM orders")
	return err
}

func copiedSafe(ctx context.Context, pool *pgxpool.Pool, r *Copied) error {
	return tenant.With(ctx, pool, uuid.Nil, func(ctx context.Context, tx pgx.Tx) error { return r.With(tx).Purge(ctx) })
}

func copiedLeak(ctx context.Context, pool *pgxpool.Pool) error { return NewCopied(pool).Purge(ctx) } // want `DELETE on orders runs on the pool, outside a tenant-scoped transaction`

// Setter is told later.
type Setter struct{ db DBTX }

func (r *Setter) Use(db DBTX) { r.db = db }
func (r *Setter) Purge(ctx context.Context) error {
	_, err := r.db.Exec(ctx, "DELETE FROM orders")
	return err
}

func setterSafe(ctx context.Context, pool *pgxpool.Pool) error {
	return tenant.With(ctx, pool, uuid.Nil, func(ctx context.Context, tx pgx.Tx) error {
		r := &Setter{}
		r.Use(tx)
		return r.Purge(ctx)
	})
}

func setterLeak(ctx context.Context, pool *pgxpool.Pool) error {
	r := &Setter{}
	r.Use(pool)
	return r.Purge(ctx) // want `DELETE on orders runs on the pool, outside a tenant-scoped transaction`
}

// Optional has both.
type Optional struct {
	pool *pgxpool.Pool
	tx   pgx.Tx
}

func NewOptional(pool *pgxpool.Pool) *Optional { return &Optional{pool: pool} }

func (r *Optional) In(tx pgx.Tx) *Optional { return &Optional{pool: r.pool, tx: tx} }

func (r *Optional) q() DBTX {
	if r.tx != nil {
		return r.tx
	}
	return r.pool
}

func (r *Optional) Purge(ctx context.Context) error {
	_, err := r.q().Exec(ctx, "DELETE FROM orders")
	return err
}

func optionalSafe(ctx context.Context, pool *pgxpool.Pool, r *Optional) error {
	return tenant.With(ctx, pool, uuid.Nil, func(ctx context.Context, tx pgx.Tx) error { return r.In(tx).Purge(ctx) })
}

func optionalLeak(ctx context.Context, pool *pgxpool.Pool) error { return NewOptional(pool).Purge(ctx) } // want `DELETE on orders runs on the pool, outside a tenant-scoped transaction`

// A Store is what a service sees of them.
type Store interface {
	Purge(ctx context.Context) error
}

type Service struct {
	store Store
	with  func(tx pgx.Tx) Store
	pool  *pgxpool.Pool
}

func NewService(pool *pgxpool.Pool) *Service {
	return &Service{store: NewCopied(pool), pool: pool, with: func(tx pgx.Tx) Store { return &Copied{db: tx} }} // want `DELETE on orders runs on the pool, outside a tenant-scoped transaction`
}

func (s *Service) leak(ctx context.Context) error { return s.store.Purge(ctx) }

func (s *Service) safe(ctx context.Context) error {
	return tenant.With(ctx, s.pool, uuid.Nil, func(ctx context.Context, tx pgx.Tx) error { return s.with(tx).Purge(ctx) })
}

// Any is made for both by one function.
type Any struct{ db DBTX }

func NewAny(db DBTX) *Any { return &Any{db} }

func (r *Any) Purge(ctx context.Context) error {
	_, err := r.db.Exec(ctx, "DELETE FROM orders")
	return err
}

type Both struct{ any *Any }

func PoolBoth(pool *pgxpool.Pool) *Both { return &Both{NewAny(pool)} }
func TxBoth(tx pgx.Tx) *Both            { return &Both{NewAny(tx)} }

func (b *Both) Clean(ctx context.Context) error { return b.any.Purge(ctx) }

func bothSafe(ctx context.Context, pool *pgxpool.Pool) error {
	return tenant.With(ctx, pool, uuid.Nil, func(ctx context.Context, tx pgx.Tx) error { return TxBoth(tx).Clean(ctx) })
}

func bothLeak(ctx context.Context, pool *pgxpool.Pool) error { return PoolBoth(pool).Clean(ctx) } // want `DELETE on orders runs on the pool, outside a tenant-scoped transaction`

// Nobody in sight makes an App.
type App struct{ both *Both }

func (a *App) unknown(ctx context.Context) error { return a.both.Clean(ctx) }

// A transaction alone is not enough.
func bothTxLeak(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return TxBoth(tx).Clean(ctx) }) // want `DELETE on orders in a transaction where the tenant context is not set`
}
