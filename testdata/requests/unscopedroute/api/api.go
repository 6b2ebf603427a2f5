// Package api mounts its handlers on a router that it is given.
package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/requests/unscopedroute/scopes"
)

// A Handler counts.
type Handler struct{ pool *pgxpool.Pool }

// Routes mounts it.
func Routes(r chi.Router, pool *pgxpool.Pool) {
	h := &Handler{pool}
	r.Get("/count", h.Count)
}

// Count counts the tenant's orders.
func (h *Handler) Count(w http.ResponseWriter, r *http.Request) {
	var n int
	if err := scopes.DB(r.Context(), h.pool).QueryRow(r.Context(), "SELECT count(*) FROM orders").Scan(&n); err != nil {
		http.Error(w, "failed", http.StatusInternalServerError)
	}
}
