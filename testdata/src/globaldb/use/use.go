// Package use runs queries on another package's variable.
package use

import (
	"gorm.io/gorm"

	"example.com/corpus/globaldb"
)

// An Order is a row of orders.
type Order struct{ ID int64 }

// Bad: nothing but the root handle is ever put into the variable.
func List() (orders []Order, err error) {
	err = globaldb.DB.Where("id > ?", 1).Find(&orders).Error // want `SELECT on orders runs on the pool`
	return orders, err
}

// Bad: a transaction begun on it has no context either.
func Create(order *Order) error {
	return globaldb.DB.Transaction(func(tx *gorm.DB) error {
		return tx.Create(order).Error // want `INSERT on orders in a transaction where the tenant context is not set on every path before it: the server refuses the row, or takes any tenant's`
	})
}

// Fixed: in a transaction that sets it.
func Scoped(tenant string) (orders []Order, err error) {
	err = globaldb.InTenant(tenant, func(tx *gorm.DB) error { return tx.Find(&orders).Error })
	return orders, err
}

// Silent, and unknown: what is in this one varies.
func Varying() (orders []Order, err error) {
	err = globaldb.Any.Find(&orders).Error
	return orders, err
}
