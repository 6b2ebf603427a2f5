// Package audit writes down who did what.
package audit

import (
	"context"

	"example.com/isolationkit/internal/isolation"
)

// Log notes an action of the request's tenant.
func Log(ctx context.Context, action string) error {
	return isolation.Exec(ctx, "INSERT INTO audit_log (action) VALUES ($1)", action)
}
