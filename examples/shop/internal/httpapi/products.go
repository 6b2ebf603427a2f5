package httpapi

import (
	"context"
	"encoding/csv"
	"net/http"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/shop/internal/catalog"
	"example.com/shop/internal/db"
	"example.com/shop/internal/tenant"
)

func (s *Server) listProducts(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := tenant.FromContext(ctx)
	if err != nil {
		fail(w, r, err)
		return
	}
	var products []db.Product
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT * FROM products ORDER BY sku")
		if err != nil {
			return err
		}
		products, err = pgx.CollectRows(rows, pgx.RowToStructByPos[db.Product])
		return err
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	respond(w, products)
}

func (s *Server) importProducts(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := tenant.FromContext(ctx)
	if err != nil {
		fail(w, r, err)
		return
	}
	records, err := csv.NewReader(r.Body).ReadAll()
	if err != nil {
		http.Error(w, "bad CSV", http.StatusBadRequest)
		return
	}
	products, err := catalog.ParseProducts(records)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := s.catalog.Import(ctx, id, products); err != nil {
		fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) repriceProducts(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := tenant.FromContext(ctx)
	if err != nil {
		fail(w, r, err)
		return
	}
	percent, err := strconv.Atoi(r.FormValue("percent"))
	if err != nil || percent < -90 || percent > 900 {
		http.Error(w, "percent must be between -90 and 900", http.StatusBadRequest)
		return
	}
	changed, err := s.catalog.Reprice(ctx, id, percent)
	if err != nil {
		fail(w, r, err)
		return
	}
	respond(w, map[string]int64{"changed": changed})
}

func (s *Server) putImage(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := tenant.FromContext(ctx)
	if err != nil {
		fail(w, r, err)
		return
	}
	productID, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		http.Error(w, "bad product id", http.StatusBadRequest)
		return
	}
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := s.queries.WithTx(tx).GetProduct(ctx, productID)
		return err
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	if err := s.images.Put(ctx, id, productID, r.Body); err != nil {
		fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
