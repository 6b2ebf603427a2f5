// Package wire puts programs together.
package wire

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/carriedback"
	"example.com/corpus/carriedback/pg"
	"example.com/corpus/tenant"
)

func safe(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	s := carriedback.New(pg.NewScoped(pool, id), &carriedback.Orders{})
	if err := s.Clear(ctx); err != nil {
		return err
	}
	if err := s.Strict(ctx); err != nil {
		return err
	}
	if err := s.Bound(ctx); err != nil {
		return err
	}
	return s.Purge(ctx)
}

func bad(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	s := carriedback.New(pg.NewBare(pool), &carriedback.Orders{})
	if err := s.Clear(ctx); err != nil { // want `DELETE on customers in a transaction where the tenant context is not set`
		return err
	}
	if err := s.Strict(ctx); err != nil { // want `DELETE on customers in a transaction where the tenant context is not set`
		return err
	}
	if err := s.Bound(ctx); err != nil { // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	}
	return s.Purge(ctx) // want `DELETE on orders in a transaction where the tenant context is not set`
}

// The callbacks set the tenant's context themselves.
func setting(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return carriedback.New(pg.NewBare(pool), &carriedback.Orders{}).Setting(ctx, id.String())
}

// What the context carries already.
func retried(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	tx, err := tenant.Begin(ctx, pool, id)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	s := carriedback.New(&pg.Retrying{}, &carriedback.Orders{})
	if err := s.Purge(carriedback.Into(ctx, tx)); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func retriedOnPool() error {
	s := carriedback.New(&pg.Retrying{}, &carriedback.Orders{})
	return s.Purge(context.Background()) // want `DELETE on orders runs on the pool`
}

// Without an interface.
func direct(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	var orders carriedback.Orders
	if err := pg.NewScoped(pool, id).Do(ctx, orders.Purge); err != nil {
		return err
	}
	if err := pg.NewScoped(pool, id).Do(ctx, func(ctx context.Context) error { return orders.Purge(ctx) }); err != nil {
		return err
	}
	err := pg.NewBare(pool).Do(ctx, func(ctx context.Context) error {
		if err := carriedback.SetTenant(ctx, id.String()); err != nil {
			return err
		}
		return orders.Purge(ctx)
	})
	if err != nil {
		return err
	}
	return pg.NewBare(pool).Do(ctx, orders.Purge) // want `DELETE on orders in a transaction where the tenant context is not set`
}

func directLate(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	var orders carriedback.Orders
	return pg.NewBare(pool).Do(ctx, func(ctx context.Context) error {
		if err := orders.Purge(ctx); err != nil { // want `DELETE on orders in a transaction where the tenant context is not set`
			return err
		}
		return carriedback.SetTenant(ctx, id.String())
	})
}

func retriedBound(pool *pgxpool.Pool) error {
	var orders carriedback.Orders
	return new(pg.Retrying).Do(context.Background(), orders.Purge) // want `DELETE on orders runs on the pool`
}

func retriedWithin(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	var orders carriedback.Orders
	return pg.NewScoped(pool, id).Do(ctx, func(ctx context.Context) error { return new(pg.Retrying).Do(ctx, orders.Purge) })
}
