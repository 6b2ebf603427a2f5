// Package dom says what the others need.
package dom

import "context"

// Orders counts orders.
type Orders interface {
	Count(ctx context.Context) (int, error)
}
