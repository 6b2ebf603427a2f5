// Package unbound works on tables with policies for statements without context.
package unbound

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Silent, and unknown: a policy shows sessions to whoever has no context.
func Session(ctx context.Context, pool *pgxpool.Pool, token string) (id string, err error) {
	err = pool.QueryRow(ctx, "SELECT id FROM sessions WHERE token = $1", token).Scan(&id)
	return id, err
}

// Bad: the policy is for reading.
func Revoke(ctx context.Context, pool *pgxpool.Pool, id string) error {
	_, err := pool.Exec(ctx, "DELETE FROM sessions WHERE id = $1", id) // want `DELETE on sessions runs on the pool`
	return err
}

// Suspect: one role may list the branches, and who the pool is, is not known.
func Branches(ctx context.Context, pool *pgxpool.Pool) error {
	rows, err := pool.Query(ctx, "SELECT name FROM branches") // want `SELECT on branches runs on the pool, outside a tenant-scoped transaction: as branch_reader it sees what policy enumerate lets through, every tenant's, as any other role no rows`
	if err != nil {
		return err
	}
	rows.Close()
	return rows.Err()
}

// Bad: the server refuses the row, or takes any tenant's.
func Open(ctx context.Context, pool *pgxpool.Pool, id, tenant string) error {
	_, err := pool.Exec(ctx, "INSERT INTO branches VALUES ($1, $2, 'Main')", id, tenant) // want `INSERT on branches runs on the pool, outside a tenant-scoped transaction: the server refuses the row, or takes any tenant's where the role bypasses row-level security`
	return err
}

// Bad: that the policy is open without a context is not why it is there.
func Drafts(ctx context.Context, pool *pgxpool.Pool) (n int, err error) {
	err = pool.QueryRow(ctx, "SELECT count(*) FROM drafts").Scan(&n) // want `SELECT on drafts runs on the pool, outside a tenant-scoped transaction: policy tenant lets it reach every tenant's rows while no tenant is set`
	return n, err
}
