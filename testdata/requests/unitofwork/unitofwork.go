// Package unitofwork hands its transaction to a callback, in the callback's context.
package unitofwork

import (
	"context"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type txKey struct{}

// A DB sends queries.
type DB interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Within runs fn with a context that carries a scoped transaction.
func Within(ctx context.Context, pool *pgxpool.Pool, tenant string, fn func(ctx context.Context) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		return fn(context.WithValue(ctx, txKey{}, tx))
	})
}

// Orders works on the transaction that its context carries, else on the pool.
type Orders struct{ pool *pgxpool.Pool }

func (o *Orders) db(ctx context.Context) DB {
	if tx, ok := ctx.Value(txKey{}).(pgx.Tx); ok {
		return tx
	}
	return o.pool
}

func (o *Orders) Count(ctx context.Context) (n int, err error) {
	err = o.db(ctx).QueryRow(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

// Server answers requests.
type Server struct {
	pool   *pgxpool.Pool
	orders *Orders
}

// Fixed: the callback's context has the transaction.
func (s *Server) Scoped(w http.ResponseWriter, r *http.Request) {
	err := Within(r.Context(), s.pool, "a", func(ctx context.Context) error {
		_, err := s.orders.Count(ctx)
		return err
	})
	if err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
	}
}

// Bad: the request's own context has none.
func (s *Server) Outer(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	err := Within(ctx, s.pool, "a", func(context.Context) error {
		_, err := s.orders.Count(ctx) // want `SELECT on orders runs on the pool`
		return err
	})
	if err != nil {
		http.Error(w, "no", http.StatusInternalServerError)
	}
}

// Bad: there is no unit of work.
func (s *Server) Forgotten(w http.ResponseWriter, r *http.Request) {
	if _, err := s.orders.Count(r.Context()); err != nil { // want `SELECT on orders runs on the pool`
		http.Error(w, "no", http.StatusInternalServerError)
	}
}
