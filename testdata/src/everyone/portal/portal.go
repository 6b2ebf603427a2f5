// Package portal is what partners see: the administration's code behind one middleware.
package portal

import (
	"database/sql"
	"net/http"

	"github.com/go-chi/chi/v5"

	"example.com/everyone/admin"
	"example.com/everyone/market"
)

type server struct {
	db     *sql.DB
	admin  *admin.Server
	verify market.Verify
}

func (s *server) sales(w http.ResponseWriter, r *http.Request) {
	rows, err := s.db.QueryContext(r.Context(), "SELECT number FROM sales WHERE market_id = $1", market.ID(r.Context()))
	if err == nil {
		rows.Close()
	}
}

func (s *server) total(w http.ResponseWriter, r *http.Request) {
	_ = s.db.QueryRowContext(r.Context(), "SELECT sum(cents) FROM sales WHERE market_id = $1", market.ID(r.Context()))
}

func (s *server) scoped(h http.HandlerFunc) http.Handler {
	return market.Logged(s.verify.Authenticated(market.Scoped(h)))
}

// Bad mounts a report of the administration, which says what all markets earn.
func (s *server) Bad() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /sales", s.scoped(s.sales))
	mux.Handle("GET /total", s.scoped(s.total))
	mux.HandleFunc("GET /overview", s.admin.Total) // want `\(\*Server\).Total is mounted without Scoped, which puts market.key into the context of \(\*server\).sales: SELECT on sales names no tenant, and whoever asks is shown every tenant's rows; mount it where only those come who may see all of them`
	return mux
}

// Fixed mounts its own.
func (s *server) Fixed() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /sales", s.scoped(s.sales))
	mux.Handle("GET /total", s.scoped(s.total))
	mux.Handle("GET /overview", s.scoped(s.total))
	return mux
}

// BadUser knows who asks, as for the others, but not for which market.
func (s *server) BadUser() http.Handler {
	r := chi.NewRouter()
	r.Use(market.Logged, s.verify.Authenticated)
	r.Group(func(r chi.Router) {
		r.Use(market.Scoped)
		r.Get("/sales", s.sales)
		r.Get("/total", s.total)
		r.Get("/mine", s.total)
	})
	r.Get("/overview", s.admin.Total)    // want `\(\*Server\).Total is mounted without Scoped`
	r.Delete("/empty", s.admin.Forget()) // want `\(\*Server\).Forget is mounted without Scoped.* DELETE on sales names no tenant, and whoever asks changes every tenant's rows`
	return r
}

// BadMount hands its router to the administration.
func (s *server) BadMount() *http.Server {
	r := chi.NewRouter()
	r.With(s.verify.Authenticated, market.Scoped).Get("/sales", s.sales)
	s.admin.Mount(r) // want `\(\*Server\).Total is mounted without Scoped`
	return &http.Server{Handler: r}
}

// BadWhole hands a whole router of the administration on, under a path of its own.
func (s *server) BadWhole() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /sales", s.scoped(s.sales))
	mux.Handle("GET /total", s.scoped(s.total))
	mux.Handle("/pages/", http.StripPrefix("/pages", s.admin.Pages())) // want `\(\*Server\).Total is mounted without Scoped`
	return mux
}

// BadRole asks all for the same role.
func (s *server) BadRole() http.Handler {
	r := chi.NewRouter()
	r.Use(s.verify.Authenticated)
	r.With(market.Role("member"), market.Scoped).Get("/sales", s.sales)
	r.With(market.Role("member"), market.Scoped).Get("/mine", s.total)
	r.With(market.Role("member")).Get("/overview", s.admin.Total) // want `\(\*Server\).Total is mounted without Scoped`
	return r
}

// Silent has handlers beside the portal's that are not for partners, or for everybody.
func (s *server) Silent(plugin func(http.Handler) http.Handler) *http.Server {
	r := chi.NewRouter()
	r.Use(market.Logged)
	r.Group(func(r chi.Router) {
		r.Use(s.verify.Authenticated, market.Role("member"), market.Scoped)
		r.Get("/sales", s.sales)
		r.Get("/total", s.total)
	})
	r.Mount("/admin", s.admin.Routes(s.verify)) // asks for the staff
	r.Group(func(r chi.Router) {
		r.Use(s.verify.Authenticated, market.Role("staff"))
		r.Get("/overview", s.admin.Total)
	})
	r.With(s.verify.Authenticated).Get("/staff", s.admin.ForStaff) // asks itself
	r.With(plugin).Get("/plugin", s.admin.Total)                   // nobody knows what comes before
	r.Get("/track/{number}", s.admin.Sale)                         // finds its row by what the request knows
	r.Post("/hook", s.admin.Signed)                                // is signed
	r.Post("/login", s.admin.Login)
	r.Get("/health", s.admin.Health)
	return &http.Server{Handler: r}
}
