// Package pg implements the interfaces on PostgreSQL.
package pg

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/wired/port"
)

// A DB is a pool or a transaction.
type DB interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Orders counts over what it is given.
type Orders struct{ db DB }

// New returns orders over a pool or a transaction.
func New(db DB) *Orders { return &Orders{db} }

// Count counts orders.
func (o *Orders) Count(ctx context.Context) (n int, err error) {
	err = o.db.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

type txKey struct{}

// WithTx returns a context that carries a transaction.
func WithTx(ctx context.Context, tx pgx.Tx) context.Context {
	return context.WithValue(ctx, txKey{}, tx)
}

type carried struct{ pool *pgxpool.Pool }

// Carried returns orders that take the transaction from the context, else the pool,
// behind the interface.
func Carried(pool *pgxpool.Pool) port.Orders { return &carried{pool} }

func (o *carried) Count(ctx context.Context) (n int, err error) {
	var db DB = o.pool
	if tx, ok := ctx.Value(txKey{}).(pgx.Tx); ok {
		db = tx
	}
	err = db.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

// None has no database.
type None struct{}

// Count counts nothing.
func (None) Count(context.Context) (int, error) { return 0, nil }
