// Package pg has units of work, right and wrong.
package pg

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/carriedback"
	"example.com/corpus/tenant"
)

// Scoped sets the tenant's context.
type Scoped struct {
	pool *pgxpool.Pool
	id   uuid.UUID
}

func NewScoped(pool *pgxpool.Pool, id uuid.UUID) *Scoped { return &Scoped{pool, id} }

func (u *Scoped) Do(ctx context.Context, fn func(ctx context.Context) error) error {
	return tenant.With(ctx, u.pool, u.id, func(ctx context.Context, tx pgx.Tx) error {
		return fn(carriedback.Into(ctx, tx))
	})
}

// Bare begins a transaction, and that is all.
type Bare struct{ pool *pgxpool.Pool }

func NewBare(pool *pgxpool.Pool) *Bare { return &Bare{pool} }

func (u *Bare) Do(ctx context.Context, fn func(ctx context.Context) error) error {
	return pgx.BeginFunc(ctx, u.pool, func(tx pgx.Tx) error { return fn(carriedback.Into(ctx, tx)) })
}

// Retrying hands on the context that it gets.
type Retrying struct{ times int }

func (r *Retrying) Do(ctx context.Context, fn func(ctx context.Context) error) error {
	for range r.times {
		if err := fn(ctx); err == nil {
			return nil
		}
	}
	return fn(ctx)
}

// Tenant is who the context is set for.
type Tenant struct{ ID string }

func (t *Tenant) Scope(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", t.ID)
	return err
}

func (t *Tenant) ScopeCarried(ctx context.Context) error { return carriedback.SetTenant(ctx, t.ID) }

// BareHandle hands its transaction to the callback.
type BareHandle struct{ pool *pgxpool.Pool }

func NewBareHandle(pool *pgxpool.Pool) *BareHandle { return &BareHandle{pool} }

func (u *BareHandle) Do(ctx context.Context, fn func(ctx context.Context, tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, u.pool, func(tx pgx.Tx) error { return fn(ctx, tx) })
}

// ScopedHandle sets the context first.
type ScopedHandle struct {
	pool *pgxpool.Pool
	id   uuid.UUID
}

func NewScopedHandle(pool *pgxpool.Pool, id uuid.UUID) *ScopedHandle { return &ScopedHandle{pool, id} }

func (u *ScopedHandle) Do(ctx context.Context, fn func(ctx context.Context, tx pgx.Tx) error) error {
	return tenant.With(ctx, u.pool, u.id, fn)
}

// Customers works on the transaction that it gets.
type Customers struct{}

func (c *Customers) Purge(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "DELETE FROM customers")
	return err
}
