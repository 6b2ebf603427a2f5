package keptpool

import (
	"context"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Bad: the first request's tenant opens the pool of all.
func Handler(dsn func(string) string) http.Handler {
	var pool *pgxpool.Pool
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if pool == nil {
			pool, _ = pgxpool.New(r.Context(), dsn(tenant(r.Context()))) // want `this tenant's pool is kept where the next one finds it`
		}
		_, _ = pool.Exec(r.Context(), "UPDATE orders SET total = 0")
	})
}

// Bad: who is returned asks for whoever calls.
func Opener() func(ctx context.Context) (*pgxpool.Pool, error) {
	var kept struct{ pool *pgxpool.Pool }
	return func(ctx context.Context) (*pgxpool.Pool, error) {
		if kept.pool == nil {
			p, err := pgxpool.New(ctx, "postgres://db/"+tenant(ctx))
			if err != nil {
				return nil, err
			}
			kept.pool = p // want `this tenant's pool is kept where the next one finds it`
		}
		return kept.pool, nil
	}
}

// Bad: it is mounted from within.
func Mount(mux *http.ServeMux) {
	var pool *pgxpool.Pool
	mux.HandleFunc("/orders", func(w http.ResponseWriter, r *http.Request) {
		opened.Do(func() {
			pool, _ = pgxpool.New(r.Context(), "postgres://db/"+tenant(r.Context())) // want `this tenant's pool is kept where the next one finds it`
		})
		_, _ = pool.Exec(r.Context(), "UPDATE orders SET total = 0")
	})
}

// Silent: one for each request.
func Each() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var pool *pgxpool.Pool
		open := func() (err error) {
			pool, err = pgxpool.New(r.Context(), "postgres://db/"+tenant(r.Context()))
			return err
		}
		if open() != nil {
			return
		}
		defer pool.Close()
		_, _ = pool.Exec(r.Context(), "UPDATE orders SET total = 0")
	}
}

// Silent: what the callback opens is for the same work.
func Within(ctx context.Context, shared *pgxpool.Pool) error {
	var pool *pgxpool.Pool
	err := inTurn(ctx, shared, func(ctx context.Context, tx pgx.Tx) (err error) {
		pool, err = pgxpool.New(ctx, "postgres://db/"+tenant(ctx))
		return err
	})
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = pool.Exec(ctx, "UPDATE orders SET total = 0")
	return err
}

func inTurn(ctx context.Context, pool *pgxpool.Pool, fn func(ctx context.Context, tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return fn(ctx, tx) })
}

// Silent: one address for all.
func Main(dsn string) http.Handler {
	var pool *pgxpool.Pool
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if pool == nil {
			pool, _ = pgxpool.New(r.Context(), dsn)
		}
		_ = Shared(r.Context(), pool)
	})
}

// Fixed: each tenant's under its name.
func Apart(dsn func(string) string) http.Handler {
	pools := map[string]*pgxpool.Pool{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := tenant(r.Context())
		if pools[id] == nil {
			p, err := pgxpool.New(r.Context(), dsn(id))
			if err != nil {
				return
			}
			pools[id] = p
		}
		_, _ = pools[id].Exec(r.Context(), "UPDATE orders SET total = 0")
	})
}

// Enter puts the tenant of who has logged in into the contexts of requests.
func Enter(login func(*http.Request) (string, error), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, err := login(r)
		if err != nil {
			http.Error(w, "unauthorized", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), tenantKey{}, id)))
	})
}
