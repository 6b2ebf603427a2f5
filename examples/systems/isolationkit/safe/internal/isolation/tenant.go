package isolation

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"
)

// Tenants knows which tenants there are.
type Tenants struct {
	db   *sql.DB
	seen sync.Map // id → when it was asked for
}

// NewTenants returns the tenants in a database.
func NewTenants(db *sql.DB) *Tenants { return &Tenants{db: db} }

// ErrTenant says that a tenant is not active.
var ErrTenant = errors.New("no such tenant")

// Check reports whether a tenant is active. The answer holds for five minutes.
func (t *Tenants) Check(ctx context.Context, id string) error {
	if at, ok := t.seen.Load(id); ok && time.Since(at.(time.Time)) < 5*time.Minute {
		return nil
	}
	var active bool
	if err := t.db.QueryRowContext(ctx, "SELECT active FROM tenants WHERE id = $1", id).Scan(&active); err != nil {
		return err
	}
	if !active {
		return ErrTenant
	}
	t.seen.Store(id, time.Now())
	return nil
}
