package sqlxdb

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// Bad: sqlx's own methods, on the pool and on a transaction without context.
func List(ctx context.Context, db *sqlx.DB) (ids []string, err error) {
	err = db.SelectContext(ctx, &ids, "SELECT id FROM orders") // want `SELECT on orders runs on the pool`
	return ids, err
}

func Update(ctx context.Context, db *sqlx.DB) error {
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "UPDATE orders SET total = 0"); err != nil { // want `UPDATE on orders in a transaction where the tenant context is not set`
		return err
	}
	return tx.Commit()
}

// Fixed: the context is set on the embedded *sql.Tx as well as on the *sqlx.Tx.
func Scoped(ctx context.Context, db *sqlx.DB, id string) (n int, err error) {
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", id); err != nil {
		return 0, err
	}
	if err := tx.GetContext(ctx, &n, "SELECT count(*) FROM orders"); err != nil {
		return 0, err
	}
	return n, tx.Commit()
}
