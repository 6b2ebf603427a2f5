// Package audit writes down who did what.
package audit

import (
	"context"
	"database/sql"
)

// A Trail writes to the audit log.
type Trail struct {
	db *sql.DB
}

// New returns the trail in a database.
func New(db *sql.DB) *Trail { return &Trail{db: db} }

// Log notes an action.
func (t *Trail) Log(ctx context.Context, tenant, action string) error {
	_, err := t.db.ExecContext(ctx, "INSERT INTO audit_log (tenant_id, action) VALUES ($1, $2)", tenant, action)
	return err
}
