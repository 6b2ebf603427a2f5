// Package upsertoracle holds the examples of the rule upsertoracle. Tenant B has
// an order b1.
package upsertoracle

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenantvet/tenantvet/internal/proof/examples/names"
)

// BadUpdate fails, which tells that somebody has an order b1.
func BadUpdate(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "INSERT INTO orders (name, tenant_id) VALUES ('b1', $1) ON CONFLICT (name) DO UPDATE SET archived = true", tenant); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders WHERE name IN ('a1', 'a2')"))
		return err
	})
	return orders, err
}

// BadNothing succeeds without a row of its own: the name is taken.
func BadNothing(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "INSERT INTO orders (name, tenant_id) VALUES ('b1', $1) ON CONFLICT (name) DO NOTHING", tenant); err != nil {
			return err
		}
		// Its own b1 is missing, and stands for a2 in the answer.
		orders, err = names.Pgx(tx.Query(ctx, "SELECT CASE name WHEN 'b1' THEN 'a2' ELSE name END FROM orders WHERE name IN ('a1', 'b1')"))
		return err
	})
	return orders, err
}

// FixedKey has a key of its own for each tenant.
func FixedKey(ctx context.Context, pool *pgxpool.Pool, tenant string) (labels []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "INSERT INTO labels (name, tenant_id) VALUES ('b1', $1) ON CONFLICT (tenant_id, name) DO UPDATE SET archived = true", tenant); err != nil {
			return err
		}
		labels, err = names.Pgx(tx.Query(ctx, "SELECT CASE name WHEN 'b1' THEN 'a2' ELSE name END FROM labels WHERE name IN ('a1', 'b1')"))
		return err
	})
	return labels, err
}
