// Package middleware opens a transaction for each request.
package middleware

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/programs/names"
)

type DBTX interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

type txKey struct{}
type tenantKey struct{}

// InTransaction scopes the request; who the tenant is, is known by then.
func InTransaction(pool *pgxpool.Pool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		tenant, _ := ctx.Value(tenantKey{}).(string)
		tx, err := pool.Begin(ctx)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(ctx)
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, txKey{}, tx)))
		_ = tx.Commit(ctx)
	})
}

type handlers struct{ pool *pgxpool.Pool }

func (h *handlers) db(ctx context.Context) DBTX {
	if tx, ok := ctx.Value(txKey{}).(pgx.Tx); ok {
		return tx
	}
	return h.pool
}

func (h *handlers) list(w http.ResponseWriter, r *http.Request) {
	orders, err := names.Pgx(h.db(r.Context()).Query(r.Context(), "SELECT name FROM orders"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprint(w, strings.Join(orders, " "))
}

func Request(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	h := &handlers{pool}
	server := InTransaction(pool, http.HandlerFunc(h.list))
	w := httptest.NewRecorder()
	server.ServeHTTP(w, httptest.NewRequest("GET", "/orders", nil).WithContext(context.WithValue(ctx, tenantKey{}, tenant)))
	if w.Code != http.StatusOK {
		return nil, fmt.Errorf("status %d: %s", w.Code, w.Body)
	}
	return strings.Fields(w.Body.String()), nil
}
