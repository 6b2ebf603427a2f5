// Package bundb reads and writes with github.com/uptrace/bun. A "sql:" comment
// is what the statement in the line below sends.
package bundb

import (
	"context"
	"database/sql"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

type Order struct {
	bun.BaseModel `bun:"table:orders,alias:o"`

	ID       string `bun:"id,pk,type:uuid"`
	TenantID string `bun:"tenant_id"`
	Total    int64
	Customer *Customer `bun:"rel:belongs-to,join:customer_id=id"`
}

type Customer struct {
	ID       string `bun:",pk"`
	TenantID string
	Email    string
}

type Country struct {
	bun.BaseModel `bun:"countries"`
	Code          string    `bun:",pk"`
	DeletedAt     time.Time `bun:",soft_delete,nullzero"`
}

// Bad: the pool, and an IDB that is the pool.
func Pool(ctx context.Context, sqldb *sql.DB) (orders []Order, err error) {
	db := bun.NewDB(sqldb, pgdialect.New())
	// sql: SELECT "o".* FROM "orders" AS "o" WHERE (o.total > ?) AND (o.id IN (?))
	if err := db.NewSelect().Model(&orders).Where("o.total > ?", 1).Where("o.id IN (?)", bun.In([]string{"a"})).Scan(ctx); err != nil { // want `SELECT on orders runs on the pool`
		return nil, err
	}
	return orders, touch(ctx, db) // want `UPDATE on customers runs on the pool`
}

func touch(ctx context.Context, db bun.IDB) error {
	// sql: UPDATE "customers" AS "customer" SET email = ? WHERE ("customer"."id" = ?) RETURNING id
	_, err := db.NewUpdate().Model(&Customer{}).Set("email = ?", "x").WherePK().Returning("id").Exec(ctx)
	return err
}

// Bad: a transaction without context.
func Unscoped(ctx context.Context, db *bun.DB) error {
	return db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		// sql: DELETE FROM "orders" AS "o" WHERE (o.total = ?) OR (o.id = ?)
		_, err := tx.NewDelete().Model((*Order)(nil)).Where("o.total = ?", 0).WhereOr("o.id = ?", "x").Exec(ctx) // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	})
}

// Bad: the context is lost at once.
func Lost(ctx context.Context, db *bun.DB, tenant string) error {
	// sql: SET LOCAL app.tenant_id = ?
	_, err := db.ExecContext(ctx, "SET LOCAL app.tenant_id = ?", tenant) // want `app.tenant_id is set for the transaction`
	return err
}

// Fixed: bun writes the value into the text, so that SET takes it.
func Scoped(ctx context.Context, db *bun.DB, tenant string, order *Order) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SET LOCAL app.tenant_id = ?", tenant); err != nil {
		return err
	}
	// sql: INSERT INTO "orders" AS "o" ("id", "tenant_id", "total") VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET total = EXCLUDED.total
	if _, err := tx.NewInsert().Model(order).On("CONFLICT (id) DO UPDATE").Set("total = EXCLUDED.total").Exec(ctx); err != nil {
		return err
	}
	// sql: SELECT count(*) FROM "orders" AS "o" JOIN customers AS c ON c.id = o.customer_id WHERE (o.tenant_id = ? AND c.email = ?) AND ((o.total > ?) OR (o.total = ?))
	if _, err := tx.NewSelect().Model(order).Join("JOIN customers AS c ON c.id = o.customer_id").Where("o.tenant_id = ? AND c.email = ?", tenant, "x").
		WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("o.total > ?", 1).WhereOr("o.total = ?", 0)
		}).Count(ctx); err != nil {
		return err
	}
	// sql: UPDATE "orders" AS "o" SET "tenant_id" = ?, "total" = ? WHERE ("o"."id" = ?)
	if _, err := tx.NewUpdate().Model(order).WherePK().Exec(ctx); err != nil {
		return err
	}
	return tx.Commit()
}

// A query is changed in place, here on some paths only.
func InPlace(ctx context.Context, tx bun.Tx, tenant, name string, apply func(*bun.SelectQuery) *bun.SelectQuery) error {
	var n int
	q := tx.NewSelect().Table("countries").ColumnExpr("count(*)").Where("code = ?", "de")
	if name != "" {
		q.Where("name = ?", name)
	}
	// sql: SELECT count(*) FROM "countries" WHERE (code = ?) AND ⟨…⟩
	if err := q.Scan(ctx, &n); err != nil {
		return err
	}
	mine := tx.NewSelect().Model((*Country)(nil)).Column("code").Apply(firstPage)
	// sql: SELECT code FROM countries AS c WHERE (c.code IN (SELECT "code" FROM "countries" AS "country" WHERE "country"."deleted_at" IS NULL LIMIT ?)) AND ⟨…⟩
	if err := tx.NewSelect().TableExpr("countries AS c").ColumnExpr("code").Where("c.code IN (?)", mine).Apply(apply).Scan(ctx, &n); err != nil {
		return err
	}
	// sql: UPDATE "countries" AS "country" SET "deleted_at" = ? WHERE (code = ?) AND "country"."deleted_at" IS NULL
	if _, err := tx.NewDelete().Model((*Country)(nil)).Where("code = ?", "de").Exec(ctx); err != nil {
		return err
	}
	// sql: SELECT code FROM countries WHERE code = ?
	return tx.NewRaw("SELECT code FROM countries WHERE code = ?", "de").Scan(ctx, &n)
}

// A function that can't be seen takes a query and returns one: it goes on with it.
func Elsewhere(ctx context.Context, tx bun.Tx, filter func(*bun.SelectQuery) (*bun.SelectQuery, error)) error {
	q, err := filter(tx.NewSelect().Model((*Country)(nil)).Column("code"))
	if err != nil {
		return err
	}
	// sql: SELECT "code" FROM "countries" AS "country" WHERE "country"."deleted_at" IS NULL AND ⟨…⟩
	return q.Scan(ctx)
}

func firstPage(q *bun.SelectQuery) *bun.SelectQuery { return q.Limit(10) }

// Bad: TRUNCATE asks no policy; and queries made by function, or on the
// connection of another query.
func Emptied(ctx context.Context, db *bun.DB) error {
	// sql: TRUNCATE TABLE "orders"
	if _, err := db.NewTruncateTable().Model((*Order)(nil)).Exec(ctx); err != nil { // want `TRUNCATE of orders`
		return err
	}
	// sql: SELECT "o".* FROM "orders" AS "o"
	if _, err := bun.NewSelectQuery(db).Model((*Order)(nil)).Exec(ctx); err != nil { // want `SELECT on orders runs on the pool`
		return err
	}
	// sql: DELETE FROM orders WHERE id = ?
	_, err := bun.NewRawQuery(db, "DELETE FROM orders WHERE id = ?", "x").Exec(ctx) // want `DELETE on orders runs on the pool`
	return err
}
