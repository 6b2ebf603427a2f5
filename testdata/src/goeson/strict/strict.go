// Package strict goes on without tenant, and has nothing that works without one.
package strict

import (
	"context"
	"errors"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type txKey struct{}

// Count fails where the context carries no transaction.
func Count(ctx context.Context) (n int, err error) {
	tx, ok := ctx.Value(txKey{}).(pgx.Tx)
	if !ok {
		return 0, errors.New("no tenant")
	}
	err = tx.QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

// Silent: nothing falls back on the pool.
func Middleware(pool *pgxpool.Pool, next http.Handler) http.Handler {
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
