// Package store runs the statements. It is right as it is: who its pools log in
// as is decided where they are opened.
package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type Store struct{ pool *pgxpool.Pool }

func New(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

func (s *Store) Total(ctx context.Context, tenant string) (total int64, err error) {
	err = InTenant(ctx, s.pool, tenant, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT sum(total) FROM orders").Scan(&total)
	})
	return total, err
}

func InTenant(ctx context.Context, pool *pgxpool.Pool, tenant string, fn func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		return fn(tx)
	})
}

// Archived counts rows of a table that isn't forced.
func Archived(ctx context.Context, pool *pgxpool.Pool, tenant string) (n int64, err error) {
	err = InTenant(ctx, pool, tenant, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*) FROM archives").Scan(&n)
	})
	return n, err
}

// Accounts has a pool that is declared privileged, and one that isn't.
type Accounts struct {
	owner, pool *pgxpool.Pool
}

func NewAccounts(owner, pool *pgxpool.Pool) *Accounts { return &Accounts{owner, pool} }

func (a *Accounts) TenantOf(ctx context.Context, id string) (tenant string, err error) {
	err = a.owner.QueryRow(ctx, "SELECT tenant_id FROM orders WHERE id = $1", id).Scan(&tenant)
	return tenant, err
}

func (a *Accounts) Everyone(ctx context.Context) (n int64, err error) {
	return count(ctx, a.owner)
}

func count(ctx context.Context, pool *pgxpool.Pool) (n int64, err error) {
	err = pool.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

func (a *Accounts) Forgot(ctx context.Context) (n int64, err error) {
	err = a.pool.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n) // want `SELECT on orders runs on the pool`
	return n, err
}
