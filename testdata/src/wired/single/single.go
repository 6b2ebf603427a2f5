// Package single has one implementation of an interface, which the package that
// calls it does not see.
package single

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/wired/single/pg"
	"example.com/corpus/wired/single/svc"
)

// Bad: the service works on the pool.
func Clear(ctx context.Context, pool *pgxpool.Pool) error {
	return svc.New(pg.Orders{DB: pool}).Clear(ctx) // want `DELETE on orders runs on the pool`
}

// Fixed: on the tenant's transaction.
func ClearOne(ctx context.Context, pool *pgxpool.Pool, id string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id); err != nil {
			return err
		}
		return svc.New(pg.Orders{DB: tx}).Clear(ctx)
	})
}

// Silent: nothing is known of what the caller has.
func ClearWhat(ctx context.Context, s *svc.Service) error { return s.Clear(ctx) }
