// Package decorated begins the tenant's transaction in a decorator.
package decorated

import (
	"context"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type txKey struct{}

// Orders counts orders.
type Orders interface {
	Total(ctx context.Context, tenant string) (int, error)
}

type plain struct{ pool *pgxpool.Pool }

func (p *plain) Total(ctx context.Context, _ string) (n int, err error) {
	const total = "SELECT count(*) FROM orders"
	if tx, ok := ctx.Value(txKey{}).(pgx.Tx); ok {
		return n, tx.QueryRow(ctx, total).Scan(&n)
	}
	return n, p.pool.QueryRow(ctx, total).Scan(&n)
}

type scoped struct {
	inner Orders
	pool  *pgxpool.Pool
}

func (s *scoped) Total(ctx context.Context, tenant string) (n int, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		n, err = s.inner.Total(context.WithValue(ctx, txKey{}, tx), tenant)
		return err
	})
	return n, err
}

// A Service works with what it is given.
type Service struct{ orders Orders }

// Silent: the service is given the decorator, which begins the transaction for the
// one that it holds.
func Serve(ctx context.Context, mux *http.ServeMux, dsn string) error {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return err
	}
	s := &Service{&scoped{&plain{pool}, pool}}
	mux.HandleFunc("GET /total", func(w http.ResponseWriter, r *http.Request) { s.Total(context.Background(), "a") })
	return nil
}

// Total counts the orders of a tenant.
func (s *Service) Total(ctx context.Context, tenant string) (int, error) {
	return s.orders.Total(ctx, tenant)
}
