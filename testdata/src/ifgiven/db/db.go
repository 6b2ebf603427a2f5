// Package db begins transactions for others.
package db

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const setTenant = "SELECT set_config('app.tenant_id', $1, true)"

// A Pool begins transactions.
type Pool struct{ *pgxpool.Pool }

// BeginTx begins a transaction for a tenant, where one is given. Callers commit it.
func (p *Pool) BeginTx(ctx context.Context, tenant string) (pgx.Tx, error) {
	tx, err := p.Pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if tenant != "" {
		_, err = tx.Exec(ctx, setTenant, tenant)
	}
	return tx, err
}

// Roles sets the tenant where there are roles.
func Roles(ctx context.Context, tx pgx.Tx, tenant int64, roles ...string) error {
	if len(roles) > 0 {
		if _, err := tx.Exec(ctx, setTenant, tenant); err != nil {
			return err
		}
	}
	return nil
}

// Number sets the tenant with a number.
func Number(ctx context.Context, tx pgx.Tx, tenant int64) error {
	var err error
	if 0 != tenant {
		_, err = tx.Exec(ctx, setTenant, tenant)
	}
	return err
}

// Unless sets the tenant for everybody but the system.
func Unless(ctx context.Context, tx pgx.Tx, tenant string, system bool) error {
	if !system {
		if _, err := tx.Exec(ctx, setTenant, tenant); err != nil {
			return err
		}
	}
	return nil
}

// Both needs two things: callers of it are not followed that far.
func Both(ctx context.Context, tx pgx.Tx, tenant string, scoped bool) error {
	if scoped && tenant != "" {
		if _, err := tx.Exec(ctx, setTenant, tenant); err != nil {
			return err
		}
	}
	return nil
}

// InTx runs fn for a tenant, or for nobody.
func InTx(ctx context.Context, pool *pgxpool.Pool, tenant string, fn func(tx pgx.Tx) error) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if tenant == "" {
		if err := fn(tx); err != nil {
			return err
		}
		return tx.Commit(ctx)
	}
	if _, err := tx.Exec(ctx, setTenant, tenant); err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
