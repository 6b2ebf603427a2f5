// Package admin works for the administration, which sees every market.
package admin

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"net/http"

	"github.com/go-chi/chi/v5"

	"example.com/everyone/market"
)

// A Store has the statements, none of which names a market.
type Store struct{ DB *sql.DB }

// Total is the money of all markets.
func (s *Store) Total(ctx context.Context) (cents int64, err error) {
	err = s.DB.QueryRowContext(ctx, "SELECT sum(cents) FROM sales").Scan(&cents)
	return cents, err
}

// Sale is one sale, whoever made it.
func (s *Store) Sale(ctx context.Context, number string) (cents int64, err error) {
	err = s.DB.QueryRowContext(ctx, "SELECT cents FROM sales WHERE number = $1", number).Scan(&cents)
	return cents, err
}

// Forget removes what sold nothing.
func (s *Store) Forget() error {
	_, err := s.DB.Exec("DELETE FROM sales WHERE cents < 1")
	return err
}

// A Server is the administration.
type Server struct {
	*Store
	Secret []byte
}

func answer(w http.ResponseWriter, v any, err error) {
	if err != nil {
		http.Error(w, "sorry", http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(v)
}

// Total answers with the money of all markets.
func (s *Server) Total(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		http.Error(w, "what?", http.StatusMethodNotAllowed)
		return
	}
	cents, err := s.Store.Total(r.Context())
	answer(w, cents, err)
}

// Forget cleans up: no context leads there.
func (s *Server) Forget() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { answer(w, nil, s.Store.Forget()) }
}

// Sale finds the sale of a number.
func (s *Server) Sale(w http.ResponseWriter, r *http.Request) {
	cents, err := s.Store.Sale(r.Context(), r.PathValue("number"))
	answer(w, cents, err)
}

// ForStaff asks itself who asks.
func (s *Server) ForStaff(w http.ResponseWriter, r *http.Request) {
	if user := market.Of(r.Context()); user == nil || !user.Staff {
		http.Error(w, "not yours", http.StatusForbidden)
		return
	}
	cents, err := s.Store.Total(r.Context())
	answer(w, cents, err)
}

// Signed is for a machine that knows the secret.
func (s *Server) Signed(w http.ResponseWriter, r *http.Request) {
	mac := hmac.New(sha256.New, s.Secret)
	if !hmac.Equal(mac.Sum(nil), []byte(r.Header.Get("X-Signature"))) {
		http.Error(w, "who are you?", http.StatusUnauthorized)
		return
	}
	answer(w, nil, s.Store.Forget())
}

// Login asks for a password.
func (s *Server) Login(w http.ResponseWriter, r *http.Request) {
	if user, password, ok := r.BasicAuth(); !ok || user != "root" || password != string(s.Secret) {
		http.Error(w, "who are you?", http.StatusUnauthorized)
		return
	}
	cents, err := s.Store.Total(r.Context())
	answer(w, cents, err)
}

// Health asks the database whether it is there.
func (s *Server) Health(w http.ResponseWriter, r *http.Request) {
	answer(w, nil, s.DB.PingContext(r.Context()))
}

// Routes are the administration's own: on a router of theirs nothing is missing.
func (s *Server) Routes(v market.Verify) http.Handler {
	r := chi.NewRouter()
	r.Use(v.Authenticated, market.Staff)
	r.Get("/total", s.Total)
	r.Get("/forget", s.Forget())
	r.Get("/sale/{number}", s.Sale)
	return r
}

// Alone is the administration's router behind a gate that is not the program's.
func (s *Server) Alone() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /total", s.Total)
	mux.HandleFunc("GET /sale/{number}", s.Sale)
	return &http.Server{Handler: mux}
}

// Pages is the same for who serves it.
func (s *Server) Pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /total", s.Total)
	return mux
}

// Markets are the administration's, too: some of its pages are for one market at a time.
func (s *Server) Markets(v market.Verify) *http.Server {
	r := chi.NewRouter()
	r.Use(v.Authenticated)
	r.With(market.Scoped).Get("/sales", s.sales)
	r.Get("/total", s.Total)
	return &http.Server{Handler: r}
}

func (s *Server) sales(w http.ResponseWriter, r *http.Request) {
	rows, err := s.DB.QueryContext(r.Context(), "SELECT number FROM sales WHERE market_id = $1", market.ID(r.Context()))
	if err == nil {
		rows.Close()
	}
}

// Mount adds them to a router of somebody else.
func (s *Server) Mount(r chi.Router) { r.Get("/total", s.Total) }
