// Package web opens the transactions of requests.
package web

import (
	"context"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/setlater/db"
)

// Transaction opens one before anybody knows the tenant.
func Transaction(pool *pgxpool.Pool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx, err := pool.Begin(r.Context())
		if err != nil {
			http.Error(w, "no transaction", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(r.Context())
		next.ServeHTTP(w, r.WithContext(db.WithTx(r.Context(), tx)))
		_ = tx.Commit(r.Context())
	})
}

// Tenant sets the tenant on the transaction that it finds.
func Tenant(verify func(*http.Request) (string, error), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tenant, err := verify(r)
		if err != nil {
			http.Error(w, "who are you", http.StatusUnauthorized)
			return
		}
		if err := set(r.Context(), current(r.Context()), tenant); err != nil {
			http.Error(w, "failed", http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func current(ctx context.Context) pgx.Tx { return db.From(ctx) }

func set(ctx context.Context, tx pgx.Tx, tenant string) error {
	_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant)
	return err
}
