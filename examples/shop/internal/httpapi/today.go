package httpapi

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/shop/internal/tenant"
)

// todaysOrders counts what was ordered today. Who has several shops has one
// screen for all of them, which says which one it shows.
func (s *Server) todaysOrders(w http.ResponseWriter, r *http.Request) {
	id, err := tenant.FromContext(r.Context())
	if err != nil {
		fail(w, r, err)
		return
	}
	if shown := r.URL.Query().Get("shop"); shown != "" {
		if id, err = uuid.Parse(shown); err != nil {
			http.Error(w, "bad shop", http.StatusBadRequest)
			return
		}
	}
	s.countOrders(w, r, id, "SELECT count(*) FROM orders WHERE created_at >= current_date")
}

// shopOrders counts all orders. The path names the shop, so that links can be
// kept; it is the caller's own or nobody's.
func (s *Server) shopOrders(w http.ResponseWriter, r *http.Request) {
	id, err := tenant.FromContext(r.Context())
	if err != nil {
		fail(w, r, err)
		return
	}
	shop, err := uuid.Parse(r.PathValue("shop"))
	if err != nil || shop != id {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	s.countOrders(w, r, shop, "SELECT count(*) FROM orders")
}

func (s *Server) countOrders(w http.ResponseWriter, r *http.Request, shop uuid.UUID, query string) {
	ctx := r.Context()
	var n int64
	err := tenant.WithTenant(ctx, s.pool, shop, func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, query).Scan(&n)
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	respond(w, map[string]int64{"orders": n})
}
