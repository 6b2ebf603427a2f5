package unscopedroute

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"example.com/requests/unscopedroute/api"
)

// Public are handlers that work without anybody's tenant: a naive rule would
// ask for all of them to be behind the middleware.
func (s *server) Public() http.Handler {
	r := chi.NewRouter()
	r.Group(func(r chi.Router) {
		r.Use(s.authenticate, s.Begin)
		r.Get("/orders", s.list)
		r.Get("/both", s.both)
		r.Get("/mine/{id}", s.show)
	})
	r.Post("/login", s.login)         // logs in
	r.Get("/track/{number}", s.track) // finds its row by what the request knows
	r.Get("/guests", s.both)          // works with and without
	r.Delete("/own", s.own)           // opens a transaction of its own
	r.Get("/health", func(w http.ResponseWriter, r *http.Request) {})
	return r
}

// Nobody has it: who gets the handler may put something before it.
func (s *server) Nobody() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders", s.list)
	mux.HandleFunc("DELETE /orders", s.purge)
	return mux
}

// Wrapped is covered as a whole, out of sight of the routes.
func (s *server) Wrapped() *http.Server {
	r := chi.NewRouter()
	r.With(s.Begin).Get("/orders", s.list)
	r.Get("/export", s.list)
	return &http.Server{Handler: s.authenticate(s.Begin(r))}
}

// Inner may be wrapped by others: that most of it is not behind Begin says that.
func (s *server) Inner() http.Handler {
	r := chi.NewRouter()
	r.With(s.Begin).Get("/orders", s.list)
	r.Get("/export", s.list)
	r.Delete("/orders", s.purge)
	return r
}

// Outer is who wraps it.
func (s *server) Outer() http.Handler {
	r := chi.NewRouter()
	r.Use(s.authenticate, s.Begin)
	r.Mount("/", s.Inner())
	return r
}

type plugins struct {
	middleware func(http.Handler) http.Handler
	others     []func(http.Handler) http.Handler
}

// Unknown are routes of which it is not known what comes before them.
func (s *server) Unknown(p *plugins) *http.Server {
	r := chi.NewRouter()
	r.With(s.authenticate, s.Begin).Get("/orders", s.list)
	r.With(p.middleware).Get("/export", s.list)
	r.With(p.others...).Delete("/orders", s.purge)
	return &http.Server{Handler: r}
}

// Passed gets its middleware from who calls it.
func (s *server) Passed(begin func(http.Handler) http.Handler) *http.Server {
	r := chi.NewRouter()
	r.With(s.authenticate, s.Begin).Get("/orders", s.list)
	r.With(begin).Get("/export", s.list)
	return &http.Server{Handler: r}
}

// Elsewhere hands a router on that is covered.
func (s *server) Elsewhere() *http.Server {
	r := chi.NewRouter()
	r.Use(s.authenticate, s.Begin)
	r.Get("/orders", s.list)
	api.Routes(r, s.pool)
	return &http.Server{Handler: r}
}

// Served is wrapped where it is served.
func (s *server) Served() error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders", s.list)
	return s.serve(mux)
}

func (s *server) serve(h http.Handler) error {
	srv := &http.Server{Handler: s.authenticate(s.Begin(h))}
	return srv.ListenAndServe()
}

type app struct {
	*server
	handler http.Handler
}

// Run is the same with a struct in between.
func (s *server) Run() error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders", s.list)
	a := &app{s, mux}
	return a.run()
}

func (a *app) run() error {
	return http.ListenAndServe(":80", a.authenticate(a.Begin(a.handler)))
}

// Chosen decides when it starts what comes before.
func (s *server) Chosen(strict bool) *http.Server {
	r := chi.NewRouter()
	r.With(s.authenticate, s.Begin).Get("/orders", s.list)
	begin := logged
	if strict {
		begin = s.Begin
	}
	r.With(begin).Get("/export", s.list)
	return &http.Server{Handler: r}
}
