// Package billing writes the monthly statements.
package billing

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/shop/internal/db"
	"example.com/shop/internal/tenant"
)

// Statements writes what each shop's customers owe it.
func Statements(ctx context.Context, pool *pgxpool.Pool, w io.Writer) error {
	shops, err := db.New(pool).ListTenants(ctx)
	if err != nil {
		return err
	}
	for _, shop := range shops {
		if err := statement(ctx, pool, shop.ID, w); err != nil {
			return fmt.Errorf("statement of %s: %w", shop.Slug, err)
		}
	}
	return nil
}

func statement(ctx context.Context, pool *pgxpool.Pool, shop uuid.UUID, w io.Writer) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()

	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", shop.String()); err != nil {
		return err
	}
	invoices, err := db.New(conn).ListUnpaidInvoices(ctx)
	if err != nil {
		return err
	}
	for _, inv := range invoices {
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", shop, inv.ID, inv.AmountCents, inv.IssuedAt.Format(time.DateOnly))
	}
	return nil
}

// MarkPaid books the payments of a shop's invoices, all or none. It holds one
// connection over both steps.
func MarkPaid(ctx context.Context, pool *pgxpool.Pool, shop uuid.UUID, invoices []uuid.UUID) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()

	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if err := tenant.Set(ctx, tx, shop); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, "UPDATE invoices SET paid_at = now() WHERE id = ANY($1) AND paid_at IS NULL", invoices)
		if err != nil {
			return err
		}
		if int(tag.RowsAffected()) != len(invoices) {
			return fmt.Errorf("%d of %d invoices are unpaid", tag.RowsAffected(), len(invoices))
		}
		return nil
	})
}
