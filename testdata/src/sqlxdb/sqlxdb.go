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

// Bad: In, Named and Rebind change the placeholders, not what is read.
func Listed(ctx context.Context, db *sqlx.DB, ids []string) (totals []int, err error) {
	query, args, err := sqlx.In("SELECT total FROM orders WHERE id IN (?)", ids)
	if err != nil {
		return nil, err
	}
	query = db.Rebind(query)
	err = db.SelectContext(ctx, &totals, query, args...) // want `SELECT on orders runs on the pool`
	return totals, err
}

func Named(ctx context.Context, db *sqlx.DB, order map[string]any) error {
	query, args, err := sqlx.Named("UPDATE orders SET total = :total WHERE id = :id", order)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, db.Rebind(query), args...) // want `UPDATE on orders runs on the pool`
	return err
}

// Bad: the functions of sqlx take the handle as an argument.
func Count(ctx context.Context, db *sqlx.DB) (n int, err error) {
	err = sqlx.GetContext(ctx, db, &n, "SELECT count(*) FROM orders") // want `SELECT on orders runs on the pool`
	return n, err
}
