// Package orders says what happens, over what it is given.
package orders

import (
	"context"

	"example.com/hooked/layers/domain"
)

// Orders are counted and dropped.
type Orders struct{ repo domain.Repository }

func New(repo domain.Repository) *Orders { return &Orders{repo} }

func (o *Orders) Count(ctx context.Context) (n int, err error) {
	err = o.repo.Within(ctx, func(ctx context.Context, tx domain.Transaction) (err error) {
		n, err = tx.CountOrders(ctx)
		return err
	})
	return n, err
}

func (o *Orders) Drop(ctx context.Context) error {
	return o.repo.Within(ctx, func(ctx context.Context, tx domain.Transaction) error {
		return tx.DropOrders(ctx)
	})
}

// Login needs no tenant: there is none yet.
func (o *Orders) Login(ctx context.Context, state string) error {
	return o.repo.Within(ctx, func(ctx context.Context, tx domain.Transaction) error {
		return tx.SaveState(ctx, state)
	})
}
