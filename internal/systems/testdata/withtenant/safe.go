//go:build safe

package main

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/withtenant/internal/orders"
)

func newStore(pool *pgxpool.Pool) *orders.Store { return orders.New(pool) }

func best(ctx context.Context, s *orders.Store, tenant string) (int64, error) {
	return s.Best(ctx, tenant)
}

func job(tenant string) {
	arrange("INSERT INTO jobs (tenant_id, invoice_id) SELECT tenant_id, id FROM invoices WHERE tenant_id = $1 LIMIT 1", tenant)
}
