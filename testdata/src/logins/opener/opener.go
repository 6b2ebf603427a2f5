// Package opener opens pools for others.
package opener

import (
	"context"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Service opens a pool as the provider's own role. Whoever uses it is told.
func Service(ctx context.Context) (*pgxpool.Pool, error) {
	return pgxpool.New(ctx, os.Getenv("SUPABASE_DB_URL")) // want `reads SUPABASE_DB_URL`
}

// App opens one as a role that the policies bind.
func App(ctx context.Context) (*pgxpool.Pool, error) {
	return pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
}

// Open opens one as whoever its caller says.
func Open(ctx context.Context, dsn string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns = 4
	return pgxpool.NewWithConfig(ctx, cfg)
}

// System is declared privileged.
func System(ctx context.Context) (*pgxpool.Pool, error) {
	return Service(ctx)
}
