// Package models holds the rows of package gorm, and imports no database.
package models

// Invoice is a row of orders.
type Invoice struct {
	ID       string
	TenantID string
}

func (*Invoice) TableName() string { return "orders" }

// Shard is a row of a table that is decided at run time.
type Shard struct{ Name string }

func (s Shard) TableName() string { return "orders_" + s.Name }
