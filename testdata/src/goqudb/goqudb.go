// Package goqudb sends texts through goqu's databases and transactions.
package goqudb

import (
	"context"
	"database/sql"

	"github.com/doug-martin/goqu/v9"
)

// Bad: the pool behind goqu's database.
func List(ctx context.Context, sqldb *sql.DB) (ids []string, err error) {
	db := goqu.New("postgres", sqldb)
	err = db.ScanValsContext(ctx, &ids, "SELECT id FROM orders") // want `SELECT on orders runs on the pool`
	return ids, err
}

// Bad: a transaction without context.
func Unscoped(ctx context.Context, db *goqu.Database) error {
	return db.WithTx(func(tx *goqu.TxDatabase) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	})
}

// Fixed: the context is set on the transaction.
func Scoped(ctx context.Context, db *goqu.Database, tenant string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	return tx.Wrap(func() error {
		if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM orders")
		return err
	})
}
