// Package askback hands its work to a unit of work that others implement: what the
// callback is given, who puts the program together decides.
package askback

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// A Unit runs work in a transaction.
type Unit interface {
	Do(ctx context.Context, fn func(ctx context.Context, tx pgx.Tx) error) error
}

// A Store is what some hand to their callbacks instead.
type Store struct{ Tx pgx.Tx }

// Stores runs work with a store.
type Stores interface {
	With(ctx context.Context, fn func(s *Store) error) error
}

type Service struct {
	unit   Unit
	stores Stores
}

func New(unit Unit, stores Stores) *Service { return &Service{unit, stores} }

func (s *Service) Purge(ctx context.Context) error {
	return s.unit.Do(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

func clear(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "DELETE FROM customers")
	return err
}

// Clear goes through a function.
func (s *Service) Clear(ctx context.Context) error {
	return s.stores.With(ctx, func(st *Store) error { return clear(ctx, st.Tx) })
}

// Asked is nothing that anybody knows: the unit comes from a map.
func Asked(ctx context.Context, units map[string]Unit) error {
	return units["x"].Do(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}
