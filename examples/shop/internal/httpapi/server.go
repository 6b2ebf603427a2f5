// Package httpapi is the shop's HTTP interface.
package httpapi

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/shop/internal/catalog"
	"example.com/shop/internal/db"
	"example.com/shop/internal/media"
	"example.com/shop/internal/tenant"
)

// A Server answers the shop's HTTP requests.
type Server struct {
	pool    *pgxpool.Pool
	queries *db.Queries // for what belongs to no shop
	catalog *catalog.Service
	images  *media.Store
	signKey []byte
}

// New returns a Server. The key signs export links.
func New(pool *pgxpool.Pool, images *media.Store, signKey []byte) *Server {
	return &Server{
		pool:    pool,
		queries: db.New(pool),
		catalog: catalog.New(pool),
		images:  images,
		signKey: signKey,
	}
}

// Handler returns the routes.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /plans", s.listPlans)
	mux.HandleFunc("GET /countries", s.listCountries)
	mux.HandleFunc("GET /export.csv", s.exportOrders)

	mux.Handle("GET /orders", s.authenticated(s.listOrders))
	mux.Handle("POST /orders", s.authenticated(s.createOrder))
	mux.Handle("GET /orders/late", s.authenticated(s.lateOrders))
	mux.Handle("GET /orders/today", s.authenticated(s.todaysOrders))
	mux.Handle("GET /shops/{shop}/orders", s.authenticated(s.shopOrders))
	mux.Handle("GET /orders/{id}", s.authenticated(s.getOrder))
	mux.Handle("PUT /orders/{id}/status", s.authenticated(s.setOrderStatus))
	mux.Handle("GET /dashboard", s.authenticated(s.dashboard))
	mux.Handle("POST /customers", s.authenticated(s.createCustomer))
	mux.Handle("POST /customers/import", s.authenticated(s.importCustomers))
	mux.Handle("GET /stock/low", s.authenticated(s.lowStock))
	mux.Handle("GET /products", s.authenticated(s.listProducts))
	mux.Handle("GET /products/search", s.authenticated(s.searchProducts))
	mux.Handle("POST /products/import", s.authenticated(s.importProducts))
	mux.Handle("POST /products/reprice", s.authenticated(s.repriceProducts))
	mux.Handle("PUT /vouchers/{code}", s.authenticated(s.putVoucher))
	mux.Handle("PUT /products/{id}/image", s.authenticated(s.putImage))
	mux.Handle("GET /export-link", s.authenticated(s.exportLink))
	return mux
}

func respond(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		slog.Warn("writing response", "err", err)
	}
}

func fail(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		http.Error(w, "not found", http.StatusNotFound)
	case errors.Is(err, tenant.ErrNone):
		http.Error(w, "unauthorized", http.StatusUnauthorized)
	default:
		slog.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "err", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
	}
}
