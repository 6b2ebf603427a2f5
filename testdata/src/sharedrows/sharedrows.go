// Package sharedrows reads tables in which rows of tenants stand beside rows that are
// everybody's.
package sharedrows

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Silent, and unknown: without context the policy shows what is everybody's, and that
// may be all that is wanted.
func Templates(ctx context.Context, pool *pgxpool.Pool) (n int, err error) {
	err = pool.QueryRow(ctx, "SELECT count(*) FROM templates").Scan(&n)
	return n, err
}

// Suspect: whoever owns the table, as many programs do, sees every tenant's.
func Circulars(ctx context.Context, pool *pgxpool.Pool) (n int, err error) {
	err = pool.QueryRow(ctx, "SELECT count(*) FROM circulars").Scan(&n) // want `SELECT on circulars runs on the pool, outside a tenant-scoped transaction: as the table's owner it sees every tenant's rows, as any other role those that are everybody's`
	return n, err
}

// Silent: the statement says so.
func SharedTemplates(ctx context.Context, pool *pgxpool.Pool) (n int, err error) {
	err = pool.QueryRow(ctx, "SELECT count(*) FROM templates WHERE tenant_id IS NULL").Scan(&n)
	return n, err
}

// Silent: rows say themselves that they are for everybody.
func Plans(ctx context.Context, pool *pgxpool.Pool) error {
	_, err := pool.Exec(ctx, "UPDATE plans SET public = true WHERE id = 'free'")
	return err
}

// Silent: a new row that no tenant has.
func AddPlan(ctx context.Context, pool *pgxpool.Pool, id string) error {
	_, err := pool.Exec(ctx, "INSERT INTO plans (id, public) VALUES ($1, true)", id)
	return err
}

// Bad: the tenant's rows are asked for.
func OwnTemplates(ctx context.Context, pool *pgxpool.Pool, tenant string) (n int, err error) {
	err = pool.QueryRow(ctx, "SELECT count(*) FROM templates WHERE tenant_id = $1", tenant).Scan(&n) // want `SELECT on templates runs on the pool`
	return n, err
}

// Bad: so is the tenant's row written.
func AddOwnPlan(ctx context.Context, pool *pgxpool.Pool, id, tenant string) error {
	_, err := pool.Exec(ctx, "INSERT INTO plans (id, tenant_id) VALUES ($1, $2)", id, tenant) // want `INSERT on plans runs on the pool`
	return err
}

// Bad: what is everybody's is for reading.
func Rename(ctx context.Context, pool *pgxpool.Pool, id string) error {
	_, err := pool.Exec(ctx, "UPDATE templates SET name = 'x' WHERE id = $1", id) // want `UPDATE on templates runs on the pool`
	return err
}

// Bad: rows of a table without any that are everybody's are wanted as well.
func Used(ctx context.Context, pool *pgxpool.Pool) (n int, err error) {
	err = pool.QueryRow(ctx, "SELECT count(*) FROM templates JOIN branches ON branches.name = templates.name").Scan(&n) // want `SELECT on branches runs on the pool`
	return n, err
}

// Silent: so does a transaction.
func InTx(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "SELECT name FROM templates")
		return err
	})
}

type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func count(ctx context.Context, q querier) (n int, err error) {
	err = q.QueryRow(ctx, "SELECT count(*) FROM templates").Scan(&n)
	return n, err
}

func countAll(ctx context.Context, q querier) (n, m int, err error) {
	if err = q.QueryRow(ctx, "SELECT count(*) FROM templates").Scan(&n); err != nil {
		return 0, 0, err
	}
	err = q.QueryRow(ctx, "SELECT count(*) FROM branches").Scan(&m)
	return n, m, err
}

// Silent: what is called wants no more.
func Count(ctx context.Context, pool *pgxpool.Pool) (int, error) { return count(ctx, pool) }

// Bad: what is called wants more.
func CountAll(ctx context.Context, pool *pgxpool.Pool) (n, m int, err error) {
	return countAll(ctx, pool) // want `SELECT on branches runs on the pool`
}
