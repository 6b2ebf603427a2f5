// Package activities has what a Temporal worker runs.
package activities

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/jobs/tenantdb"
)

// Activities are registered by another package.
type Activities struct {
	Pool     *pgxpool.Pool
	Invoices *tenantdb.Invoices
}

// A Reminder says which invoice is due.
type Reminder struct{ InvoiceID string }

// Remind reminds the customer.
func (a *Activities) Remind(ctx context.Context, r Reminder) error {
	return a.Invoices.Remind(ctx, r.InvoiceID)
}

// Purge gets its input piece by piece.
func (a *Activities) Purge(ctx context.Context, month string, limit int) (int, error) {
	tag, err := a.Pool.Exec(ctx, "DELETE FROM invoices WHERE reminded::text LIKE $1", month) // want `DELETE on invoices runs on the pool`
	return int(tag.RowsAffected()), err
}

// PurgeFor is told the tenant, and forgets it: what registers it says so.
func (a *Activities) PurgeFor(ctx context.Context, tenantID, month string) error {
	_, err := a.Pool.Exec(ctx, "DELETE FROM invoices WHERE reminded::text LIKE $1", month) // want `DELETE on invoices runs on the pool`
	return err
}

// PurgeLate sets the context for a part of its work.
func (a *Activities) PurgeLate(ctx context.Context, tenantID, month string) error {
	if _, err := a.Pool.Exec(ctx, "DELETE FROM invoices WHERE reminded::text LIKE $1", month); err != nil { // want `DELETE on invoices runs on the pool`
		return err
	}
	return tenantdb.WithTenant(ctx, a.Pool, tenantID, func(tx pgx.Tx) error { return tenantdb.RemindOn(ctx, tx, month) })
}

// Fixed works for the owner.
func (a *Activities) Fixed(ctx context.Context, owner, id string) error {
	return tenantdb.WithTenant(ctx, a.Pool, owner, func(tx pgx.Tx) error { return tenantdb.RemindOn(ctx, tx, id) })
}

// Sweep is about nobody in particular.
func (a *Activities) Sweep(ctx context.Context) error {
	_, err := a.Pool.Exec(ctx, "DELETE FROM invoices WHERE reminded IS NOT NULL") // want `DELETE on invoices runs on the pool`
	return err
}
