// Package gated goes on without tenant, and has a gate for what needs one.
package gated

import (
	"context"
	"net/http"

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

// Silent: Require may come behind it.
func Open(pool *pgxpool.Pool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Tenant")
		if id == "" {
			next.ServeHTTP(w, r)
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

// Require lets those through who have a transaction.
func Require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := r.Context().Value(txKey{}).(pgx.Tx); !ok {
			http.Error(w, "which tenant", http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
