package httpapi

import (
	"context"
	"encoding/csv"
	"net/http"

	"github.com/jackc/pgx/v5"

	"example.com/shop/internal/tenant"
)

// importCustomers takes over the customers of an earlier shop system: one
// address and name a line.
func (s *Server) importCustomers(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := tenant.FromContext(ctx)
	if err != nil {
		fail(w, r, err)
		return
	}
	in := csv.NewReader(r.Body)
	in.FieldsPerRecord = 2
	records, err := in.ReadAll()
	if err != nil {
		http.Error(w, "bad CSV", http.StatusBadRequest)
		return
	}
	rows := make([][]any, len(records))
	for i, rec := range records {
		rows[i] = []any{rec[0], rec[1]}
	}
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.CopyFrom(ctx, pgx.Identifier{"customers"}, []string{"email", "name"}, pgx.CopyFromRows(rows))
		return err
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
