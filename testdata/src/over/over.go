// Package over has middleware that ends what it puts into the context before the rest of
// the request runs.
package over

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/tenant"
)

type txKey struct{}

func withTx(ctx context.Context, tx pgx.Tx) context.Context {
	return context.WithValue(ctx, txKey{}, tx)
}

type Middleware struct {
	pool *pgxpool.Pool
	who  func(*http.Request) uuid.UUID
}

func (m *Middleware) Early(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx, err := tenant.Begin(r.Context(), m.pool, m.who(r))
		if err != nil {
			http.Error(w, "no transaction", http.StatusInternalServerError)
			return
		}
		ctx := withTx(r.Context(), tx)
		if err := tx.Commit(ctx); err != nil {
			http.Error(w, "no transaction", http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx)) // want `goes on after the transaction in the context as over.txKey is over: queries that take it from there fail; end it when the rest of the request is done`
	})
}

// InTime ends it when the rest of the request is done.
func (m *Middleware) InTime(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx, err := tenant.Begin(r.Context(), m.pool, m.who(r))
		if err != nil {
			http.Error(w, "no transaction", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(r.Context())
		next.ServeHTTP(w, r.WithContext(withTx(r.Context(), tx)))
		_ = tx.Commit(r.Context())
	})
}

// OneWay ends it on one path only, which does not go on.
func (m *Middleware) OneWay(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx, err := tenant.Begin(r.Context(), m.pool, m.who(r))
		if err != nil {
			http.Error(w, "no transaction", http.StatusInternalServerError)
			return
		}
		ctx := withTx(r.Context(), tx)
		if r.Method == http.MethodOptions {
			_ = tx.Rollback(ctx)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
		_ = tx.Commit(ctx)
	})
}

func load(ctx context.Context) error {
	tx, ok := ctx.Value(txKey{}).(pgx.Tx)
	if !ok {
		return pgx.ErrTxClosed
	}
	_, err := tx.Exec(ctx, "DELETE FROM orders")
	return err
}

// Before works in a transaction of its own, and goes on with the context that it got.
func (m *Middleware) Before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx, err := tenant.Begin(r.Context(), m.pool, m.who(r))
		if err != nil {
			http.Error(w, "no transaction", http.StatusInternalServerError)
			return
		}
		if err := load(withTx(r.Context(), tx)); err != nil {
			_ = tx.Rollback(r.Context())
			return
		}
		_ = tx.Commit(r.Context())
		next.ServeHTTP(w, r)
	})
}

type connKey struct{}

func set(ctx context.Context, conn *pgxpool.Conn, id uuid.UUID) error {
	_, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", id.String())
	return err
}

func (m *Middleware) Released(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := m.pool.Acquire(r.Context())
		if err != nil {
			http.Error(w, "no connection", http.StatusInternalServerError)
			return
		}
		if err := set(r.Context(), conn, m.who(r)); err != nil {
			conn.Release()
			return
		}
		ctx := context.WithValue(r.Context(), connKey{}, conn)
		if _, err := conn.Exec(ctx, "RESET app.tenant_id"); err != nil {
			_ = conn.Conn().Close(ctx)
		}
		conn.Release()
		next.ServeHTTP(w, r.WithContext(ctx)) // want `goes on after a bare connection in the context as over.connKey has lost the tenant context: queries that take it from there run outside the tenant's scope`
	})
}

// Reset keeps the connection, without the tenant's context.
func (m *Middleware) Reset(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := m.pool.Acquire(r.Context())
		if err != nil {
			http.Error(w, "no connection", http.StatusInternalServerError)
			return
		}
		if err := set(r.Context(), conn, m.who(r)); err != nil {
			conn.Release()
			return
		}
		defer conn.Release()
		ctx := context.WithValue(r.Context(), connKey{}, conn)
		if _, err := conn.Exec(ctx, "RESET app.tenant_id"); err != nil {
			_ = conn.Conn().Close(ctx)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx)) // want `goes on after a bare connection in the context as over.connKey has lost the tenant context`
	})
}

// Kept resets it when the rest of the request is done.
func (m *Middleware) Kept(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := m.pool.Acquire(r.Context())
		if err != nil {
			http.Error(w, "no connection", http.StatusInternalServerError)
			return
		}
		if err := set(r.Context(), conn, m.who(r)); err != nil {
			conn.Release()
			return
		}
		defer conn.Release()
		ctx := context.WithValue(r.Context(), connKey{}, conn)
		next.ServeHTTP(w, r.WithContext(ctx))
		if _, err := conn.Exec(ctx, "RESET app.tenant_id"); err != nil {
			_ = conn.Conn().Close(ctx)
		}
	})
}
