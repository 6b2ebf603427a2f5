// Package store keeps what the program works with in a database.
package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/hooked/layers/domain"
)

type db interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Queries sends the statements.
type Queries struct{ db db }

// Repository has the methods of a transaction that works on the pool.
type Repository struct {
	pool *pgxpool.Pool
	*Transaction
}

// A Transaction works on a transaction.
type Transaction struct{ queries *Queries }

func New(pool *pgxpool.Pool) *Repository {
	return &Repository{pool: pool, Transaction: &Transaction{&Queries{pool}}}
}

// Within runs fn with what works on a transaction.
func (r *Repository) Within(ctx context.Context, fn func(ctx context.Context, tx domain.Transaction) error) error {
	tx, err := r.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := fn(ctx, &Transaction{&Queries{tx}}); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func (t *Transaction) CountOrders(ctx context.Context) (n int, err error) {
	err = t.queries.db.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

func (t *Transaction) DropOrders(ctx context.Context) error {
	_, err := t.queries.db.Exec(ctx, "DELETE FROM orders")
	return err
}

// SaveState is about nobody's rows.
func (t *Transaction) SaveState(ctx context.Context, state string) error {
	_, err := t.queries.db.Exec(ctx, "INSERT INTO login_states (state) VALUES ($1)", state)
	return err
}
