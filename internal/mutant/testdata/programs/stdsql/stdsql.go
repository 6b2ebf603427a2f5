// Package stdsql has the forms of database/sql.
package stdsql

import (
	"context"
	"database/sql"

	"example.com/programs/names"
)

func Plain(ctx context.Context, db *sql.DB, tenant string) ([]string, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE orders SET archived = true"); err != nil {
		return nil, err
	}
	orders, err := names.SQL(tx.QueryContext(ctx, "SELECT name FROM orders"))
	if err != nil {
		return nil, err
	}
	return orders, tx.Commit()
}

func withTenant(ctx context.Context, db *sql.DB, tenant string, fn func(tx *sql.Tx) error) (err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback()
			return
		}
		err = tx.Commit()
	}()
	if _, err = tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return err
	}
	return fn(tx)
}

func Callback(ctx context.Context, db *sql.DB, tenant string) (orders []string, err error) {
	err = withTenant(ctx, db, tenant, func(tx *sql.Tx) error {
		orders, err = names.SQL(tx.QueryContext(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}

// A connection of its own, with a transaction.
func Conn(ctx context.Context, db *sql.DB, tenant string) ([]string, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	return names.SQL(tx.QueryContext(ctx, "SELECT name FROM orders"))
}

// A prepared statement of the transaction.
func Prepared(ctx context.Context, db *sql.DB, tenant string) ([]string, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	stmt, err := tx.PrepareContext(ctx, "SELECT name FROM orders")
	if err != nil {
		return nil, err
	}
	defer stmt.Close()
	return names.SQL(stmt.QueryContext(ctx))
}
