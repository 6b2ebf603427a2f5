// Package gorm reads and writes with gorm.io/gorm. A "sql:" comment is what
// the statement in the line below sends.
package gorm

import (
	"context"
	"fmt"

	"example.com/corpus/gorm/models"
	"github.com/google/uuid"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

type Order struct {
	ID         uuid.UUID
	TenantID   uuid.UUID `gorm:"type:uuid"`
	CustomerID string
	Total      int    `gorm:"column:total"`
	Note       string `gorm:"-"`
	Customer   Customer
	Lines      []Line
}

// Line has a table that no policy protects, and is deleted softly.
type Line struct {
	gorm.Model
	Text string
}

type Person struct {
	ID    string
	Email string
}

func (Person) TableName() string { return "customers" }

type Customer struct {
	ID       string
	TenantID string
}

type Country struct {
	Code string `gorm:"primaryKey"`
	Name string
}

func open(dsn string) (*gorm.DB, error) {
	return gorm.Open(postgres.Open(dsn), &gorm.Config{})
}

// Bad: statements on the connection pool.
func Report(dsn string) error {
	db, err := open(dsn)
	if err != nil {
		return err
	}
	var orders []Order
	// sql: SELECT * FROM "orders"
	if err := db.Find(&orders).Error; err != nil { // want `SELECT on orders runs on the pool`
		return err
	}
	var invoices []*models.Invoice
	if err := db.Find(&invoices).Error; err != nil { // want `SELECT on orders runs on the pool`
		return err
	}
	if err := db.Find(&[]models.Shard{}).Error; err != nil {
		return err
	}
	// sql: UPDATE "orders" SET "total" = ? WHERE "tenant_id" = ?
	return db.Model(&Order{}).Where("tenant_id", uuid.Nil).Update("total", 1).Error // want `UPDATE on orders runs on the pool`
}

// Bad: a transaction without context.
func Unscoped(dsn, id string) error {
	db, err := open(dsn)
	if err != nil {
		return err
	}
	return db.Transaction(func(tx *gorm.DB) error {
		// A string is SQL to gorm, not a key.
		// sql: DELETE FROM "customers" WHERE ⟨…⟩
		return tx.Delete(&Person{}, id).Error // want `DELETE on customers in a transaction where the tenant context is not set`
	})
}

// Bad: the context is set on the pool, where no transaction is open.
func Lost(dsn, tenant string) error {
	db, err := open(dsn)
	if err != nil {
		return err
	}
	// sql: SELECT set_config('app.tenant_id', ?, true)
	if err := db.Exec("SELECT set_config('app.tenant_id', ?, true)", tenant).Error; err != nil { // want `app.tenant_id is set for the transaction`
		return err
	}
	return nil
}

// Bad: formatted context, and an ignored error.
func Formatted(db *gorm.DB, tenant string) error {
	return db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec(fmt.Sprintf("SET LOCAL app.tenant_id = '%s'", tenant)).Error; err != nil { // want `tenant context app.tenant_id is built by formatting`
			return err
		}
		return tx.Create(&Order{}).Error
	})
}

func Ignored(db *gorm.DB, tenant string) error {
	return db.Transaction(func(tx *gorm.DB) error {
		tx.Exec("SELECT set_config('app.tenant_id', ?, true)", tenant)
		// sql: INSERT INTO "orders" ("id", "tenant_id", "customer_id", "total") VALUES (?, ?, ?, ?)
		return tx.Create(&Order{}).Error // want `INSERT on orders runs although the tenant context may have failed to be set`
	})
}

// Fixed: the context is set on the transaction, by each of the ways to begin one.
func Scoped(ctx context.Context, db *gorm.DB, tenant string, order *Order, ids []string) error {
	err := db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("SELECT set_config('app.tenant_id', ?, true)", tenant).Error; err != nil {
			return err
		}
		// sql: SELECT * FROM "orders" WHERE (tenant_id = ? AND total > ?) AND id IN (?) LIMIT 1
		if err := tx.Where("tenant_id = ? AND total > ?", tenant, 1).First(order, "id IN ?", ids).Error; err != nil {
			return err
		}
		var n int64
		// sql: SELECT count(*) FROM "orders" LEFT JOIN "customers" "Customer" ON ⟨…⟩ WHERE "orders"."tenant_id" = ? OR total = ?
		if err := tx.Model(&Order{}).Joins("Customer").Where(map[string]any{"tenant_id": tenant}).Or("total = ?", 1).Count(&n).Error; err != nil {
			return err
		}
		// sql: INSERT INTO "orders" ("id", "tenant_id", "customer_id", "total") VALUES (?, ?, ?, ?) ON CONFLICT ("id") DO UPDATE SET ⟨…⟩
		return tx.Save(order).Error
	})
	if err != nil {
		return err
	}
	tx := db.Begin()
	if tx.Error != nil {
		return tx.Error
	}
	defer tx.Rollback()
	var set string
	if err := tx.Raw("SELECT set_config('app.tenant_id', ?, true)", tenant).Scan(&set).Error; err != nil {
		return err
	}
	// sql: UPDATE "orders" SET "customer_id" = ?, "total" = total + 1 WHERE "orders"."tenant_id" = ? AND "orders"."id" = ?
	res := tx.Model(order).Where(&Order{TenantID: order.TenantID}).Updates(map[string]any{"total": gorm.Expr("total + 1"), "customer_id": "x"})
	if res.Error != nil {
		return res.Error
	}
	return tx.Commit().Error
}

// The many forms of conditions.
func Conditions(db *gorm.DB, tenant string, name *string) {
	tx := db.Begin()
	tx.Exec("SELECT set_config('app.tenant_id', ?, true)", tenant)
	var orders []*Order
	var line Line
	// sql: SELECT * FROM "lines" WHERE "lines"."id" = ? AND "lines"."deleted_at" IS NULL LIMIT 1
	tx.First(&line, 10)
	// sql: UPDATE "lines" SET "deleted_at" = ? WHERE (text = ? OR text = ?) AND "lines"."deleted_at" IS NULL
	tx.Where("text = ? OR text = ?", "a", "b").Delete(&Line{})
	// sql: DELETE FROM "lines" WHERE text = ?
	tx.Unscoped().Where("text = ?", "a").Delete(&Line{})
	// sql: SELECT id, name FROM countries AS c WHERE NOT (c.code = ?) GROUP BY c.code HAVING count(*) > ? ORDER BY c.code LIMIT ? OFFSET ?
	tx.Table("countries AS c").Select("id", "name").Not("c.code = ?", "de").Group("c.code").Having("count(*) > ?", 1).Order("c.code").Limit(1).Offset(2).Scan(&line)
	// sql: SELECT count(*) FROM "countries" WHERE "code" = ? AND "name" IN (?)
	tx.Model(&Country{}).Where(clause.Eq{Column: "code", Value: "de"}).Where(clause.IN{Column: "name"}).Count(new(int64))
	// sql: SELECT code FROM "countries" WHERE code IN (SELECT country FROM "lines" WHERE text = ? AND "lines"."deleted_at" IS NULL)
	tx.Model(&Country{}).Where("code IN (?)", tx.Model(&Line{}).Select("country").Where("text = ?", "x")).Pluck("code", new([]string))
	// sql: INSERT INTO "countries" ("code", "name") VALUES (?, ?) ON CONFLICT ("code") DO NOTHING
	tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "code"}}, DoNothing: true}).Create(&Country{})
	// sql: SELECT * FROM "countries" WHERE (name = ? OR name = ?) AND code = ?
	tx.Where(tx.Where("name = ?", "a").Or("name = ?", "b")).Where("code = ?", "c").Find(&[]Country{})
	q := tx.Model(&Order{}).Where("tenant_id = ?", tenant)
	if name != nil {
		q = q.Where("note = ?", *name)
	}
	// sql: SELECT * FROM "orders" WHERE tenant_id = ? AND ⟨…⟩
	q.Find(&orders) // want `SELECT on orders runs although the tenant context may have failed`
	p := tx.Model(&Country{})
	p.Where("code = ?", "de")
	if name != nil {
		p.Where("name = ?", *name)
	}
	// sql: SELECT * FROM "countries" WHERE code = ? AND ⟨…⟩
	p.Find(&[]Country{})
	// sql: SELECT * FROM "countries" WHERE tenant_id = ? LIMIT ?
	tx.Scopes(OfTenant(tenant), firstPage).Find(&[]Country{})
	// sql: SELECT * FROM "countries" WHERE code = ? LIMIT 1; INSERT INTO "countries" ("code", "name") VALUES (?, ?)
	tx.Where("code = ?", "de").FirstOrCreate(&Country{})
	tx.Commit()
}

func OfTenant(id string) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB { return db.Where("tenant_id = ?", id) }
}

func firstPage(db *gorm.DB) *gorm.DB { return db.Limit(10) }

// A repository: who builds it decides.
type Repository struct{ db *gorm.DB }

func NewRepository(db *gorm.DB) *Repository { return &Repository{db: db} }

// A field that gets its own value back says nothing about what that is.
func (r *Repository) Verbose() { r.db = r.db.Debug() }

func (r *Repository) List(ctx context.Context) (orders []Order, err error) {
	err = r.db.WithContext(ctx).Find(&orders).Error
	return orders, err
}

func Wired(dsn, tenant string) error {
	db, err := open(dsn)
	if err != nil {
		return err
	}
	if _, err := NewRepository(db).List(context.Background()); err != nil { // want `SELECT on orders runs on the pool`
		return err
	}
	return db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("SELECT set_config('app.tenant_id', ?, true)", tenant).Error; err != nil {
			return err
		}
		_, err := NewRepository(tx).List(context.Background())
		return err
	})
}

// Silent: what is behind the chain is not known, and tables without policies.
func Silent(db *gorm.DB, out any) error {
	// sql: SELECT * FROM ⟨…⟩ WHERE ⟨…⟩
	if err := db.Find(out).Error; err != nil {
		return err
	}
	// sql: INSERT INTO "countries" ("code", "name") VALUES (?, ?)
	return db.Create(&Country{}).Error
}

// Bad: the generic API runs on the DB that it is made of.
func Generic(ctx context.Context, dsn string) error {
	db, err := open(dsn)
	if err != nil {
		return err
	}
	// sql: SELECT * FROM "orders" WHERE total > ? LIMIT 1
	if _, err := gorm.G[Order](db).Where("total > ?", 1).First(ctx); err != nil { // want `SELECT on orders runs on the pool`
		return err
	}
	// sql: DELETE FROM "orders" WHERE id = ?
	_, err = gorm.G[Order](db).Where("id = ?", "x").Delete(ctx) // want `DELETE on orders runs on the pool`
	return err
}

// Fixed: on the transaction; its own Exec sets the context as well.
func GenericScoped(ctx context.Context, db *gorm.DB, tenant string, order *Order) error {
	return db.Transaction(func(tx *gorm.DB) error {
		if err := gorm.G[Order](tx).Exec(ctx, "SELECT set_config('app.tenant_id', ?, true)", tenant); err != nil {
			return err
		}
		if _, err := gorm.G[Order](tx).Where("id = ?", "x").Update(ctx, "total", 1); err != nil {
			return err
		}
		_, err := gorm.G[Order](tx).Raw("SELECT * FROM orders WHERE total > ?", 1).Find(ctx)
		return err
	})
}

func setTenant(tx *gorm.DB, tenant string) error {
	// sql: SELECT set_config('app.tenant_id', ?, true)
	return tx.Exec("SELECT set_config('app.tenant_id', ?, true)", tenant).Error
}

func inTenant(db *gorm.DB, tenant string, fn func(*gorm.DB) error) error {
	return db.Transaction(func(tx *gorm.DB) error {
		if err := setTenant(tx, tenant); err != nil {
			return err
		}
		return fn(tx)
	})
}

// Fixed: a function of its own sets the context on the transaction.
func BySetter(dsn, tenant string) (orders []Order, err error) {
	db, err := open(dsn)
	if err != nil {
		return nil, err
	}
	err = inTenant(db, tenant, func(tx *gorm.DB) error {
		// sql: SELECT * FROM "orders"
		return tx.Find(&orders).Error
	})
	return orders, err
}

// Bad: it is called with the pool.
func SetterOnPool(dsn, tenant string) error {
	db, err := open(dsn)
	if err != nil {
		return err
	}
	return setTenant(db, tenant) // want `app.tenant_id is set for the transaction, but the pool has none open`
}
