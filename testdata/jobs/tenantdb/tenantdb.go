// Package tenantdb runs work in transactions that carry a tenant's context.
package tenantdb

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type tenantKey struct{}

// With puts a tenant into the context.
func With(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, tenantKey{}, id)
}

// WithTenant runs fn in a transaction for a tenant.
func WithTenant(ctx context.Context, pool *pgxpool.Pool, id string, fn func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id); err != nil {
			return err
		}
		return fn(tx)
	})
}

// InContext runs fn in a transaction for the tenant that the context names.
func InContext(ctx context.Context, pool *pgxpool.Pool, fn func(pgx.Tx) error) error {
	id, ok := ctx.Value(tenantKey{}).(string)
	if !ok {
		return errors.New("no tenant")
	}
	return WithTenant(ctx, pool, id, fn)
}

// Invoices reads and writes invoices over what it is given.
type Invoices struct{ DB *pgxpool.Pool }

// Remind notes that a customer was reminded.
func (s *Invoices) Remind(ctx context.Context, id string) error {
	_, err := s.DB.Exec(ctx, "UPDATE invoices SET reminded = now() WHERE id = $1", id) // want `UPDATE on invoices runs on the pool`
	return err
}

// RemindOn notes it in the caller's transaction.
func RemindOn(ctx context.Context, tx pgx.Tx, id string) error {
	_, err := tx.Exec(ctx, "UPDATE invoices SET reminded = now() WHERE id = $1", id)
	return err
}

// RemindOwner reminds the tenant whose invoice it is.
func (s *Invoices) RemindOwner(ctx context.Context, id string) error {
	var owner string
	if err := s.DB.QueryRow(ctx, "SELECT id::text FROM tenants WHERE id = $1", id).Scan(&owner); err != nil {
		return err
	}
	return WithTenant(ctx, s.DB, owner, func(tx pgx.Tx) error { return RemindOn(ctx, tx, id) })
}
