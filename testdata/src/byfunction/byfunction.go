// Package byfunction sets the tenant's context through functions of the schema.
package byfunction

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Silent: the function sets it for the transaction, whatever it does besides.
func Entered(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT ctx.enter($1)", tenant); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

func enter(ctx context.Context, tx pgx.Tx, tenant string) error {
	_, err := tx.Exec(ctx, "SELECT enter_by_text($1)", tenant)
	return err
}

// Silent: so does one that puts the statement together.
func EnteredByText(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := enter(ctx, tx, tenant); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// Bad: the query comes first.
func Late(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil { // want `DELETE on orders in a transaction where the tenant context is not set on every path before it`
			return err
		}
		_, err := tx.Exec(ctx, "SELECT ctx.enter($1, NULL)", tenant)
		return err
	})
}

// Bad: on the pool it ends with the statement.
func Lost(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	_, err := pool.Exec(ctx, "SELECT ctx.enter($1)", tenant) // want `app.tenant_id is set for the transaction, but the pool has none open`
	return err
}

// Bad: this one is for the session.
func Session(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	_, err := pool.Exec(ctx, "SELECT enter_session($1)", tenant) // want `app.tenant_id is set for the session on a connection that goes straight back to the pool`
	return err
}

// Silent: and taken back before the connection is.
func Reset(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "SELECT enter_session($1)", tenant); err != nil {
		_ = conn.Conn().Close(ctx)
		conn.Release()
		return err
	}
	defer func() {
		if _, err := conn.Exec(ctx, "SELECT leave_session()"); err != nil {
			_ = conn.Conn().Close(ctx)
		}
		conn.Release()
	}()
	_, err = conn.Exec(ctx, "DELETE FROM orders")
	return err
}

// Silent, and unknown: the function may return without having set it.
func Perhaps(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT enter_if($1)", tenant); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// Bad: a function with a SET clause sets it for itself.
func Within(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT enter_within($1)", tenant); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set on every path before it`
		return err
	})
}

// Silent, and unknown: what the function catches takes it back.
func PerhapsCaught(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT enter_or_not($1)", tenant); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// Bad: a value in the text is none that is bound.
func Formatted(ctx context.Context, tx pgx.Tx, tenant string) error {
	_, err := tx.Exec(ctx, fmt.Sprintf("SELECT enter_by_text('%s')", tenant)) // want `tenant context app.tenant_id is built by formatting a value into SQL`
	return err
}
