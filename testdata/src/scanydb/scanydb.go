// Package scanydb reads rows with scany: the handle is an argument.
package scanydb

import (
	"context"
	"database/sql"

	pgxscan4 "github.com/georgysavva/scany/pgxscan"
	"github.com/georgysavva/scany/v2/pgxscan"
	"github.com/georgysavva/scany/v2/sqlscan"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	poolv4 "github.com/jackc/pgx/v4/pgxpool"
)

type order struct{ ID string }

// Bad: the pool, with each of the packages.
func List(ctx context.Context, pool *pgxpool.Pool) (out []order, err error) {
	err = pgxscan.Select(ctx, pool, &out, "SELECT id FROM orders WHERE total > $1", 1) // want `SELECT on orders runs on the pool`
	return out, err
}

func First(ctx context.Context, db *sql.DB) (o order, err error) {
	err = sqlscan.Get(ctx, db, &o, "SELECT id FROM orders LIMIT 1") // want `SELECT on orders runs on the pool`
	return o, err
}

func Old(ctx context.Context, pool *poolv4.Pool) (out []order, err error) {
	err = pgxscan4.Select(ctx, pool, &out, "SELECT id FROM orders") // want `SELECT on orders runs on the pool`
	return out, err
}

func Own(ctx context.Context, api *pgxscan.API, pool *pgxpool.Pool) (out []order, err error) {
	err = api.Select(ctx, pool, &out, "SELECT id FROM orders") // want `SELECT on orders runs on the pool`
	return out, err
}

// Fixed: the scoped transaction; and the caller's decision.
func Scoped(ctx context.Context, pool *pgxpool.Pool, tenant string) (out []order, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		if err := pgxscan.Select(ctx, tx, &out, "SELECT id FROM orders"); err != nil {
			return err
		}
		_, err := find(ctx, tx, "x")
		return err
	})
	return out, err
}

func find(ctx context.Context, q pgxscan.Querier, id string) (*order, error) {
	var o order
	if err := pgxscan.Get(ctx, q, &o, "SELECT id FROM orders WHERE id = $1", id); err != nil {
		return nil, err
	}
	return &o, nil
}

func Find(ctx context.Context, pool *pgxpool.Pool, id string) (*order, error) {
	return find(ctx, pool, id) // want `SELECT on orders runs on the pool`
}

// ScanAll reads rows that a query has returned: the query is what counts.
func Rows(ctx context.Context, pool *pgxpool.Pool) (out []order, err error) {
	rows, err := pool.Query(ctx, "SELECT id FROM orders") // want `SELECT on orders runs on the pool`
	if err != nil {
		return nil, err
	}
	return out, pgxscan.ScanAll(&out, rows)
}
