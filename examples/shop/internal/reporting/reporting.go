// Package reporting answers the back office's questions. It came from an older
// service and uses database/sql.
package reporting

import (
	"context"
	"database/sql"
	"time"

	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Reports reads from the shop's database.
type Reports struct {
	db *sql.DB
}

// Open connects to the database.
func Open(dsn string) (*Reports, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	return &Reports{db: db}, nil
}

// Close closes the connections.
func (r *Reports) Close() error { return r.db.Close() }

// A Seller is a product and how often it was sold.
type Seller struct {
	Title string
	Sold  int64
}

// BestSellers returns the products that a shop has sold most.
func (r *Reports) BestSellers(ctx context.Context, shop uuid.UUID, limit int) ([]Seller, error) {
	tx, err := r.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", shop.String()); err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `
		SELECT p.title, sum(i.quantity)
		FROM order_items i JOIN products p ON p.id = i.product_id
		GROUP BY p.id, p.title ORDER BY 2 DESC LIMIT $1`, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var sellers []Seller
	for rows.Next() {
		var s Seller
		if err := rows.Scan(&s.Title, &s.Sold); err != nil {
			return nil, err
		}
		sellers = append(sellers, s)
	}
	return sellers, rows.Err()
}

// Revenue returns what a shop has sold since a day.
func (r *Reports) Revenue(ctx context.Context, shop uuid.UUID, since time.Time) (cents int64, err error) {
	tx, err := r.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()

	if _, err := tx.ExecContext(ctx, "SET LOCAL app.tenant_id = $1", shop.String()); err != nil {
		return 0, err
	}
	const revenue = "SELECT coalesce(sum(total_cents), 0)::bigint FROM orders WHERE created_at >= $1"
	err = tx.QueryRowContext(ctx, revenue, since).Scan(&cents)
	return cents, err
}

// Orders counts the orders that a shop has got since a day.
func (r *Reports) Orders(ctx context.Context, shop uuid.UUID, since time.Time) (n int64, err error) {
	tx, err := r.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()

	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant', $1, true)", shop.String()); err != nil {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, "SELECT count(*) FROM orders WHERE created_at >= $1", since).Scan(&n)
	return n, err
}
