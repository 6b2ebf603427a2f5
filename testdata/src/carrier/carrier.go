// Package carrier puts handles into contexts: the ways in which programs hand
// the request's transaction to code far below.
package carrier

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

type DBTX interface {
	Exec(ctx context.Context, sql string, arguments ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Begin(ctx context.Context) (pgx.Tx, error)
}

type txKey struct{}

func WithTx(ctx context.Context, tx pgx.Tx) context.Context {
	return context.WithValue(ctx, txKey{}, tx)
}

func TxFrom(ctx context.Context) (pgx.Tx, bool) {
	tx, ok := ctx.Value(txKey{}).(pgx.Tx)
	return tx, ok
}

// Conn is the transaction of the context, else what the caller falls back on.
func Conn(ctx context.Context, fallback DBTX) DBTX {
	if tx, ok := TxFrom(ctx); ok {
		return tx
	}
	return fallback
}

// Middleware opens the request's transaction.
func Middleware(pool *pgxpool.Pool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx, err := pool.Begin(r.Context())
		if err != nil {
			http.Error(w, "no transaction", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(r.Context())
		if _, err := tx.Exec(r.Context(), "SELECT set_config('app.tenant_id', $1, true)", r.Header.Get("X-Tenant")); err != nil { // want `taken from header X-Tenant`
			http.Error(w, "no tenant", http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r.WithContext(WithTx(r.Context(), tx)))
		_ = tx.Commit(r.Context())
	})
}

type connKey int

const scopedConn connKey = iota

// A Pool prefers the connection of the context to its own.
type Pool struct{ *pgxpool.Pool }

func fromContext(ctx context.Context) *pgxpool.Conn {
	c, _ := ctx.Value(scopedConn).(*pgxpool.Conn)
	return c
}

func (p *Pool) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if c := fromContext(ctx); c != nil {
		return c.Exec(ctx, sql, args...)
	}
	return p.Pool.Exec(ctx, sql, args...)
}

func (p *Pool) Begin(ctx context.Context) (pgx.Tx, error) {
	if c := fromContext(ctx); c != nil {
		return c.Begin(ctx)
	}
	return p.Pool.Begin(ctx)
}

// Acquire pins a connection with the tenant's context to a context.
func (p *Pool) AcquireTenant(ctx context.Context, id uuid.UUID) (context.Context, func(), error) {
	conn, err := p.Pool.Acquire(ctx)
	if err != nil {
		return ctx, func() {}, err
	}
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", id.String()); err != nil {
		conn.Release()
		return ctx, func() {}, err
	}
	release := func() {
		if _, err := conn.Exec(context.Background(), "RESET app.tenant_id"); err != nil {
			_ = conn.Conn().Close(context.Background())
		}
		conn.Release()
	}
	return context.WithValue(ctx, scopedConn, conn), release, nil
}

// Hasty sets the context for those only who say who they are.
func Hasty(pool *pgxpool.Pool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx, err := pool.Begin(r.Context())
		if err != nil {
			http.Error(w, "no transaction", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(r.Context())
		if tenant := r.Header.Get("X-Tenant"); tenant != "" {
			if _, err := tx.Exec(r.Context(), "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil { // want `taken from header X-Tenant`
				http.Error(w, "no tenant", http.StatusInternalServerError)
				return
			}
		}
		next.ServeHTTP(w, r.WithContext(WithTx(r.Context(), tx))) // want `puts the transaction into the context as carrier.txKey without the tenant context: queries that take it from there run outside the tenant's scope`
		_ = tx.Commit(r.Context())
	})
}

// Heedless goes on when the context could not be set.
func Heedless(pool *pgxpool.Pool, tenant uuid.UUID, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx, err := pool.Begin(r.Context())
		if err != nil {
			http.Error(w, "no transaction", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(r.Context())
		_, _ = tx.Exec(r.Context(), "SELECT set_config('app.tenant_id', $1, true)", tenant)
		next.ServeHTTP(w, r.WithContext(WithTx(r.Context(), tx))) // want `puts the transaction into the context as carrier.txKey although the tenant context may have failed to be set: the error is ignored`
		_ = tx.Commit(r.Context())
	})
}

// put is one call further from the context.
func put(ctx context.Context, tx pgx.Tx) context.Context { return WithTx(ctx, tx) }

// Late puts the transaction there first, and its context is set by then for nobody.
func Late(ctx context.Context, pool *pgxpool.Pool, tenant uuid.UUID, next func(context.Context) error) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := next(put(ctx, tx)); err != nil { // want `puts the transaction into the context as carrier.txKey without the tenant context`
		return err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// InTime does the same in the right order.
func InTime(ctx context.Context, pool *pgxpool.Pool, tenant uuid.UUID, next func(context.Context) error) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return err
	}
	if err := next(put(ctx, tx)); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
