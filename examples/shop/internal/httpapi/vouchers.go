package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"github.com/jackc/pgx/v5"

	"example.com/shop/internal/tenant"
)

// putVoucher makes a voucher, or changes what it is worth.
func (s *Server) putVoucher(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := tenant.FromContext(ctx)
	if err != nil {
		fail(w, r, err)
		return
	}
	cents, err := strconv.ParseInt(r.FormValue("cents"), 10, 64)
	if err != nil || cents <= 0 {
		http.Error(w, "bad amount", http.StatusBadRequest)
		return
	}
	const put = `
		INSERT INTO vouchers (code, cents) VALUES ($1, $2)
		ON CONFLICT (code) DO UPDATE SET cents = excluded.cents`
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, put, r.PathValue("code"), cents)
		return err
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
