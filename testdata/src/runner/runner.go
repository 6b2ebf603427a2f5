// Package runner has a scoping helper that its users reach through interfaces
// of their own.
package runner

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/store"
)

// TxFunc is work in a tenant's transaction.
type TxFunc func(ctx context.Context, tx pgx.Tx) error

// DB runs work for a tenant.
type DB struct {
	pool *pgxpool.Pool
}

// New returns a DB on a pool.
func New(pool *pgxpool.Pool) *DB { return &DB{pool: pool} }

// WithTenant runs fn in a transaction of the tenant, committed if fn succeeds.
func (d *DB) WithTenant(ctx context.Context, id uuid.UUID, fn TxFunc) (err error) {
	tx, err := d.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback(ctx)
		}
	}()
	if _, err = tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true), set_config('app.actor', 'x', true)", id.String()); err != nil {
		return err
	}
	if err = fn(ctx, tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// WithQueries is WithTenant for generated queries.
func (d *DB) WithQueries(ctx context.Context, id uuid.UUID, fn func(*store.Queries) error) error {
	return d.WithTenant(ctx, id, func(ctx context.Context, tx pgx.Tx) error {
		return fn(store.New(tx))
	})
}

// Acquire returns a connection of the tenant and what gives it back clean.
func (d *DB) Acquire(ctx context.Context, id uuid.UUID) (*pgxpool.Conn, func(), error) {
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return nil, nil, err
	}
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", id.String()); err != nil {
		conn.Release()
		return nil, nil, err
	}
	release := func() {
		if _, err := conn.Exec(context.Background(), "RESET app.tenant_id"); err != nil {
			_ = conn.Conn().Close(context.Background())
		}
		conn.Release()
	}
	return conn, release, nil
}

type key struct{}

// Into puts a transaction into a context.
func Into(ctx context.Context, tx pgx.Tx) context.Context { return context.WithValue(ctx, key{}, tx) }

// Conn returns the context's transaction, or the pool.
func Conn(ctx context.Context, pool *pgxpool.Pool) store.DBTX {
	if tx, ok := ctx.Value(key{}).(pgx.Tx); ok {
		return tx
	}
	return pool
}

// Pool is a pool whose methods use the context's transaction if it has one.
type Pool struct {
	*pgxpool.Pool
}

func from(ctx context.Context) pgx.Tx {
	tx, _ := ctx.Value(key{}).(pgx.Tx)
	return tx
}

// Query runs on the context's transaction when there is one.
func (p *Pool) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if tx := from(ctx); tx != nil {
		return tx.Query(ctx, sql, args...)
	}
	return p.Pool.Query(ctx, sql, args...)
}

// Begin begins within the context's transaction when there is one.
func (p *Pool) Begin(ctx context.Context) (pgx.Tx, error) {
	if tx := from(ctx); tx != nil {
		return tx.Begin(ctx)
	}
	return p.Pool.Begin(ctx)
}

// Apply sets the context on a transaction if the context has a tenant.
func Apply(ctx context.Context, tx pgx.Tx) error {
	id, ok := ctx.Value(key{}).(uuid.UUID)
	if !ok {
		return nil
	}
	_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id.String())
	return err
}
