package httpapi

import (
	"context"
	"net/http"

	"github.com/jackc/pgx/v5"

	"example.com/shop/internal/tenant"
)

// A stockLevel is how much is left of a product.
type stockLevel struct {
	SKU   string `json:"sku"`
	Title string `json:"title"`
	Stock int    `json:"stock"`
}

// lowStock lists what has to be bought.
func (s *Server) lowStock(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := tenant.FromContext(ctx)
	if err != nil {
		fail(w, r, err)
		return
	}
	levels := []stockLevel{}
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT sku, title, stock FROM low_stock ORDER BY stock, sku")
		if err != nil {
			return err
		}
		levels, err = pgx.CollectRows(rows, pgx.RowToStructByPos[stockLevel])
		return err
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	respond(w, levels)
}
