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

// Bad: statements that sqlx prepares, run through their own methods.
func PreparedList(ctx context.Context, db *sqlx.DB) (ids []string, err error) {
	stmt, err := db.PreparexContext(ctx, "SELECT id FROM orders")
	if err != nil {
		return nil, err
	}
	defer stmt.Close()
	err = stmt.SelectContext(ctx, &ids) // want `SELECT on orders runs on the pool`
	return ids, err
}

func PreparedNamed(ctx context.Context, db *sqlx.DB, order map[string]any) error {
	stmt, err := db.PrepareNamedContext(ctx, "UPDATE orders SET total = :total WHERE id = :id")
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx, order) // want `UPDATE on orders runs on the pool`
	return err
}

// Fixed: bound to the scoped transaction.
func Rebound(ctx context.Context, db *sqlx.DB, tenant string, order map[string]any) error {
	stmt, err := db.PrepareNamedContext(ctx, "UPDATE orders SET total = :total WHERE id = :id")
	if err != nil {
		return err
	}
	list, err := db.Preparex("SELECT id FROM orders")
	if err != nil {
		return err
	}
	tx := db.MustBeginTx(ctx, nil)
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return err
	}
	if _, err := tx.NamedStmtContext(ctx, stmt).ExecContext(ctx, order); err != nil {
		return err
	}
	var ids []string
	if err := tx.Stmtx(list).Select(&ids); err != nil {
		return err
	}
	return tx.Unsafe().Commit()
}

// Bad: a connection, with sqlx's methods.
func Conn(ctx context.Context, db *sqlx.DB) (n int, err error) {
	conn, err := db.Connx(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	err = conn.GetContext(ctx, &n, "SELECT count(*) FROM orders") // want `SELECT on orders runs on a bare connection`
	return n, err
}
