package unscopedroute

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"example.com/requests/unscopedroute/api"
)

// Bad forgets one of them.
func (s *server) Bad() http.Handler {
	r := chi.NewRouter()
	r.Use(logged)
	r.Group(func(r chi.Router) {
		r.Use(s.authenticate, s.Begin)
		r.Get("/orders", s.list)
		r.Get("/orders/{id}", s.show)
		r.Delete("/orders", s.purge)
	})
	r.Get("/orders/export", s.list) // want `\(\*server\).list is mounted without Begin, which puts scopes.txKey into the context of \(\*server\).list: without it, SELECT on orders runs outside the tenant's scope: it sees no rows, or every tenant's`
	return r
}

// Fixed has all of them behind it.
func (s *server) Fixed() http.Handler {
	r := chi.NewRouter()
	r.Use(logged)
	r.Group(func(r chi.Router) {
		r.Use(s.authenticate, s.Begin)
		r.Get("/orders", s.list)
		r.Get("/orders/{id}", s.show)
		r.Delete("/orders", s.purge)
		r.Get("/orders/export", s.list)
	})
	return r
}

// BadAsks mounts what asks for the user where nobody is known.
func (s *server) BadAsks() http.Handler {
	r := chi.NewRouter()
	in := r.With(s.authenticate, s.Begin)
	in.Get("/orders", s.list)
	in.Delete("/orders", s.purge)
	r.Get("/orders/{id}", s.show) // want `\(\*server\).show is mounted without Begin`
	return r
}

// BadOrder knows the user, but begins the transaction after the route.
func (s *server) BadOrder() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /orders", s.authenticate(s.Begin(http.HandlerFunc(s.list))))
	mux.Handle("DELETE /orders", s.behind(s.purge))
	mux.Handle("GET /track/{number}", s.authenticate(http.HandlerFunc(s.track))) // want `\(\*server\).track is mounted without Begin`
	return mux
}

func (s *server) behind(h http.HandlerFunc) http.Handler { return s.authenticate(s.Begin(h)) }

// BadTenant mounts what takes the tenant from the context.
func (s *server) BadTenant() http.Handler {
	mux := http.NewServeMux()
	guarded := func(pattern string, h http.HandlerFunc) { mux.Handle(pattern, s.authenticate(h)) }
	guarded("DELETE /mine", s.mine)
	guarded("POST /mine", s.mine)
	mux.HandleFunc("PUT /mine", s.mine) // want `\(\*server\).mine is mounted without authenticate, which puts tenantctx.userKey into the context of \(\*server\).mine: without it there is no tenant for its queries`
	return mux
}

// BadElsewhere hands the router of everybody to another package.
func (s *server) BadElsewhere() *http.Server {
	r := chi.NewRouter()
	in := r.With(s.authenticate, s.Begin)
	in.Get("/orders", s.list)
	api.Routes(in, s.pool)
	api.Routes(r, s.pool) // want `\(\*Handler\).Count is mounted without Begin`
	return &http.Server{Handler: r}
}

// BadNobody serves it without: the transaction that some code puts into contexts
// is not there for any of them.
func (s *server) BadNobody() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders", s.list) // want `\(\*server\).list is mounted where nothing puts scopes.txKey into the context: without it, SELECT on orders runs outside the tenant's scope`
	mux.HandleFunc("GET /orders/{number}", s.track)
	return &http.Server{Handler: logged(mux)}
}
