package rlsbypassstmt

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/tenant"
)

// Bad: the context makes no difference.
func Clear(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return tenant.With(ctx, pool, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "TRUNCATE orders") // want `TRUNCATE of orders is not subject to row-level security: it removes every tenant's rows`
		return err
	})
}

// Bad: among others.
func ClearAll(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "TRUNCATE TABLE countries, customers CASCADE") // want `TRUNCATE of customers`
	return err
}

// Bad: the partition by its own name.
func Year(ctx context.Context, tx pgx.Tx) (pgx.Rows, error) {
	return tx.Query(ctx, "SELECT value FROM readings_2026") // want `readings_2026 is a partition of readings, whose policies hold only where readings itself is named: every tenant's rows are within reach`
}

// Bad: to write as well.
func Purge(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "DELETE FROM readings_2026 WHERE at < now() - interval '1 month'") // want `readings_2026 is a partition of readings`
	return err
}

// Bad: the view runs as a role with BYPASSRLS.
func Totals(ctx context.Context, tx pgx.Tx) (pgx.Rows, error) {
	return tx.Query(ctx, "SELECT total FROM order_totals") // want `order_totals is a view of orders that runs with the rights of batch, which the policies don't bind`
}

// Bad: it is behind another one.
func Sum(ctx context.Context, tx pgx.Tx) (pgx.Rows, error) {
	return tx.Query(ctx, "SELECT sum(total) FROM invoker_over_definer") // want `invoker_over_definer is a view of orders`
}

// Bad: the migrations don't say who owns it.
func Names(ctx context.Context, tx pgx.Tx) (pgx.Rows, error) {
	return tx.Query(ctx, "SELECT email FROM customer_names") // want `customer_names is a view of customers that runs with the rights of its owner, and nothing says that the policies bind that role`
}

// Bad: what is stored is everybody's.
func Stats(ctx context.Context, tx pgx.Tx) (pgx.Rows, error) {
	return tx.Query(ctx, "SELECT value FROM reading_stats") // want `reading_stats is a materialized view of readings`
}

// Fixed: through the table.
func Fixed(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return tenant.With(ctx, pool, id, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil {
			return err
		}
		if _, err := tx.Query(ctx, "SELECT value FROM readings WHERE at >= '2026-01-01'"); err != nil {
			return err
		}
		_, err := tx.Query(ctx, "SELECT sum(total) FROM orders")
		return err
	})
}

// Views that the policies hold for: of the caller's rights, over such a one, of
// an owner that is bound, with a condition on the tenant, of shared tables.
func Closed(ctx context.Context, tx pgx.Tx) error {
	for _, text := range []string{
		"SELECT id FROM invoker_orders", "SELECT id FROM over_invoker", "SELECT value FROM bound_readings",
		"SELECT email FROM own_customers", "SELECT name FROM country_names", "SELECT value FROM frozen_readings",
	} {
		if _, err := tx.Query(ctx, text); err != nil {
			return err
		}
	}
	if _, err := tx.Query(ctx, "SELECT id FROM over_invoker"); err != nil {
		return err
	}
	if _, err := tx.Query(ctx, "SELECT value FROM bound_readings"); err != nil {
		return err
	}
	if _, err := tx.Query(ctx, "SELECT email FROM own_customers"); err != nil {
		return err
	}
	_, err := tx.Query(ctx, "SELECT value FROM frozen_readings")
	return err
}

// A partition with policies of its own; a shared table; a temporary one.
func Guarded(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Query(ctx, "SELECT value FROM readings_old"); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "TRUNCATE countries"); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "TRUNCATE staging")
	return err
}

// A migration is run by the owner, before there are requests.
func Migrate(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "TRUNCATE orders; ALTER TABLE orders ADD COLUMN note text")
	return err
}
