// Package inturn asks its contexts for several handles, one after the other.
package inturn

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type (
	txKey   struct{}
	connKey struct{}
)

// A DB sends queries.
type DB interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func WithTx(ctx context.Context, tx pgx.Tx) context.Context {
	return context.WithValue(ctx, txKey{}, tx)
}

func WithConn(ctx context.Context, conn *pgxpool.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, conn)
}

// A Repo works on the transaction that its context carries, else on the
// connection, else on the pool.
type Repo struct{ pool *pgxpool.Pool }

func New(pool *pgxpool.Pool) *Repo { return &Repo{pool} }

func (r *Repo) db(ctx context.Context) DB {
	if tx, ok := ctx.Value(txKey{}).(pgx.Tx); ok {
		return tx
	}
	if conn, ok := ctx.Value(connKey{}).(*pgxpool.Conn); ok {
		return conn
	}
	return r.pool
}

func (r *Repo) Count(ctx context.Context) (n int, err error) {
	err = r.db(ctx).QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

// Silent: the first that is asked for is there, and scoped.
func Transaction(pool *pgxpool.Pool, r *Repo, tenant string) (n int, err error) {
	ctx := context.Background()
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		n, err = r.Count(WithTx(ctx, tx))
		return err
	})
	return n, err
}

// Silent: the second is.
func Connection(pool *pgxpool.Pool, r *Repo, tenant string) (n int, err error) {
	ctx := context.Background()
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "BEGIN"); err != nil {
		return 0, err
	}
	defer conn.Exec(ctx, "ROLLBACK")
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return 0, err
	}
	return r.Count(WithConn(ctx, conn))
}

// Bad: the first is there, and not scoped, so that the second does not help.
func Both(pool *pgxpool.Pool, r *Repo, conn *pgxpool.Conn) (n int, err error) {
	ctx := context.Background()
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		n, err = r.Count(WithTx(ctx, tx)) // want `SELECT on orders in a transaction where the tenant context is not set on every path`
		return err
	})
	return n, err
}

// Bad: there is neither.
func Neither(r *Repo) (int, error) {
	return r.Count(context.Background()) // want `SELECT on orders runs on the pool \(this context carries no handle\)`
}

// Silent: the callers decide.
func Given(ctx context.Context, r *Repo) (int, error) { return r.Count(ctx) }
