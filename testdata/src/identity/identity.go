// Package identity puts the tenant itself into contexts, and scopes handles for
// those that carry one.
package identity

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

type tenantKey struct{}

// With returns a context that carries the tenant.
func With(ctx context.Context, id uuid.UUID) context.Context {
	return context.WithValue(ctx, tenantKey{}, id)
}

// From is the tenant of a context, if it carries one.
func From(ctx context.Context) (uuid.UUID, bool) {
	id, ok := ctx.Value(tenantKey{}).(uuid.UUID)
	return id, ok
}

// Middleware gives requests their tenant.
func Middleware(verify func(*http.Request) (uuid.UUID, error), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, err := verify(r)
		if err != nil {
			http.Error(w, "who are you", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r.WithContext(With(r.Context(), id)))
	})
}

// Apply scopes a transaction for the tenant of the context, where there is one.
func Apply(ctx context.Context, tx pgx.Tx) error {
	id, ok := From(ctx)
	if !ok {
		return nil
	}
	_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id)
	return err
}

// Begin begins a transaction for the tenant of the context, where there is one.
func Begin(ctx context.Context, pool *pgxpool.Pool) (pgx.Tx, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if err := Apply(ctx, tx); err != nil {
		_ = tx.Rollback(ctx)
		return nil, err
	}
	return tx, nil
}

// InTx runs fn in such a transaction.
func InTx(ctx context.Context, pool *pgxpool.Pool, fn func(pgx.Tx) error) error {
	tx, err := Begin(ctx, pool)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// A DB runs single statements: in a transaction of the tenant, or, where the
// context carries none, on the pool.
type DB struct{ pool *pgxpool.Pool }

func (d *DB) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if _, ok := From(ctx); !ok {
		return d.pool.Exec(ctx, sql, args...)
	}
	tx, err := Begin(ctx, d.pool)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	defer tx.Rollback(ctx)
	tag, err := tx.Exec(ctx, sql, args...)
	if err != nil {
		return tag, err
	}
	return tag, tx.Commit(ctx)
}

// NewDB returns a DB on a pool, for generated code.
func NewDB(pool *pgxpool.Pool) *DB { return &DB{pool: pool} }

type row struct {
	pgx.Row
	tx pgx.Tx
}

func (r row) Scan(dest ...any) error {
	defer r.tx.Rollback(context.Background())
	return r.Row.Scan(dest...)
}

type rows struct {
	pgx.Rows
	tx pgx.Tx
}

func (r rows) Close() {
	r.Rows.Close()
	_ = r.tx.Commit(context.Background())
}

func (d *DB) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if _, ok := From(ctx); !ok {
		return d.pool.Query(ctx, sql, args...)
	}
	tx, err := Begin(ctx, d.pool)
	if err != nil {
		return nil, err
	}
	rs, err := tx.Query(ctx, sql, args...)
	if err != nil {
		_ = tx.Rollback(ctx)
		return nil, err
	}
	return rows{rs, tx}, nil
}

func (d *DB) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if _, ok := From(ctx); !ok {
		return d.pool.QueryRow(ctx, sql, args...)
	}
	tx, err := Begin(ctx, d.pool)
	if err != nil {
		return failed{err}
	}
	return row{tx.QueryRow(ctx, sql, args...), tx}
}

type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }

// A Half scopes what it executes and forgets what it reads.
type Half struct {
	*pgxpool.Pool
}

func (h *Half) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return NewDB(h.Pool).Exec(ctx, sql, args...)
}
