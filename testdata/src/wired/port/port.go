// Package port says what the others need, and knows none of them.
package port

import "context"

// Orders counts orders.
type Orders interface {
	Count(ctx context.Context) (int, error)
}

// Counter is what a service does.
type Counter interface {
	Total(ctx context.Context) (int, error)
}
