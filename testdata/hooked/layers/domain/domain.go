// Package domain says what the program works with, and not how.
package domain

import "context"

// A Transaction is what belongs together.
type Transaction interface {
	CountOrders(ctx context.Context) (int, error)
	DropOrders(ctx context.Context) error
	SaveState(ctx context.Context, state string) error
}

// A Repository begins transactions.
type Repository interface {
	Transaction
	Within(ctx context.Context, fn func(ctx context.Context, tx Transaction) error) error
}
