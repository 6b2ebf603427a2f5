// Package web opens the transactions of requests.
package web

import (
	"net/http"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/barecontext/db"
)

// Transaction forgets the tenant: the queries of all handlers show it.
func Transaction(pool *pgxpool.Pool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx, err := pool.Begin(r.Context())
		if err != nil {
			http.Error(w, "no transaction", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(r.Context())
		ctx := db.WithUser(r.Context(), "somebody")
		next.ServeHTTP(w, r.WithContext(db.WithTx(ctx, tx)))
		_ = tx.Commit(r.Context())
	})
}
