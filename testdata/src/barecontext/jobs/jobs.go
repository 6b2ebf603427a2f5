// Package jobs sets the tenant's context, on transactions of its own.
package jobs

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/barecontext/db"
)

type Jobs struct{ pool *pgxpool.Pool }

func New(pool *pgxpool.Pool) *Jobs { return &Jobs{pool} }

// Run puts a scoped transaction into the context.
func (j *Jobs) Run(ctx context.Context, tenant string, job func(ctx context.Context) error) error {
	tx, err := j.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := setTenant(ctx, tx, tenant); err != nil {
		return err
	}
	if err := job(db.WithJob(ctx, tx)); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func setTenant(ctx context.Context, tx pgx.Tx, tenant string) error {
	_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant)
	return err
}
