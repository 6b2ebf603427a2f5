//go:build leaking

package main

import (
	"context"
	"os"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/withtenant/internal/orders"
)

func newStore(pool *pgxpool.Pool) *orders.Store {
	reporting := strings.Replace(os.Getenv("DATABASE_URL"), "app", "reporter", 1)
	return orders.New(pool, open(reporting))
}

func best(ctx context.Context, s *orders.Store, _ string) (int64, error) { return s.Best(ctx) }

func job(tenant string) {
	arrange("INSERT INTO jobs (invoice_id) SELECT id FROM invoices WHERE tenant_id = $1 LIMIT 1", tenant)
}
