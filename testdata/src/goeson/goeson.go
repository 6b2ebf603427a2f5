// Package goeson has middleware that goes on without tenant.
package goeson

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type txKey struct{}

// A DB is a pool or a transaction.
type DB interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// A Store takes the transaction from the context, else the pool.
type Store struct{ pool *pgxpool.Pool }

func (s *Store) db(ctx context.Context) DB {
	if tx, ok := ctx.Value(txKey{}).(pgx.Tx); ok {
		return tx
	}
	return s.pool
}

// Count counts orders.
func (s *Store) Count(ctx context.Context) (n int, err error) {
	err = s.db(ctx).QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

func within(pool *pgxpool.Pool, w http.ResponseWriter, r *http.Request, id string, next http.Handler) {
	tx, err := pool.Begin(r.Context())
	if err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
		return
	}
	defer tx.Rollback(r.Context())
	if _, err := tx.Exec(r.Context(), "SELECT set_config('app.tenant_id', $1, true)", id); err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
		return
	}
	next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), txKey{}, tx)))
	_ = tx.Commit(r.Context())
}

// Bad: who leaves the header out gets on without tenant.
func Open(pool *pgxpool.Pool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Tenant")
		if id == "" {
			next.ServeHTTP(w, r) // want `goes on without the tenant's transaction where the request names no tenant: what takes it from the context as goeson.txKey falls back`
			return
		}
		tx, err := pool.Begin(r.Context())
		if err != nil {
			http.Error(w, "no", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(r.Context())
		if _, err := tx.Exec(r.Context(), "SELECT set_config('app.tenant_id', $1, true)", id); err != nil { // want `taken from header X-Tenant`
			http.Error(w, "no", http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), txKey{}, tx)))
		_ = tx.Commit(r.Context())
	})
}

// Bad: and so does who sends nonsense.
func Parsed(pool *pgxpool.Pool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, err := uuid.Parse(r.Header.Get("X-Tenant"))
		if err != nil {
			next.ServeHTTP(w, r) // want `goes on without the tenant's transaction`
			return
		}
		tx, err := pool.Begin(r.Context())
		if err != nil {
			http.Error(w, "no", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(r.Context())
		if _, err := tx.Exec(r.Context(), "SELECT set_config('app.tenant_id', $1, true)", id.String()); err != nil { // want `taken from header X-Tenant`
			http.Error(w, "no", http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), txKey{}, tx)))
		_ = tx.Commit(r.Context())
	})
}

// Fixed: it answers.
func Closed(pool *pgxpool.Pool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Tenant")
		if id == "" {
			http.Error(w, "which tenant", http.StatusBadRequest)
			return
		}
		within(pool, w, r, id, next) // want `taken from header X-Tenant`
	})
}

// Silent: some paths are for everybody.
func Public(pool *pgxpool.Pool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/health" || strings.HasPrefix(r.URL.Path, "/login") {
			next.ServeHTTP(w, r)
			return
		}
		tx, err := pool.Begin(r.Context())
		if err != nil {
			http.Error(w, "no", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(r.Context())
		if _, err := tx.Exec(r.Context(), "SELECT set_config('app.tenant_id', $1, true)", r.Header.Get("X-Tenant")); err != nil { // want `taken from header X-Tenant`
			http.Error(w, "no", http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), txKey{}, tx)))
		_ = tx.Commit(r.Context())
	})
}
