// Package spelled spells out the texts of package words: in a constant, and in
// functions of the same names, where they are sent.
package spelled

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const SetTenant = "SET LOCAL app.tenant_id = $1"

func Constant(ctx context.Context, tx pgx.Tx, id string) error {
	_, err := tx.Exec(ctx, "SET LOCAL app.tenant_id = $1", id) // want `SET app.tenant_id with a placeholder`
	return err
}

func Query(ctx context.Context, pool *pgxpool.Pool) error {
	_, err := pool.Exec(ctx, "SELECT name FROM orders") // want `SELECT on orders runs on the pool`
	return err
}
