package outerhandle

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenantvet/tenantvet/internal/proof/examples/names"
)

// DBTX, Queries and the functions below have the shape of sqlc's output.
type DBTX interface {
	Query(context.Context, string, ...any) (pgx.Rows, error)
}

func New(db DBTX) *Queries { return &Queries{db: db} }

type Queries struct{ db DBTX }

func (q *Queries) WithTx(tx pgx.Tx) *Queries { return &Queries{db: tx} }

const listOrders = `-- name: ListOrders :many
SELECT name FROM orders
`

func (q *Queries) ListOrders(ctx context.Context) ([]string, error) {
	return names.Pgx(q.db.Query(ctx, listOrders))
}

// A Store keeps a pool and queries on it, as services do.
type Store struct {
	pool    *pgxpool.Pool
	queries *Queries
}

func NewStore(pool *pgxpool.Pool) *Store {
	return &Store{pool: pool, queries: New(pool)}
}

func (s *Store) BadReceiverPool(ctx context.Context, tenant string) (orders []string, err error) {
	err = withTenant(ctx, s.pool, tenant, func(tx pgx.Tx) error {
		orders, err = names.Pgx(s.pool.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}

func (s *Store) BadQueries(ctx context.Context, tenant string) (orders []string, err error) {
	err = withTenant(ctx, s.pool, tenant, func(tx pgx.Tx) error {
		orders, err = s.queries.ListOrders(ctx)
		return err
	})
	return orders, err
}

func (s *Store) FixedReceiver(ctx context.Context, tenant string) (orders []string, err error) {
	err = withTenant(ctx, s.pool, tenant, func(tx pgx.Tx) error {
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}

func (s *Store) FixedQueries(ctx context.Context, tenant string) (orders []string, err error) {
	err = withTenant(ctx, s.pool, tenant, func(tx pgx.Tx) error {
		orders, err = s.queries.WithTx(tx).ListOrders(ctx)
		return err
	})
	return orders, err
}
