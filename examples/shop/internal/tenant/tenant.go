// Package tenant ties a piece of work to the shop that it is done for.
package tenant

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrNone means that a context carries no tenant.
var ErrNone = errors.New("no tenant in context")

type key struct{}

// NewContext returns a context that carries the tenant.
func NewContext(ctx context.Context, id uuid.UUID) context.Context {
	return context.WithValue(ctx, key{}, id)
}

// FromContext returns the tenant that the context carries, or ErrNone.
func FromContext(ctx context.Context) (uuid.UUID, error) {
	id, ok := ctx.Value(key{}).(uuid.UUID)
	if !ok {
		return uuid.Nil, ErrNone
	}
	return id, nil
}

// Set makes tx see the tenant's rows, and only those, until it ends.
func Set(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id.String()); err != nil {
		return fmt.Errorf("set tenant: %w", err)
	}
	return nil
}

// WithTenant runs fn in a transaction that sees the tenant's rows only. It
// commits when fn returns nil.
func WithTenant(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, fn func(ctx context.Context, tx pgx.Tx) error) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)

	if err := Set(ctx, tx, id); err != nil {
		return err
	}
	if err := fn(ctx, tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
