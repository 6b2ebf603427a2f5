// Package tenant runs work in the context of a company.
package tenant

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// In runs fn for a company.
func In(ctx context.Context, pool *pgxpool.Pool, company string, fn func(tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.company_id', $1, true)", company); err != nil {
			return err
		}
		return fn(tx)
	})
}
