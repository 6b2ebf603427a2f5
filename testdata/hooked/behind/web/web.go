// Package web puts a connection into the contexts of requests.
package web

import (
	"context"
	"net/http"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/hooked/behind"
	"example.com/hooked/behind/svc"
)

// Tenant is the middleware.
func Tenant(pool *pgxpool.Pool, tenant func(*http.Request) string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		conn, err := pool.Acquire(ctx)
		if err != nil {
			return
		}
		defer conn.Release()
		if _, err := conn.Exec(ctx, "BEGIN"); err != nil {
			return
		}
		defer conn.Exec(ctx, "ROLLBACK")
		if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant(r)); err != nil {
			return
		}
		next.ServeHTTP(w, r.WithContext(behind.WithConn(ctx, conn)))
	})
}

// Silent: the request's context carries the connection, although the module has
// pools with hooks beside this one.
func Routes(mux *http.ServeMux, dsn string) error {
	pool, err := pgxpool.New(context.Background(), dsn)
	if err != nil {
		return err
	}
	s := svc.New(behind.New(pool))
	mux.HandleFunc("GET /orders", func(w http.ResponseWriter, r *http.Request) { s.Count(r.Context()) })
	return nil
}

// Bad: this context carries none.
func Sweep(ctx context.Context, dsn string) error {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return err
	}
	_, err = svc.New(behind.New(pool)).Count(context.Background()) // want `SELECT on orders runs on the pool`
	return err
}
