// Package store says what begins the transactions.
package store

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/ownbegin"
)

type beginner struct{ pool *pgxpool.Pool }

func (b beginner) Begin(ctx context.Context) (ownbegin.Tx, error) { return b.pool.Begin(ctx) }

// A Store counts orders.
type Store struct{ db ownbegin.Beginner }

// New returns a store.
func New(pool *pgxpool.Pool) *Store { return &Store{beginner{pool}} }

// Silent: what has Commit and Rollback is a transaction, whoever began it.
func (s *Store) Count(ctx context.Context, tenant string) (n int, err error) {
	err = ownbegin.WithTenant(ctx, s.db, tenant, func(tx ownbegin.Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	})
	return n, err
}
