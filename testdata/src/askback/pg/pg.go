// Package pg has units of work, right and wrong.
package pg

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/askback"
	"example.com/corpus/tenant"
)

// Scoped sets the tenant's context.
type Scoped struct {
	pool *pgxpool.Pool
	id   uuid.UUID
}

func NewScoped(pool *pgxpool.Pool, id uuid.UUID) *Scoped { return &Scoped{pool, id} }

func (u *Scoped) Do(ctx context.Context, fn func(ctx context.Context, tx pgx.Tx) error) error {
	return tenant.With(ctx, u.pool, u.id, fn)
}

func (u *Scoped) With(ctx context.Context, fn func(s *askback.Store) error) error {
	return tenant.With(ctx, u.pool, u.id, func(ctx context.Context, tx pgx.Tx) error { return fn(&askback.Store{Tx: tx}) })
}

// Bare begins a transaction, and that is all.
type Bare struct{ pool *pgxpool.Pool }

func NewBare(pool *pgxpool.Pool) *Bare { return &Bare{pool} }

func (u *Bare) Do(ctx context.Context, fn func(ctx context.Context, tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, u.pool, func(tx pgx.Tx) error { return fn(ctx, tx) })
}

func (u *Bare) With(ctx context.Context, fn func(s *askback.Store) error) error {
	return pgx.BeginFunc(ctx, u.pool, func(tx pgx.Tx) error { return fn(&askback.Store{Tx: tx}) })
}
