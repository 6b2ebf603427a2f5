// Package wire puts programs together.
package wire

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/askback"
	"example.com/corpus/askback/pg"
)

func safe(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	s := askback.New(pg.NewScoped(pool, id), pg.NewScoped(pool, id))
	if err := s.Clear(ctx); err != nil {
		return err
	}
	return s.Purge(ctx)
}

func bad(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	s := askback.New(pg.NewBare(pool), pg.NewBare(pool))
	if err := s.Clear(ctx); err != nil { // want `DELETE on customers in a transaction where the tenant context is not set`
		return err
	}
	return s.Purge(ctx) // want `DELETE on orders in a transaction where the tenant context is not set`
}

func half(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	s := askback.New(pg.NewScoped(pool, id), pg.NewBare(pool))
	if err := s.Clear(ctx); err != nil { // want `DELETE on customers in a transaction where the tenant context is not set`
		return err
	}
	return s.Purge(ctx)
}
