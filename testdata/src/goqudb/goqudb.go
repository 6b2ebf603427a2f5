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

type order struct {
	ID       string `db:"id"`
	TenantID string `db:"tenant_id"`
	Total    int64  `db:"total"`
}

var dialect = goqu.Dialect("postgres")

// Bad: datasets of the pool, run by themselves.
func Built(ctx context.Context, sqldb *sql.DB, tenant string) (orders []order, err error) {
	db := dialect.DB(sqldb)
	// sql: SELECT * FROM "orders" WHERE ("tenant_id" = ? AND "total" > ?)
	if err := db.From("orders").Where(goqu.Ex{"tenant_id": tenant, "total": goqu.Op{"gt": 1}}).ScanStructsContext(ctx, &orders); err != nil { // want `SELECT on orders runs on the pool`
		return nil, err
	}
	// sql: UPDATE "orders" SET "total" = "total" + ? WHERE "id" = ? RETURNING "id"
	if _, err := db.Update("orders").Set(goqu.Record{"total": goqu.L("? + ?", goqu.C("total"), 1)}).Where(goqu.C("id").Eq("x")).Returning("id").Executor().ExecContext(ctx); err != nil { // want `UPDATE on orders runs on the pool`
		return nil, err
	}
	// sql: DELETE FROM "customers" WHERE ("email" IS NULL OR "email" IN (?))
	_, err = db.Delete("customers").Where(goqu.Or(goqu.C("email").IsNull(), goqu.C("email").In("a", "b"))).Executor().Exec() // want `DELETE on customers runs on the pool`
	return orders, err
}

// Bad: TRUNCATE asks no policy.
func Emptied(db *goqu.Database) error {
	// sql: TRUNCATE TABLE "orders"
	_, err := db.Truncate("orders").Executor().Exec() // want `TRUNCATE of orders`
	return err
}

// Bad: the text of a dataset, sent over the pool; a condition that some paths add.
func Text(ctx context.Context, db *sql.DB, name string) error {
	ds := dialect.From(goqu.T("orders").As("o")).
		Join(goqu.I("customers").As("c"), goqu.On(goqu.I("c.id").Eq(goqu.I("o.id")))).
		Select("o.id", goqu.COUNT("*").As("n")).GroupBy("o.id").Order(goqu.I("o.id").Asc()).Limit(10)
	if name != "" {
		ds = ds.Where(goqu.I("c.email").ILike(name))
	}
	query, args, err := ds.ToSQL()
	if err != nil {
		return err
	}
	// sql: SELECT "o"."id", COUNT(*) AS "n" FROM "orders" AS "o" JOIN "customers" AS "c" ON ("c"."id" = "o"."id") WHERE ⟨…⟩ GROUP BY "o"."id" LIMIT ?
	_, err = db.ExecContext(ctx, query, args...) // want `SELECT on orders runs on the pool`
	return err
}

// Fixed: the datasets of a scoped transaction, rows as structs and as lists.
func BuiltScoped(ctx context.Context, db *goqu.Database, tenant string, o order) error {
	return db.WithTx(func(tx *goqu.TxDatabase) error {
		if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		// sql: INSERT INTO "orders" ("id", "tenant_id", "total") VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET "total" = ?
		if _, err := tx.Insert("orders").Rows(o).OnConflict(goqu.DoUpdate("id", goqu.Record{"total": o.Total})).Executor().ExecContext(ctx); err != nil {
			return err
		}
		// sql: INSERT INTO "customers" ("id", "email") VALUES (?, ?) ON CONFLICT DO NOTHING
		if _, err := tx.Insert("customers").Cols("id", "email").Vals(goqu.Vals{"x", "y"}).OnConflict(goqu.DoNothing()).Executor().Exec(); err != nil {
			return err
		}
		// sql: SELECT COUNT(*) FROM "orders" WHERE "id" IN (SELECT "id" FROM "countries" WHERE "code" = ?) AND "total" >= ?
		_, err := tx.From("orders").Where(goqu.C("id").In(dialect.From("countries").Select("id").Where(goqu.Ex{"code": "de"})), goqu.C("total").Gte(1)).CountContext(ctx)
		return err
	})
}
