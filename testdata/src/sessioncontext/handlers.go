package sessioncontext

import (
	"context"
	"net/http"

	"github.com/jackc/pgx/v5/pgxpool"
)

type txKey struct{}

// Bad: the transaction of each request leaves its tenant on the connection.
func Middleware(pool *pgxpool.Pool, tenantOf func(*http.Request) string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx, err := pool.Begin(r.Context())
		if err != nil {
			http.Error(w, "no transaction", http.StatusInternalServerError)
			return
		}
		if _, err := tx.Exec(r.Context(), "SELECT set_config('app.tenant_id', $1, false)", tenantOf(r)); err != nil { // want `app.tenant_id is set for the session and not reset before the connection goes back to the pool`
			_ = tx.Rollback(r.Context())
			http.Error(w, "no tenant", http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), txKey{}, tx)))
		_ = tx.Commit(r.Context())
	})
}

// The tenant is taken away before the transaction ends, whatever the handler does.
func ResetInHandler(pool *pgxpool.Pool, tenantOf func(*http.Request) string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tx, err := pool.Begin(r.Context())
		if err != nil {
			http.Error(w, "no transaction", http.StatusInternalServerError)
			return
		}
		if _, err := tx.Exec(r.Context(), "SELECT set_config('app.tenant_id', $1, false)", tenantOf(r)); err != nil {
			_ = tx.Rollback(r.Context())
			http.Error(w, "no tenant", http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), txKey{}, tx)))
		if _, err := tx.Exec(r.Context(), "RESET app.tenant_id"); err != nil {
			_ = tx.Rollback(r.Context())
			return
		}
		_ = tx.Commit(r.Context())
	})
}
