// Package globaldb keeps its handles in package variables, as many programs do.
package globaldb

import (
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// DB is the root handle.
var DB *gorm.DB

// Any is set to this and that.
var Any *gorm.DB

// Connect opens the database.
func Connect(dsn string) error {
	db, err := gorm.Open(postgres.Open(dsn))
	if err != nil {
		return err
	}
	DB = db.Debug()
	Any = db
	return nil
}

// Use sets Any.
func Use(tx *gorm.DB) { Any = tx }

// InTenant runs fn in a transaction with the tenant's context.
func InTenant(tenant string, fn func(tx *gorm.DB) error) error {
	return DB.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("SELECT set_config('app.tenant_id', ?, true)", tenant).Error; err != nil {
			return err
		}
		return fn(tx)
	})
}
