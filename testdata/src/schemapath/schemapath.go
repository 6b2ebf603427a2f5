// Package schemapath has a schema for each tenant, which search_path names.
package schemapath

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type schemaKey struct{}

func schemaOf(ctx context.Context) string {
	schema, _ := ctx.Value(schemaKey{}).(string)
	return schema
}

// Bad: the connection goes straight back.
func OnPool(ctx context.Context, pool *pgxpool.Pool) error {
	_, err := pool.Exec(ctx, "SET search_path TO "+pgx.Identifier{schemaOf(ctx)}.Sanitize()) // want `search_path is set for the session on a connection that goes straight back to the pool: its next borrower's statements run in this tenant's schema`
	return err
}

// Bad: it goes back when the work is done.
func OnConn(ctx context.Context, db *sql.DB, schema string) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT set_config('search_path', $1, false)", schema); err != nil { // want `search_path is set for the session and not reset before the connection goes back to the pool: its next borrower's statements run`
		return err
	}
	_, err = conn.ExecContext(ctx, "DELETE FROM notices")
	return err
}

// Bad: what a caller passes gets into the text.
func Formatted(ctx context.Context, pool *pgxpool.Pool, schema string) error {
	_, err := pool.Exec(ctx, fmt.Sprintf("SET search_path = %s, public", schema)) // want `search_path is built by formatting` `search_path is set for the session on a connection`
	return err
}

// Bad: no transaction is open.
func Lost(ctx context.Context, pool *pgxpool.Pool) error {
	if _, err := pool.Exec(ctx, "SELECT set_config('search_path', $1, true)", schemaOf(ctx)); err != nil { // want `search_path is set for the transaction, but the pool has none open`
		return err
	}
	_, err := pool.Exec(ctx, "DELETE FROM notices")
	return err
}

// Fixed: for the transaction.
func Local(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('search_path', $1, true)", schemaOf(ctx)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM notices")
		return err
	})
}

// Fixed: it is taken back before the connection is.
func Back(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT set_config('search_path', $1, false)", schemaOf(ctx)); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "SET search_path TO public"); err != nil {
		conn.Hijack().Close(ctx)
		return err
	}
	return nil
}

// Silent: the schema of all.
func Constant(ctx context.Context, pool *pgxpool.Pool) error {
	_, err := pool.Exec(ctx, "SET search_path TO public")
	return err
}

// Options are the program's.
type Options struct{ Schema string }

// Silent: one schema, which the configuration names.
func Configured(ctx context.Context, pool *pgxpool.Pool, opts Options) error {
	_, err := pool.Exec(ctx, "SET search_path TO "+pgx.Identifier{opts.Schema}.Sanitize())
	return err
}

// Silent: the connection is the function's own, and ends with it.
func Own(ctx context.Context, url, schema string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "SELECT set_config('search_path', $1, false)", schema)
	return err
}
