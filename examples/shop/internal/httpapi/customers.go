package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/shop/internal/db"
	"example.com/shop/internal/tenant"
)

var errEmailTaken = errors.New("e-mail address is taken")

func (s *Server) createCustomer(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := tenant.FromContext(ctx)
	if err != nil {
		fail(w, r, err)
		return
	}
	var req db.CreateCustomerParams
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	var customerID uuid.UUID
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		if err := checkEmail(ctx, tx, req.Email); err != nil {
			return err
		}
		customerID, err = s.queries.WithTx(tx).CreateCustomer(ctx, req)
		return err
	})
	if errors.Is(err, errEmailTaken) {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	if err != nil {
		fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusCreated)
	respond(w, map[string]uuid.UUID{"id": customerID})
}

// checkEmail says errEmailTaken when a customer has that address already. Login
// is by address alone, so the check has to see all of them.
func checkEmail(ctx context.Context, tx pgx.Tx, email string) error {
	if _, err := tx.Exec(ctx, "SET LOCAL ROLE shop_support"); err != nil {
		return err
	}
	var taken bool
	const q = "SELECT EXISTS (SELECT FROM customers WHERE email = $1)"
	if err := tx.QueryRow(ctx, q, email).Scan(&taken); err != nil {
		return err
	}
	if taken {
		return errEmailTaken
	}
	_, err := tx.Exec(ctx, "SET LOCAL ROLE shop_app")
	return err
}
