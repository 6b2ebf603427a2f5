package main

import (
	"context"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

type Order struct {
	Name     string
	TenantID string
}

func names(orders []Order) (out []string) {
	for _, o := range orders {
		out = append(out, o.Name)
	}
	return out
}

func open(dsn string) (*gorm.DB, error) { return gorm.Open(postgres.Open(dsn), &gorm.Config{}) }

// What Begin returns has no context.
func gormBadBegin(_ context.Context, dsn, _ string) ([]string, error) {
	db, err := open(dsn)
	if err != nil {
		return nil, err
	}
	tx := db.Begin()
	defer tx.Rollback()
	var orders []Order
	err = tx.Find(&orders).Error
	return names(orders), err
}

// The outer handle, inside of the transaction, is another connection.
func gormBadOuter(_ context.Context, dsn, tenant string) ([]string, error) {
	db, err := open(dsn)
	if err != nil {
		return nil, err
	}
	var orders []Order
	err = db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("SELECT set_config('app.tenant_id', ?, true)", tenant).Error; err != nil {
			return err
		}
		return db.Find(&orders).Error
	})
	return names(orders), err
}

func gormFixedTransaction(_ context.Context, dsn, tenant string) ([]string, error) {
	db, err := open(dsn)
	if err != nil {
		return nil, err
	}
	var orders []Order
	err = db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("SELECT set_config('app.tenant_id', ?, true)", tenant).Error; err != nil {
			return err
		}
		return tx.Find(&orders).Error
	})
	return names(orders), err
}

// A session of a transaction is the transaction.
func gormFixedSession(ctx context.Context, dsn, tenant string) ([]string, error) {
	db, err := open(dsn)
	if err != nil {
		return nil, err
	}
	tx := db.Begin()
	defer tx.Rollback()
	if err := tx.Exec("SELECT set_config('app.tenant_id', ?, true)", tenant).Error; err != nil {
		return nil, err
	}
	var orders []Order
	err = tx.Session(&gorm.Session{NewDB: true}).WithContext(ctx).Find(&orders).Error
	return names(orders), err
}

// A transaction in a transaction is a savepoint.
func gormFixedNested(_ context.Context, dsn, tenant string) ([]string, error) {
	db, err := open(dsn)
	if err != nil {
		return nil, err
	}
	var orders []Order
	err = db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("SELECT set_config('app.tenant_id', ?, true)", tenant).Error; err != nil {
			return err
		}
		return tx.Transaction(func(nested *gorm.DB) error { return nested.Find(&orders).Error })
	})
	return names(orders), err
}

func gormFixedGeneric(ctx context.Context, dsn, tenant string) ([]string, error) {
	db, err := open(dsn)
	if err != nil {
		return nil, err
	}
	var orders []Order
	err = db.Transaction(func(tx *gorm.DB) error {
		if err := gorm.G[Order](tx).Exec(ctx, "SELECT set_config('app.tenant_id', ?, true)", tenant); err != nil {
			return err
		}
		orders, err = gorm.G[Order](tx).Find(ctx)
		return err
	})
	return names(orders), err
}
