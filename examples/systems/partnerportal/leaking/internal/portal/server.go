package portal

import (
	"encoding/json"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/partnerportal/internal/admin"
)

// A Server answers partners.
type Server struct {
	pool *pgxpool.Pool
}

// New returns the portal.
func New(pool *pgxpool.Pool, v Verifier, staff *admin.Server) http.Handler {
	s := &Server{pool}
	mux := http.NewServeMux()
	mux.Handle("GET /products", Scoped(v, http.HandlerFunc(s.products)))
	mux.Handle("POST /products", Scoped(v, http.HandlerFunc(s.create)))
	mux.Handle("GET /sales", Scoped(v, http.HandlerFunc(s.sales)))
	mux.Handle("GET /revenue", Scoped(v, http.HandlerFunc(s.revenue)))
	mux.HandleFunc("GET /bestsellers", staff.Bestsellers)
	return mux
}

func answer[T any](w http.ResponseWriter, rows pgx.Rows, err error, row pgx.RowToFunc[T]) {
	if err == nil {
		var list []T
		if list, err = pgx.CollectRows(rows, row); err == nil {
			_ = json.NewEncoder(w).Encode(list)
			return
		}
	}
	http.Error(w, "sorry", http.StatusInternalServerError)
}

func (s *Server) products(w http.ResponseWriter, r *http.Request) {
	rows, err := s.pool.Query(r.Context(), "SELECT title FROM products WHERE market_id = $1 AND NOT hidden OR price_cents = 0", Market(r.Context()))
	answer(w, rows, err, pgx.RowTo[string])
}

func (s *Server) create(w http.ResponseWriter, r *http.Request) {
	var p struct {
		Market int64
		Title  string
		Cents  int64
	}
	if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
		http.Error(w, "what?", http.StatusBadRequest)
		return
	}
	if _, err := s.pool.Exec(r.Context(), "INSERT INTO products (market_id, title, price_cents) VALUES ($1, $2, $3)", p.Market, p.Title, p.Cents); err != nil {
		http.Error(w, "sorry", http.StatusInternalServerError)
	}
}

func (s *Server) sales(w http.ResponseWriter, r *http.Request) {
	rows, err := s.pool.Query(r.Context(), "SELECT p.title FROM products p JOIN sales s ON s.product_id = p.id WHERE p.market_id = $1", Market(r.Context()))
	answer(w, rows, err, pgx.RowTo[string])
}

func (s *Server) revenue(w http.ResponseWriter, r *http.Request) {
	rows, err := s.pool.Query(r.Context(), "SELECT sum(cents)::bigint FROM sales")
	answer(w, rows, err, pgx.RowTo[int64])
}
