// Package admin is what the marketplace's own people see: every market.
package admin

import (
	"encoding/json"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A Server answers the administration, whose network nobody else reaches.
type Server struct {
	pool *pgxpool.Pool
}

// New returns the administration.
func New(pool *pgxpool.Pool) *Server { return &Server{pool} }

// Handler is its router.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /bestsellers", s.Bestsellers)
	return mux
}

// Bestsellers are the products that sell best, in all markets together.
func (s *Server) Bestsellers(w http.ResponseWriter, r *http.Request) {
	rows, err := s.pool.Query(r.Context(), "SELECT p.title FROM products p JOIN sales s ON s.product_id = p.id GROUP BY p.id ORDER BY sum(s.cents) DESC LIMIT 10")
	if err == nil {
		var titles []string
		if titles, err = pgx.CollectRows(rows, pgx.RowTo[string]); err == nil {
			_ = json.NewEncoder(w).Encode(titles)
			return
		}
	}
	http.Error(w, "sorry", http.StatusInternalServerError)
}
