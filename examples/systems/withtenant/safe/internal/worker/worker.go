// Package worker does what need not be done at once.
package worker

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/withtenant/internal/tenant"
)

// Close closes the invoice of the next job, for the tenant that the job names.
func Close(ctx context.Context, pool *pgxpool.Pool) error {
	var id, invoice string
	err := pool.QueryRow(ctx, "DELETE FROM jobs WHERE id = (SELECT min(id) FROM jobs) RETURNING tenant_id::text, invoice_id::text").Scan(&id, &invoice)
	if err != nil {
		return err
	}
	return tenant.WithTenant(ctx, pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE invoices SET closed = true WHERE id = $1", invoice)
		return err
	})
}
