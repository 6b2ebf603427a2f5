package queries

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/programs/names"
)

// DBTX, Queries and what follows have the shape of sqlc's output.
type DBTX interface {
	Exec(context.Context, string, ...any) (pgconn.CommandTag, error)
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

const archiveOrders = `-- name: ArchiveOrders :exec
UPDATE orders SET archived = true
`

func (q *Queries) ArchiveOrders(ctx context.Context) error {
	_, err := q.db.Exec(ctx, archiveOrders)
	return err
}

const setTenant = `-- name: SetTenant :exec
SELECT set_config('app.tenant_id', $1, true)
`

func (q *Queries) SetTenant(ctx context.Context, tenant string) error {
	_, err := q.db.Exec(ctx, setTenant, tenant)
	return err
}
