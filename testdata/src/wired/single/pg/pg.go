// Package pg has the one implementation.
package pg

import (
	"context"

	"github.com/jackc/pgx/v5/pgconn"
)

// A DB is a pool or a transaction.
type DB interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Orders are on PostgreSQL.
type Orders struct{ DB DB }

// Clear deletes them all.
func (o Orders) Clear(ctx context.Context) error {
	_, err := o.DB.Exec(ctx, "DELETE FROM orders")
	return err
}
