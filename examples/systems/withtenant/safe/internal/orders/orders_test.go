package orders

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/withtenant/internal/tenant"
)

// Tenants see their own orders and invoices, and no other's.
func TestTenantsAreApart(t *testing.T) {
	url := os.Getenv("TEST_DATABASE_URL")
	if url == "" {
		t.Skip("TEST_DATABASE_URL names no database")
	}
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	tenantA, tenantB := os.Getenv("TEST_TENANT_A"), os.Getenv("TEST_TENANT_B")
	err = tenant.WithTenant(ctx, pool, tenantA, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "WITH o AS (INSERT INTO orders (tenant_id, total_cents) VALUES ($1, 1) RETURNING id) INSERT INTO invoices (tenant_id, order_id, amount_cents) SELECT $1, id, 1 FROM o", tenantA)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	store := New(pool)
	if orders, err := store.List(ctx, tenantB); err != nil || len(orders) > 0 {
		t.Errorf("%s sees orders of %s: %v, %v", tenantB, tenantA, orders, err)
	}
	if n, err := store.Open(ctx, tenantB); err != nil || n > 0 {
		t.Errorf("%s sees %d invoices of %s: %v", tenantB, n, tenantA, err)
	}
}
