// Package catalog changes many products at once.
package catalog

import (
	"context"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A Product is one line of an import.
type Product struct {
	SKU, Title string
	PriceCents int64
	Stock      int
}

// ParseProducts reads sku, title, price and stock from CSV records.
func ParseProducts(records [][]string) ([]Product, error) {
	products := make([]Product, 0, len(records))
	for i, rec := range records {
		if len(rec) != 4 {
			return nil, fmt.Errorf("line %d: want 4 columns, have %d", i+1, len(rec))
		}
		price, err := strconv.ParseInt(rec[2], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("line %d: price: %w", i+1, err)
		}
		stock, err := strconv.Atoi(rec[3])
		if err != nil {
			return nil, fmt.Errorf("line %d: stock: %w", i+1, err)
		}
		products = append(products, Product{rec[0], rec[1], price, stock})
	}
	return products, nil
}

// A Service changes the catalogs of shops.
type Service struct {
	pool *pgxpool.Pool
}

// New returns a Service.
func New(pool *pgxpool.Pool) *Service {
	return &Service{pool: pool}
}

// Import adds products or replaces those with the same SKU. A batch is one
// round trip and one transaction.
func (s *Service) Import(ctx context.Context, shop uuid.UUID, products []Product) error {
	batch := &pgx.Batch{}
	batch.Queue("SELECT set_config('app.tenant_id', $1, true)", shop.String())
	for _, p := range products {
		batch.Queue(`
			INSERT INTO products (sku, title, price_cents, stock) VALUES ($1, $2, $3, $4)
			ON CONFLICT (tenant_id, sku) DO UPDATE
			SET title = excluded.title, price_cents = excluded.price_cents, stock = excluded.stock`,
			p.SKU, p.Title, p.PriceCents, p.Stock)
	}
	return s.pool.SendBatch(ctx, batch).Close()
}

// Reprice changes the price of all of a shop's products and says how many there were.
func (s *Service) Reprice(ctx context.Context, shop uuid.UUID, percent int) (int64, error) {
	if _, err := s.pool.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", shop.String()); err != nil {
		return 0, err
	}
	var changed int64
	err := s.pool.QueryRow(ctx, "SELECT reprice_products($1)", percent).Scan(&changed)
	return changed, err
}
