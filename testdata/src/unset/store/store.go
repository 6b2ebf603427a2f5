// Package store takes its transactions from contexts.
package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

type txKey struct{}

type DBTX interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

func WithTx(ctx context.Context, tx pgx.Tx) context.Context {
	return context.WithValue(ctx, txKey{}, tx)
}

func conn(ctx context.Context, fallback DBTX) DBTX {
	if tx, ok := ctx.Value(txKey{}).(pgx.Tx); ok {
		return tx
	}
	return fallback
}

type Store struct{ Pool *pgxpool.Pool }

// Purge works for whoever the context is for. Bad: whatever it carries, no code of the module ever sets a tenant on it.
func (s *Store) Purge(ctx context.Context) error {
	_, err := conn(ctx, s.Pool).Exec(ctx, "DELETE FROM notes")
	return err
}

// Countries are everybody's.
func (s *Store) Forget(ctx context.Context) error {
	_, err := conn(ctx, s.Pool).Exec(ctx, "DELETE FROM countries")
	return err
}
