// Package otherdb counts orders in PostgreSQL, as its neighbours do elsewhere.
package otherdb

import (
	"context"
	"database/sql"
)

// A Store counts orders.
type Store struct{ db *sql.DB }

// Open opens a store with a driver that the configuration names.
func Open(driver, dsn string) (*Store, error) {
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, err
	}
	return &Store{db}, nil
}

// Bad: it may be PostgreSQL.
func (s *Store) Count(ctx context.Context, tenant string) (n int, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT count(*) FROM orders WHERE tenant_id = $1", tenant).Scan(&n) // want `SELECT on orders runs on the pool`
	return n, err
}
