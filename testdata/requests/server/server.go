// Package server puts middleware and database together.
package server

import (
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/requests/middleware"
	"example.com/requests/tenantdb"
)

// New mounts the routes.
func New(pool *pgxpool.Pool, memberships func(uuid.UUID) []uuid.UUID) http.Handler {
	count := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := tenantdb.Count(r.Context(), pool); err != nil {
			http.Error(w, "failed", http.StatusInternalServerError)
		}
	})
	purge := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := tenantdb.ForUser(r.Context(), pool, func(tx pgx.Tx) error {
			_, err := tx.Exec(r.Context(), "DELETE FROM orders")
			return err
		})
		if err != nil {
			http.Error(w, "failed", http.StatusInternalServerError)
		}
	})
	mux := http.NewServeMux()
	mux.Handle("/count", middleware.Header(count))            // want `tenant context app.tenant_id is taken from header X-Tenant-ID: whoever sends the request chooses whose rows it sees`
	mux.Handle("/purge", chain(purge, middleware.UserHeader)) // want `tenant context app.tenant_id is taken from header X-User-Tenant`
	// These take something else from the request, or check what they take.
	mux.Handle("/mine", middleware.Locale(middleware.Checked(memberships)(count)))
	return mux
}

func chain(h http.Handler, through ...func(http.Handler) http.Handler) http.Handler {
	for _, m := range through {
		h = m(h)
	}
	return h
}
