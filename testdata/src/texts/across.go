package texts

import (
	"context"
	"database/sql"
	"embed"

	"github.com/jackc/pgx/v5"

	"example.com/corpus/texts/queries"
)

//go:embed sql/order.sql
var order string

//go:embed sql/order.sql
var orderBytes []byte

//go:embed sql
var files embed.FS

// Texts of another package.
func (s *Store) Across(ctx context.Context, name string) error {
	s.pool.Exec(ctx, queries.ByID)                // want `SELECT on orders`
	s.pool.Exec(ctx, queries.Debug)               // not known
	s.pool.Exec(ctx, queries.List("orders"))      // want `SELECT on orders`
	s.pool.Exec(ctx, queries.List("countries"))   // nobody's rows
	s.pool.Exec(ctx, queries.List(name))          // not known
	s.pool.Exec(ctx, queries.All(10))             // want `SELECT on orders`
	s.pool.Exec(ctx, queries.Table{}.Count(name)) // want `SELECT on orders`
	text, err := queries.Named(name)
	if err != nil {
		return err
	}
	_, err = s.pool.Exec(ctx, text) // want `SELECT on orders`
	return err
}

// Texts in files.
func (s *Store) Embedded(ctx context.Context) error {
	s.pool.Exec(ctx, order)              // want `SELECT on orders`
	s.pool.Exec(ctx, string(orderBytes)) // want `SELECT on orders`
	text, err := files.ReadFile("sql/order.sql")
	if err != nil {
		return err
	}
	s.pool.Exec(ctx, string(text)) // want `SELECT on orders`
	text, err = files.ReadFile("sql/countries.sql")
	if err != nil {
		return err
	}
	_, err = s.pool.Exec(ctx, string(text))
	return err
}

// Prepared statements: the name stands for the text.
func (s *Store) Prepared(ctx context.Context, conn *pgx.Conn, db *sql.DB) error {
	if _, err := conn.Prepare(ctx, "order_by_id", "SELECT * FROM orders WHERE id = $1"); err != nil {
		return err
	}
	s.pool.QueryRow(ctx, "order_by_id", 1) // want `SELECT on orders`
	stmt, err := db.Prepare("DELETE FROM orders")
	if err != nil {
		return err
	}
	_, err = stmt.Exec() // want `DELETE on orders`
	return err
}

type cached struct {
	db     *sql.DB
	remove *sql.Stmt
}

func newCached(db *sql.DB) (*cached, error) {
	remove, err := db.Prepare("DELETE FROM customers")
	if err != nil {
		return nil, err
	}
	return &cached{db: db, remove: remove}, nil
}

func (c *cached) Remove(ctx context.Context) error {
	_, err := c.remove.ExecContext(ctx) // want `DELETE on customers`
	return err
}
