// Package repo keeps orders.
package repo

import (
	"context"

	"gorm.io/gorm"
)

// An Order is a row of orders.
type Order struct{ ID int64 }

// Orders is what the others know of the repository.
type Orders interface {
	Count(ctx context.Context) (int64, error)
}

type orders struct{ db *gorm.DB }

// New returns the repository behind its interface.
func New(db *gorm.DB) Orders { return &orders{db} }

func (r *orders) Count(ctx context.Context) (n int64, err error) {
	err = r.db.WithContext(ctx).Model(&Order{}).Count(&n).Error
	return n, err
}
