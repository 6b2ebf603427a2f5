// Package dbtx has repositories over an interface that pools and transactions
// implement.
package dbtx

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/programs/names"
)

type DBTX interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

type Orders struct{ db DBTX }

func NewOrders(db DBTX) *Orders { return &Orders{db: db} }

func (o *Orders) List(ctx context.Context) ([]string, error) {
	return names.Pgx(o.db.Query(ctx, "SELECT name FROM orders"))
}

func archive(ctx context.Context, db DBTX) error {
	_, err := db.Exec(ctx, "UPDATE orders SET archived = true")
	return err
}

// A Service keeps the pool, and repositories for each transaction.
type Service struct{ pool *pgxpool.Pool }

func (s *Service) list(ctx context.Context, tenant string) ([]string, error) {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	if err := archive(ctx, tx); err != nil {
		return nil, err
	}
	orders, err := NewOrders(tx).List(ctx)
	if err != nil {
		return nil, err
	}
	return orders, tx.Commit(ctx)
}

func Repository(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	return (&Service{pool}).list(ctx, tenant)
}
