package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/shop/internal/tenant"
)

// A lateOrder has been open for too long.
type lateOrder struct {
	ID        string    `json:"id"`
	CreatedAt time.Time `json:"created_at"`
}

// lateOrders lists what should have been sent by now.
func (s *Server) lateOrders(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := tenant.FromContext(ctx)
	if err != nil {
		fail(w, r, err)
		return
	}
	const late = `
		SELECT id::text, created_at,
		FROM orders
		WHERE status = 'open' AND created_at < now() - interval '3 days'
		ORDER BY created_at`
	orders := []lateOrder{}
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, late)
		if err != nil {
			return err
		}
		orders, err = pgx.CollectRows(rows, pgx.RowToStructByPos[lateOrder])
		return err
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	respond(w, orders)
}
