// Package worker does what need not be done at once.
package worker

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Close closes the invoice of the next job.
func Close(ctx context.Context, pool *pgxpool.Pool) error {
	var invoice string
	err := pool.QueryRow(ctx, "DELETE FROM jobs WHERE id = (SELECT min(id) FROM jobs) RETURNING invoice_id::text").Scan(&invoice)
	if err != nil {
		return err
	}
	_, err = pool.Exec(ctx, "UPDATE invoices SET closed = true WHERE id = $1", invoice)
	return err
}
