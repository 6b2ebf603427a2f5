// Package tables lists its handlers in tables, which a loop mounts.
package tables

import (
	"context"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A DB is a pool or a transaction.
type DB interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// An App answers requests.
type App struct{ db DB }

// New returns an app over a handle, which decides about its handlers.
func New(db DB) *App { return &App{db: db} }

func (a *App) List(w http.ResponseWriter, r *http.Request) {
	var n int
	if err := a.db.QueryRow(r.Context(), "SELECT count(*) FROM orders").Scan(&n); err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
	}
}

// Health works on no table.
func (a *App) Health(w http.ResponseWriter, r *http.Request) {
	if err := a.db.QueryRow(r.Context(), "SELECT 1").Scan(new(int)); err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
	}
}

type route struct {
	path    string
	handler http.HandlerFunc
}

func (a *App) routes() []route {
	return []route{{"GET /health", a.Health}, {"GET /orders", a.List}}
}

func mount(mux *http.ServeMux, routes []route) {
	for _, r := range routes {
		mux.HandleFunc(r.path, r.handler)
	}
}

// Bad: the handlers of the table work on the pool.
func Serve(mux *http.ServeMux, pool *pgxpool.Pool) {
	mount(mux, New(pool).routes()) // want `SELECT on orders runs on the pool`
}

// Fixed: on a transaction of the tenant.
func ServeOne(ctx context.Context, mux *http.ServeMux, pool *pgxpool.Pool, id string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id); err != nil {
			return err
		}
		mount(mux, New(tx).routes())
		return nil
	})
}

// Bad: in a map.
func Mapped(pool *pgxpool.Pool) map[string]http.Handler {
	app := New(pool) // want `SELECT on orders runs on the pool`
	return map[string]http.Handler{"GET /orders": http.HandlerFunc(app.List)}
}

type group struct{}

func (group) GET(string, ...http.HandlerFunc) {}

// Bad: as one of several, as gin and others take them.
func Grouped(g group, pool *pgxpool.Pool) {
	app := New(pool) // want `SELECT on orders runs on the pool`
	g.GET("/orders", logged, app.List)
}

func logged(http.ResponseWriter, *http.Request) {}

// A Shop is given to the handlers of its table, which are bound to none.
type Shop struct{ db DB }

func (s *Shop) Total(w http.ResponseWriter, r *http.Request) {
	var n int
	if err := s.db.QueryRow(r.Context(), "SELECT sum(total) FROM orders").Scan(&n); err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
	}
}

// Ping is silent: it works on no table.
func (s *Shop) Ping(w http.ResponseWriter, r *http.Request) {
	if err := s.db.QueryRow(r.Context(), "SELECT 1").Scan(new(int)); err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
	}
}

var shopRoutes = []struct {
	path    string
	handler func(*Shop, http.ResponseWriter, *http.Request)
}{
	{"GET /ping", (*Shop).Ping},
	{"GET /total", (*Shop).Total},
}

// NewShop returns a shop over a handle, which decides about its handlers.
func NewShop(db DB) *Shop { return &Shop{db: db} }

// Mount mounts them all.
func (s *Shop) Mount(mux *http.ServeMux) {
	for _, r := range shopRoutes {
		mux.HandleFunc(r.path, func(w http.ResponseWriter, req *http.Request) { r.handler(s, w, req) })
	}
}

// Bad: the shop is put on the pool.
func ServeShop(mux *http.ServeMux, pool *pgxpool.Pool) {
	NewShop(pool).Mount(mux) // want `SELECT on orders runs on the pool`
}

// Fixed: on a transaction of the tenant.
func ServeShopOne(ctx context.Context, mux *http.ServeMux, pool *pgxpool.Pool, id string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id); err != nil {
			return err
		}
		NewShop(tx).Mount(mux)
		return nil
	})
}
