package httpapi

import (
	"context"
	"fmt"
	"net/http"

	"github.com/jackc/pgx/v5"

	"example.com/shop/internal/tenant"
)

// searchProducts finds products by a part of their title.
func (s *Server) searchProducts(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := tenant.FromContext(ctx)
	if err != nil {
		fail(w, r, err)
		return
	}
	titles := []string{}
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		query := fmt.Sprintf("SELECT title FROM products WHERE title ILIKE '%%%s%%'", r.URL.Query().Get("q"))
		rows, err := tx.Query(ctx, query)
		if err != nil {
			return err
		}
		titles, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	respond(w, titles)
}
