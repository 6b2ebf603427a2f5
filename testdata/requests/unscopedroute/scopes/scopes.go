// Package scopes carries the transactions of requests in their contexts.
package scopes

import (
	"context"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/requests/tenantctx"
)

type txKey struct{}

// With puts a transaction into a context.
func With(ctx context.Context, tx pgx.Tx) context.Context { return context.WithValue(ctx, txKey{}, tx) }

// Tx takes it from there.
func Tx(ctx context.Context) (pgx.Tx, bool) {
	tx, ok := ctx.Value(txKey{}).(pgx.Tx)
	return tx, ok
}

// A Querier is what statements are sent over.
type Querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// DB is the request's transaction, or the pool where there is none.
func DB(ctx context.Context, pool *pgxpool.Pool) Querier {
	if tx, ok := Tx(ctx); ok {
		return tx
	}
	return pool
}

// Scopes opens the transactions of requests.
type Scopes struct{ Pool *pgxpool.Pool }

// Begin puts a transaction of the user's tenant into the request's context.
func (s *Scopes) Begin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		user := tenantctx.UserOf(ctx)
		if user == nil {
			http.Error(w, "who are you", http.StatusUnauthorized)
			return
		}
		tx, err := s.Pool.Begin(ctx)
		if err != nil {
			http.Error(w, "failed", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(ctx)
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", user.TenantID.String()); err != nil {
			http.Error(w, "failed", http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r.WithContext(With(ctx, tx)))
		_ = tx.Commit(ctx)
	})
}
