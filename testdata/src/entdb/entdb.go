// Package entdb sends texts through ent's driver. The statements of the code
// that ent generates are made when the program runs: they are unknown.
package entdb

import (
	"context"
	"database/sql"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/sqlgraph"
)

// Bad: the driver is the pool.
func Reset(ctx context.Context, db *sql.DB) error {
	drv := entsql.OpenDB(dialect.Postgres, db)
	if _, err := drv.ExecContext(ctx, "UPDATE orders SET total = 0"); err != nil { // want `UPDATE on orders runs on the pool`
		return err
	}
	return drv.Exec(ctx, "DELETE FROM orders", []any{}, nil) // want `DELETE on orders runs on the pool`
}

// Bad: a transaction without context.
func Unscoped(ctx context.Context, drv *entsql.Driver) error {
	tx, err := drv.Tx(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return tx.Exec(ctx, "DELETE FROM orders", []any{}, nil) // want `DELETE on orders in a transaction where the tenant context is not set`
}

// Fixed: the context is set on the transaction.
func Scoped(ctx context.Context, drv *entsql.Driver, tenant string) error {
	tx, err := drv.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", []any{tenant}, nil); err != nil {
		return err
	}
	if err := tx.Exec(ctx, "DELETE FROM orders", []any{}, nil); err != nil {
		return err
	}
	return tx.Commit()
}

// Silent: which table it is stands in a value.
func Graph(ctx context.Context, drv dialect.Driver, spec *sqlgraph.QuerySpec) error {
	return sqlgraph.QueryNodes(ctx, drv, spec)
}
