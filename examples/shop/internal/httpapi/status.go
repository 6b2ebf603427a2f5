package httpapi

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"example.com/shop/internal/db"
	"example.com/shop/internal/tenant"
)

// forShop runs do for the shop that the request comes from.
func (s *Server) forShop(r *http.Request, do func(ctx context.Context) error) error {
	ctx := r.Context()
	id, err := tenant.FromContext(ctx)
	if err != nil {
		return err
	}
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := tenant.Set(ctx, tx, id); err != nil {
		return err
	}
	if err := do(ctx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func (s *Server) setOrderStatus(w http.ResponseWriter, r *http.Request) {
	order, err := uuid.Parse(r.PathValue("id"))
	status := r.URL.Query().Get("to")
	if err != nil || status != "open" && status != "packed" {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	err = s.forShop(r, func(ctx context.Context) error {
		_, err := s.queries.SetOrderStatus(ctx, db.SetOrderStatusParams{ID: order, Status: status})
		return err
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
