// Package copyintorls holds the examples of the rule copyintorls.
package copyintorls

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenantvet/tenantvet/internal/proof/examples/names"
)

// BadCopyFrom copies in the scope, which the server refuses all the same.
func BadCopyFrom(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		rows := pgx.CopyFromRows([][]any{{"a3", tenant}})
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"orders"}, []string{"name", "tenant_id"}, rows); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders WHERE name <> 'a3'"))
		return err
	})
	return orders, err
}

// BadText sends the statement itself. Where it works, nothing keeps a row from
// being another tenant's.
func BadText(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		if _, err := tx.Conn().PgConn().CopyFrom(ctx, strings.NewReader("a3\t"+tenant+"\n"), "COPY orders (name, tenant_id) FROM STDIN"); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders WHERE name <> 'a3'"))
		return err
	})
	return orders, err
}

func FixedBatch(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		batch := &pgx.Batch{}
		batch.Queue("INSERT INTO orders (name, tenant_id) VALUES ($1, $2)", "a3", tenant)
		if err := tx.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders WHERE name <> 'a3'"))
		return err
	})
	return orders, err
}

// FixedStaged copies into a table without policies, and inserts from there.
func FixedStaged(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "CREATE TEMPORARY TABLE staging (name text) ON COMMIT DROP"); err != nil {
			return err
		}
		rows := pgx.CopyFromRows([][]any{{"a3"}})
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"staging"}, []string{"name"}, rows); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "INSERT INTO orders (name, tenant_id) SELECT name, $1 FROM staging", tenant); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders WHERE name <> 'a3'"))
		return err
	})
	return orders, err
}
