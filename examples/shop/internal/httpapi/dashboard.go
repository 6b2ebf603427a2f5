package httpapi

import (
	"context"
	"net/http"

	"github.com/jackc/pgx/v5"

	"example.com/shop/internal/tenant"
)

type dashboard struct {
	Products    int64 `json:"products"`
	OpenOrders  int64 `json:"open_orders"`
	OpenAmount  int64 `json:"open_amount"`
	UnpaidCents int64 `json:"unpaid_cents"`
}

func (s *Server) dashboard(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := tenant.FromContext(ctx)
	if err != nil {
		fail(w, r, err)
		return
	}
	var d dashboard
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		const unpaid = "SELECT coalesce(sum(amount_cents), 0)::bigint FROM invoices WHERE paid_at IS NULL"
		if err := tx.QueryRow(ctx, unpaid).Scan(&d.UnpaidCents); err != nil {
			return err
		}
		return tx.QueryRow(ctx, "SELECT count(*) FROM products").Scan(&d.Products)
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	d.OpenOrders, d.OpenAmount, err = s.openOrders(ctx)
	if err != nil {
		fail(w, r, err)
		return
	}
	respond(w, d)
}

func (s *Server) openOrders(ctx context.Context) (n, cents int64, err error) {
	const open = `
		SELECT count(*), coalesce(sum(total_cents), 0)::bigint
		FROM orders
		WHERE status = 'open'`
	err = s.pool.QueryRow(ctx, open).Scan(&n, &cents)
	return n, cents, err
}
