// Package droppedtx holds the examples of the rule droppedtx.
package droppedtx

import (
	"context"
	"net/http"
	"net/http/httptest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenantvet/tenantvet/internal/proof/examples/names"
)

// BadWithin looks like a helper that runs fn for a tenant.
func BadWithin(ctx context.Context, pool *pgxpool.Pool, tenant string, fn func(ctx context.Context) error) error {
	tx, err := begin(ctx, pool, tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := fn(ctx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func FixedWithin(ctx context.Context, pool *pgxpool.Pool, tenant string, fn func(ctx context.Context, tx pgx.Tx) error) error {
	tx, err := begin(ctx, pool, tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := fn(ctx, tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func begin(ctx context.Context, pool *pgxpool.Pool, tenant string) (pgx.Tx, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		_ = tx.Rollback(ctx)
		return nil, err
	}
	return tx, nil
}

// Unaware works within BadWithin, and has nothing but the pool to do so.
func Unaware(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = BadWithin(ctx, pool, tenant, func(ctx context.Context) error {
		orders, err = names.Pgx(pool.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}

// Aware works within FixedWithin.
func Aware(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = FixedWithin(ctx, pool, tenant, func(ctx context.Context, tx pgx.Tx) error {
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}

type key struct{}

// querier is the transaction that a context carries, or the pool.
func querier(ctx context.Context, pool *pgxpool.Pool) interface {
	Query(context.Context, string, ...any) (pgx.Rows, error)
} {
	if tx, ok := ctx.Value(key{}).(pgx.Tx); ok {
		return tx
	}
	return pool
}

// serve sends one request for orders through a middleware.
func serve(ctx context.Context, pool *pgxpool.Pool, middleware func(next http.Handler) http.Handler) (orders []string, err error) {
	list := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		orders, err = names.Pgx(querier(r.Context(), pool).Query(r.Context(), "SELECT name FROM orders"))
	})
	middleware(list).ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, "/orders", nil))
	return orders, err
}

func BadMiddleware(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return serve(ctx, pool, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			tx, err := begin(r.Context(), pool, tenant)
			if err != nil {
				http.Error(w, "no database", http.StatusServiceUnavailable)
				return
			}
			defer tx.Rollback(r.Context())
			next.ServeHTTP(w, r)
		})
	})
}

func FixedMiddleware(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return serve(ctx, pool, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			tx, err := begin(r.Context(), pool, tenant)
			if err != nil {
				http.Error(w, "no database", http.StatusServiceUnavailable)
				return
			}
			defer tx.Rollback(r.Context())
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, tx)))
		})
	})
}
