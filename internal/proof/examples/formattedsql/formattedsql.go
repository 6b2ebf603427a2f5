// Package formattedsql holds the examples of the rule formattedsql. Who is at
// work is known from the login; what is left out of the list comes from the
// client.
package formattedsql

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenantvet/tenantvet/internal/proof/examples/names"
)

// login is the tenant that is logged in.
const login = "aaaaaaaa-0000-4000-8000-000000000001"

func BadLiteral(ctx context.Context, pool *pgxpool.Pool, term string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", login); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders WHERE name <> '"+term+"'"))
		return err
	})
	return orders, err
}

func BadSprintf(ctx context.Context, pool *pgxpool.Pool, term string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", login); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, fmt.Sprintf("SELECT name FROM orders WHERE name <> '%s'", term)))
		return err
	})
	return orders, err
}

func BadSQL(ctx context.Context, db *sql.DB, term string) ([]string, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", login); err != nil {
		return nil, err
	}
	return names.SQL(tx.QueryContext(ctx, "SELECT name FROM orders WHERE name <> '"+term+"'"))
}

func FixedBound(ctx context.Context, pool *pgxpool.Pool, term string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", login); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders WHERE name <> $1", term))
		return err
	})
	return orders, err
}

func FixedSQL(ctx context.Context, db *sql.DB, term string) ([]string, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", login); err != nil {
		return nil, err
	}
	return names.SQL(tx.QueryContext(ctx, "SELECT name FROM orders WHERE name <> $1", term))
}
