// Package behind works on the connection that its context carries, else on the
// pool.
package behind

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type connKey struct{}

// WithConn returns a context that carries a connection.
func WithConn(ctx context.Context, conn *pgxpool.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, conn)
}

// A DB sends queries.
type DB interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Orders is dom.Orders on PostgreSQL.
type Orders struct{ pool *pgxpool.Pool }

// New returns one.
func New(pool *pgxpool.Pool) *Orders { return &Orders{pool} }

func (o *Orders) db(ctx context.Context) DB {
	if conn, ok := ctx.Value(connKey{}).(*pgxpool.Conn); ok {
		return conn
	}
	return o.pool
}

// Count counts orders.
func (o *Orders) Count(ctx context.Context) (n int, err error) {
	err = o.db(ctx).QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}
