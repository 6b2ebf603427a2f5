// Package invoices keeps what tenants have billed.
package invoices

import (
	"context"

	"github.com/jackc/pgx/v5"

	"example.com/poolbridgesilo/internal/place"
)

// An Invoice is one bill.
type Invoice struct {
	ID    string
	Cents int64
}

// A Store keeps invoices, wherever they are.
type Store struct{ Places *place.Places }

// List returns the tenant's invoices.
func (s *Store) List(ctx context.Context) (list []Invoice, err error) {
	err = s.Places.InTenant(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "select id::text, cents from invoices order by id")
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Invoice])
		return err
	})
	return list, err
}

// Add bills an amount.
func (s *Store) Add(ctx context.Context, cents int64) error {
	return s.Places.InTenant(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "insert into invoices (cents) values ($1)", cents)
		return err
	})
}
