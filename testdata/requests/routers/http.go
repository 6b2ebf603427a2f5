package routers

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/gorilla/mux"
)

// HTTP wraps single handlers, by a helper as well, and what is below a path.
func HTTP() http.Handler {
	m := http.NewServeMux()
	m.Handle("/a", with(http.HandlerFunc(a)))
	m.HandleFunc("/b", b)
	guarded := func(path string, h http.HandlerFunc) { m.Handle(path, plain(with(h))) }
	guarded("/c", c)
	sub := http.NewServeMux()
	sub.HandleFunc("/g/d", d)
	m.Handle("/g/", with(sub))
	return m
}

// HTTPWrapped wraps all of it.
func HTTPWrapped() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/a", a)
	return chain(m, plain, with)
}

// HTTPLayers wraps it in layers that are made by calls.
func HTTPLayers() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/a", a)
	var h http.Handler = m
	h = made("x")(h)
	if _, ok := h.(http.HandlerFunc); ok {
		h = plain(h)
	}
	outer := http.NewServeMux()
	outer.Handle("/", plain(h))
	outer.HandleFunc("/b", b)
	return outer
}

func made(string) func(http.Handler) http.Handler { return with }

func chain(h http.Handler, through ...func(http.Handler) http.Handler) http.Handler {
	for _, mw := range through {
		h = mw(h)
	}
	return h
}

// Chi uses what chi has.
func Chi() http.Handler {
	r := chi.NewRouter()
	r.Use(plain)
	r.Get("/a", a)
	r.With(with).Get("/b", b)
	r.Group(func(r chi.Router) {
		r.Use(with)
		r.Get("/c", c)
	})
	r.Route("/g", func(r chi.Router) { r.Get("/d", d) })
	return r
}

// ChiMounted mounts routers of their own, and passes routers on.
func ChiMounted() http.Handler {
	r := chi.NewRouter()
	r.Mount("/g", subrouter())
	r.With(with).Mount("/h", bare())
	r.With(with).Route("/i", func(r chi.Router) { inside(r, c) })
	inside(r, d)
	return r
}

func subrouter() chi.Router {
	r := chi.NewRouter()
	r.Use(with)
	r.Get("/a", a)
	return r
}

func bare() http.Handler {
	r := chi.NewRouter()
	r.Get("/b", b)
	return r
}

func inside(r chi.Router, h http.HandlerFunc) { r.Method(http.MethodGet, "/x", h) }

// Gorilla covers routes that were added before, and subrouters.
func Gorilla() http.Handler {
	r := mux.NewRouter()
	r.HandleFunc("/a", a).Methods(http.MethodGet)
	g := r.PathPrefix("/g").Subrouter()
	g.HandleFunc("/b", b)
	r.Use(with)
	return r
}

// GorillaSub uses middleware in one subrouter.
func GorillaSub() http.Handler {
	r := mux.NewRouter()
	g := r.PathPrefix("/g").Subrouter()
	g.Path("/a").HandlerFunc(a)
	g.Use(with)
	r.Methods(http.MethodGet).Path("/b").Handler(http.HandlerFunc(b))
	r.Handle("/c", with(http.HandlerFunc(c)))
	return r
}

type server struct {
	router *chi.Mux
	mux    *http.ServeMux
}

// Field keeps the router in a struct.
func Field() http.Handler {
	s := &server{router: chi.NewRouter(), mux: http.NewServeMux()}
	s.routes()
	s.more()
	return s.router
}

func (s *server) routes() {
	s.router.Get("/a", a)
	s.router.Mount("/g", with(s.mux))
	s.router.Route("/h", s.below)
}

func (s *server) below(r chi.Router) {
	r.Use(with)
	r.Get("/c", c)
}

func (s *server) more() { s.mux.HandleFunc("/g/b", b) }
