package ifgiven

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type userKey struct{}

// userOf is the user that a context carries.
func userOf(ctx context.Context) (string, bool) {
	u, ok := ctx.Value(userKey{}).(string)
	return u, ok
}

// BeginFor begins a transaction, for the tenant of the context where it carries one.
func BeginFor(ctx context.Context, pool *pgxpool.Pool) (pgx.Tx, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if u, ok := userOf(ctx); ok {
		if _, err := tx.Exec(ctx, setTenant, u); err != nil {
			return nil, err
		}
	}
	return tx, nil
}

// BeginForMost leaves early where it carries none.
func BeginForMost(ctx context.Context, pool *pgxpool.Pool) (pgx.Tx, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	u, ok := userOf(ctx)
	if !ok {
		return tx, nil
	}
	if _, err := tx.Exec(ctx, setTenant, u); err != nil {
		return nil, err
	}
	return tx, nil
}

// Known is asked for by users only.
func Known(ctx context.Context, pool *pgxpool.Pool) error {
	if _, ok := userOf(ctx); !ok {
		return errors.New("who are you")
	}
	tx, err := BeginFor(ctx, pool)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	return tx.QueryRow(ctx, count).Scan(new(int))
}

// KnownToMost likewise.
func KnownToMost(ctx context.Context, pool *pgxpool.Pool) error {
	if _, ok := userOf(ctx); !ok {
		return errors.New("who are you")
	}
	tx, err := BeginForMost(ctx, pool)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	return tx.QueryRow(ctx, count).Scan(new(int))
}

// Put puts the user there itself.
func Put(ctx context.Context, pool *pgxpool.Pool) error {
	tx, err := BeginFor(context.WithValue(ctx, userKey{}, "acme"), pool)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	return tx.QueryRow(ctx, count).Scan(new(int))
}

// Background has none.
func Background(pool *pgxpool.Pool) error {
	ctx := context.Background()
	tx, err := BeginFor(ctx, pool)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	return tx.QueryRow(ctx, count).Scan(new(int)) // want `SELECT on orders in a transaction where the tenant context is not set`
}

// BackgroundMostly neither.
func BackgroundMostly(pool *pgxpool.Pool) error {
	ctx := context.Background()
	tx, err := BeginForMost(ctx, pool)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	return tx.QueryRow(ctx, count).Scan(new(int)) // want `SELECT on orders in a transaction where the tenant context is not set`
}
