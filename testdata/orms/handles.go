package main

import (
	"context"

	pgxv4 "github.com/jackc/pgx/v4"
	poolv4 "github.com/jackc/pgx/v4/pgxpool"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
)

// A statement that was prepared on the pool runs there, whatever is open.
func sqlxBadStmt(ctx context.Context, dsn, tenant string) (out []string, err error) {
	db, err := sqlx.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	stmt, err := db.PreparexContext(ctx, "SELECT name FROM orders")
	if err != nil {
		return nil, err
	}
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	err = stmt.SelectContext(ctx, &out)
	return out, err
}

func sqlxFixedStmt(ctx context.Context, dsn, tenant string) (out []string, err error) {
	db, err := sqlx.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	stmt, err := db.PreparexContext(ctx, "SELECT name FROM orders")
	if err != nil {
		return nil, err
	}
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	err = tx.StmtxContext(ctx, stmt).SelectContext(ctx, &out)
	return out, err
}

func pgx4BadPool(ctx context.Context, dsn, _ string) (out []string, err error) {
	pool, err := poolv4.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	var name string
	_, err = pool.QueryFunc(ctx, "SELECT name FROM orders", nil, []any{&name}, func(pgxv4.QueryFuncRow) error {
		out = append(out, name)
		return nil
	})
	return out, err
}

func pgx4FixedBeginFunc(ctx context.Context, dsn, tenant string) (out []string, err error) {
	pool, err := poolv4.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	err = pool.BeginFunc(ctx, func(tx pgxv4.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		return tx.BeginFunc(ctx, func(nested pgxv4.Tx) error {
			var name string
			_, err := nested.QueryFunc(ctx, "SELECT name FROM orders", nil, []any{&name}, func(pgxv4.QueryFuncRow) error {
				out = append(out, name)
				return nil
			})
			return err
		})
	})
	return out, err
}

// A database/sql.DB over a pool is the pool.
func stdlibBadOverPool(ctx context.Context, dsn, _ string) (out []string, err error) {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	err = sqlx.NewDb(stdlib.OpenDBFromPool(pool), "pgx").SelectContext(ctx, &out, "SELECT name FROM orders")
	return out, err
}

type tenantKey struct{}

// And with its hooks, which run each time that a connection is taken.
func stdlibFixedHooked(ctx context.Context, dsn, tenant string) (out []string, err error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	config.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
		_, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", ctx.Value(tenantKey{}))
		return err == nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	db := sqlx.NewDb(stdlib.OpenDBFromPool(pool), "pgx")
	// An earlier tenant has used the connection.
	if err := db.SelectContext(context.WithValue(ctx, tenantKey{}, ""), &out, "SELECT name FROM orders"); err != nil {
		return nil, err
	}
	err = db.SelectContext(context.WithValue(ctx, tenantKey{}, tenant), &out, "SELECT name FROM orders")
	return out, err
}
