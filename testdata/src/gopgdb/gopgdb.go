// Package gopgdb sends texts with go-pg, which writes the values into them.
package gopgdb

import (
	"context"

	"github.com/go-pg/pg/v10"
)

// Bad: the pool.
func List(ctx context.Context, db *pg.DB) (ids []string, err error) {
	_, err = db.QueryContext(ctx, &ids, "SELECT id FROM orders WHERE total > ?", 1) // want `SELECT on orders runs on the pool`
	return ids, err
}

// Bad: one connection of it.
func Pinned(ctx context.Context, db *pg.DB) error {
	conn := db.Conn()
	defer conn.Close()
	_, err := conn.ExecContext(ctx, "DELETE FROM orders") // want `DELETE on orders runs on a bare connection`
	return err
}

// Bad: a transaction without context.
func Unscoped(ctx context.Context, db *pg.DB) error {
	return db.RunInTransaction(ctx, func(tx *pg.Tx) error {
		_, err := tx.Exec("DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	})
}

// Fixed: SET LOCAL takes a value here, and what Begin returns is the same
// transaction.
func Scoped(ctx context.Context, db *pg.DB, tenant string) error {
	tx, err := db.BeginContext(ctx)
	if err != nil {
		return err
	}
	defer tx.Close()
	if _, err := tx.Exec("SET LOCAL app.tenant_id = ?", tenant); err != nil {
		return err
	}
	same, err := tx.Begin()
	if err != nil {
		return err
	}
	if _, err := same.Exec("DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit()
}

// Bad: the caller decides, and chooses the pool.
func count(db pg.DBI) (n int, err error) {
	_, err = db.QueryOne(pg.Scan(&n), "SELECT count(*) FROM orders")
	return n, err
}

func Count(ctx context.Context, db *pg.DB) (int, error) {
	return count(db.WithContext(ctx)) // want `SELECT on orders runs on the pool`
}

// Fixed: or the scoped transaction.
func CountScoped(ctx context.Context, db *pg.DB, tenant string) (n int, err error) {
	err = db.RunInTransaction(ctx, func(tx *pg.Tx) error {
		if _, err := tx.Exec("SELECT set_config('app.tenant_id', ?, true)", tenant); err != nil {
			return err
		}
		n, err = count(tx)
		return err
	})
	return n, err
}

type Order struct {
	tableName struct{} `pg:"orders,alias:o"`

	ID       string
	TenantID string `pg:"tenant_id"`
	Total    int64
	Customer *Customer `pg:"rel:has-one"`
}

type Customer struct {
	ID       string `pg:",pk"`
	TenantID string
	Email    string
}

// Bad: models on the pool: the call that sends decides what is done.
func Models(ctx context.Context, db *pg.DB, ids []string) error {
	var orders []Order
	// sql: SELECT "o".* FROM "orders" AS "o" WHERE (total > ?) AND (o.id IN (?)) LIMIT ?
	if err := db.ModelContext(ctx, &orders).Where("total > ?", 1).WhereIn("o.id IN (?)", ids).Limit(10).Select(); err != nil { // want `SELECT on orders runs on the pool`
		return err
	}
	// sql: UPDATE "customers" AS "customer" SET email = ? WHERE ("customer"."id" = ?)
	if _, err := db.Model(&Customer{ID: "x"}).Set("email = ?", "y").WherePK().Update(); err != nil { // want `UPDATE on customers runs on the pool`
		return err
	}
	// sql: DELETE FROM "orders" AS "o" WHERE ((total = ?) OR (total = ?))
	_, err := db.Model((*Order)(nil)).WhereGroup(func(q *pg.Query) (*pg.Query, error) { // want `DELETE on orders runs on the pool`
		return q.Where("total = ?", 0).WhereOr("total = ?", 1), nil
	}).Delete()
	return err
}

// Fixed: on the scoped transaction.
func ModelsScoped(ctx context.Context, db *pg.DB, tenant string, order *Order, email string) error {
	return db.RunInTransaction(ctx, func(tx *pg.Tx) error {
		if _, err := tx.Exec("SELECT set_config('app.tenant_id', ?, true)", tenant); err != nil {
			return err
		}
		// sql: INSERT INTO "orders" AS "o" ("id", "tenant_id", "total") VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET total = EXCLUDED.total
		if _, err := tx.Model(order).OnConflict("(id) DO UPDATE").Set("total = EXCLUDED.total").Insert(); err != nil {
			return err
		}
		q := tx.Model((*Customer)(nil)).Column("id").Apply(ofTenant(tenant))
		if email != "" {
			q.Where("email = ?", email)
		}
		// sql: SELECT count(*) FROM "customers" AS "customer" WHERE (tenant_id = ?) AND ⟨…⟩
		_, err := q.Count()
		return err
	})
}

func ofTenant(id string) func(*pg.Query) (*pg.Query, error) {
	return func(q *pg.Query) (*pg.Query, error) { return q.Where("tenant_id = ?", id), nil }
}
