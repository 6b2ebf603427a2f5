// Package queries has repositories with the queries of a pool and those of a
// transaction, which may be missing.
package queries

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/store"
	"example.com/corpus/tenant"
)

type Repo struct {
	queries   *store.Queries
	txQueries *store.Queries
}

func NewRepo(pool *pgxpool.Pool) *Repo { return &Repo{queries: store.New(pool)} }

func (r *Repo) WithTx(tx pgx.Tx) *Repo { return &Repo{queries: r.queries, txQueries: store.New(tx)} }

// In copies all of it.
func (r *Repo) In(tx pgx.Tx) *Repo {
	c := *r
	c.txQueries = r.queries.WithTx(tx)
	return &c
}

func (r *Repo) q() *store.Queries {
	if r.txQueries != nil {
		return r.txQueries
	}
	return r.queries
}

func (r *Repo) List(ctx context.Context) error {
	_, err := r.q().ListOrders(ctx)
	return err
}

// ListHere asks the other way round, and in place.
func (r *Repo) ListHere(ctx context.Context) error {
	if r.txQueries == nil {
		_, err := r.queries.ListOrders(ctx)
		return err
	}
	_, err := r.txQueries.ListOrders(ctx)
	return err
}

// ListDefault has a default.
func (r *Repo) ListDefault(ctx context.Context) error {
	q := r.queries
	if r.txQueries != nil {
		q = r.txQueries
	}
	_, err := q.ListOrders(ctx)
	return err
}

func scoped(ctx context.Context, pool *pgxpool.Pool) error {
	r := NewRepo(pool)
	return tenant.With(ctx, pool, uuid.Nil, func(ctx context.Context, tx pgx.Tx) error {
		if err := r.WithTx(tx).List(ctx); err != nil {
			return err
		}
		if err := r.In(tx).ListHere(ctx); err != nil {
			return err
		}
		if err := r.In(tx).ListDefault(ctx); err != nil {
			return err
		}
		return r.WithTx(tx).ListDefault(ctx)
	})
}

func badUnscoped(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		return NewRepo(pool).WithTx(tx).List(ctx) // want `SELECT on orders in a transaction where the tenant context is not set`
	})
}

func badPool(ctx context.Context, pool *pgxpool.Pool) error {
	r := NewRepo(pool)
	if err := r.ListHere(ctx); err != nil { // want `SELECT on orders runs on the pool, outside a tenant-scoped transaction`
		return err
	}
	if err := r.ListDefault(ctx); err != nil { // want `SELECT on orders runs on the pool, outside a tenant-scoped transaction`
		return err
	}
	return r.List(ctx) // want `SELECT on orders runs on the pool, outside a tenant-scoped transaction`
}

// badOuter forgets WithTx.
func badOuter(ctx context.Context, pool *pgxpool.Pool) error {
	r := NewRepo(pool)
	return tenant.With(ctx, pool, uuid.Nil, func(ctx context.Context, tx pgx.Tx) error {
		return r.List(ctx) // want `SELECT on orders runs on the pool although a tenant-scoped transaction is open`
	})
}

// pick is given what may be missing.
func pick(tx, other *store.Queries) *store.Queries {
	if tx == nil {
		return other
	}
	return tx
}

func list(ctx context.Context, pool *pgxpool.Pool, tx *store.Queries) error {
	_, err := pick(tx, store.New(pool)).ListOrders(ctx)
	return err
}

func passes(ctx context.Context, pool *pgxpool.Pool) error {
	return tenant.With(ctx, pool, uuid.Nil, func(ctx context.Context, tx pgx.Tx) error { return list(ctx, pool, store.New(tx)) })
}

func badPassesNone(ctx context.Context, pool *pgxpool.Pool) error {
	return list(ctx, pool, nil) // want `SELECT on orders runs on the pool`
}
