package lostcontext

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Bad: a helper that looks right at every call and protects nothing.
func WithConn(ctx context.Context, pool *pgxpool.Pool, tenantID string, fn func(conn *pgxpool.Conn) error) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID); err != nil { // want `app.tenant_id is set for the transaction, but a bare connection has none open`
		return err
	}
	return fn(conn)
}

// Its callers are not reported again: the cause is the helper.
func Caller(ctx context.Context, pool *pgxpool.Pool) error {
	return WithConn(ctx, pool, "t", func(conn *pgxpool.Conn) error {
		_, err := conn.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// Bad: on the pool.
func Pool(ctx context.Context, db *sql.DB, tenantID string) error {
	_, err := db.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID) // want `app.tenant_id is set for the transaction, but the pool has none open`
	return err
}

// Bad: a setter gets a pool where it needs a transaction.
type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

func set(ctx context.Context, db execer, tenantID string) error {
	_, err := db.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID)
	return err
}

func Setter(ctx context.Context, pool *pgxpool.Pool) error {
	return set(ctx, pool, "t") // want `app.tenant_id is set for the transaction, but the pool has none open`
}

// Fixed.
func SetterInTx(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := set(ctx, tx, "t"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// BEGIN sent as text opens a transaction too.
func Text(ctx context.Context, pool *pgxpool.Pool, tenantID string) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "BEGIN"); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "COMMIT")
	return err
}

// A connection on which a transaction was begun is in it.
func ConnOfTx(ctx context.Context, tx pgx.Tx, tenantID string) error {
	_, err := tx.Conn().Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID)
	return err
}

// Bad: what goes with the tenant's context is as lost as that.
func SentAlong(ctx context.Context, pool *pgxpool.Pool) error {
	_, err := pool.Exec(ctx, "SET LOCAL app.request_id = '17'") // want `app.request_id is set for the transaction, but the pool has none open: it ends with this very statement, and nothing that follows can read it`
	return err
}

// In the transaction it is read by what follows.
func SentAlongInTx(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "SET LOCAL app.request_id = '17'")
		return err
	})
}

// The settings of the server's extensions have nothing to do with tenants, and
// what the statement itself computes may read what set_config sets.
func Others(ctx context.Context, pool *pgxpool.Pool) error {
	if _, err := pool.Exec(ctx, "SET LOCAL hnsw.ef_search = 40"); err != nil {
		return err
	}
	_, err := pool.Exec(ctx, "SELECT set_config('app.request_id', $1, true), pg_notify('orders', current_setting('app.request_id'))", "17")
	return err
}
