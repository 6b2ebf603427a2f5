// Package assembled puts programs together.
package assembled

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/carriedback"
	"example.com/corpus/carriedback/pg"
	"example.com/corpus/carriedback/ports"
)

func safe(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	s := ports.New(pg.NewScoped(pool, id), &carriedback.Orders{}, pg.NewScopedHandle(pool, id), &pg.Customers{}, nil)
	if err := s.Purge(ctx); err != nil {
		return err
	}
	if err := s.PurgeHandle(ctx); err != nil {
		return err
	}
	return s.Twice(ctx)
}

func bad(ctx context.Context, pool *pgxpool.Pool) error {
	s := ports.New(pg.NewBare(pool), &carriedback.Orders{}, pg.NewBareHandle(pool), &pg.Customers{}, nil)
	if err := s.Purge(ctx); err != nil { // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	}
	if err := s.PurgeHandle(ctx); err != nil { // want `DELETE on customers in a transaction where the tenant context is not set`
		return err
	}
	return s.Twice(ctx) // want `DELETE on orders in a transaction where the tenant context is not set`
}

// Right, as the callbacks set the context.
func setting(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	s := ports.New(pg.NewBare(pool), &carriedback.Orders{}, pg.NewBareHandle(pool), &pg.Customers{}, &pg.Tenant{ID: id.String()})
	if err := s.Asking(ctx); err != nil {
		return err
	}
	if err := s.AskingHandle(ctx); err != nil {
		return err
	}
	if err := ports.Begun(ctx, pool, &pg.Tenant{ID: id.String()}); err != nil {
		return err
	}
	return s.Setting(ctx, id.String())
}
