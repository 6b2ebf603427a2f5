// Package port says what the service needs.
package port

import "context"

// Orders empties itself.
type Orders interface {
	Clear(ctx context.Context) error
}
