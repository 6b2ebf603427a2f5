// Package tenantdb runs work in transactions that carry a tenant's context.
package tenantdb

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/requests/tenantctx"
)

// WithTenant runs fn in a transaction for a tenant.
func WithTenant(ctx context.Context, pool *pgxpool.Pool, tenantID uuid.UUID, fn func(pgx.Tx) error) error {
	if tenantID == uuid.Nil {
		return errors.New("no tenant")
	}
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID.String()); err != nil {
			return err
		}
		return fn(tx)
	})
}

// InContext runs fn in a transaction for the tenant that the context names.
func InContext(ctx context.Context, pool *pgxpool.Pool, fn func(pgx.Tx) error) error {
	id, ok := tenantctx.Tenant(ctx)
	if !ok {
		return errors.New("no tenant")
	}
	return WithTenant(ctx, pool, id, fn)
}

// ForUser runs fn in a transaction for a user's tenant.
func ForUser(ctx context.Context, pool *pgxpool.Pool, fn func(pgx.Tx) error) error {
	user := tenantctx.UserOf(ctx)
	if user == nil {
		return errors.New("no user")
	}
	return WithTenant(ctx, pool, user.TenantID, fn)
}

// Count counts the tenant's orders.
func Count(ctx context.Context, pool *pgxpool.Pool) (n int, err error) {
	err = InContext(ctx, pool, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	})
	return n, err
}

// Exists reports whether there is a tenant of that name, whoever asks.
func Exists(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (bool, error) {
	var n int
	err := pool.QueryRow(ctx, "SELECT count(*) FROM tenants WHERE id = $1", id).Scan(&n)
	return n > 0, err
}

// IsMember reports whether the user of the context belongs to a tenant.
func IsMember(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (bool, error) {
	user := tenantctx.UserOf(ctx)
	if user == nil {
		return false, nil
	}
	var n int
	err := pool.QueryRow(ctx, "SELECT count(*) FROM members WHERE user_id = $1 AND tenant_id = $2", user.ID, id).Scan(&n)
	return n > 0, err
}
