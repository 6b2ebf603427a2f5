package unscopedtx

import (
	"context"
	"database/sql"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/store"
	"example.com/corpus/tenant"
)

// Bad: nobody sets the context.
func Missing(ctx context.Context, pool *pgxpool.Pool) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "UPDATE orders SET total = 0"); err != nil { // want `UPDATE on orders in a transaction where the tenant context is not set on every path`
		return err
	}
	return tx.Commit(ctx)
}

// Bad: set after the query.
func Late(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil { // want `DELETE on orders in a transaction where the tenant context is not set`
			return err
		}
		return tenant.Set(ctx, tx, id)
	})
}

// Bad: on one branch only.
func Branch(ctx context.Context, db *sql.DB, id string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if id != "" {
		if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", id); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM customers"); err != nil { // want `DELETE on customers in a transaction where the tenant context is not set on every path`
		return err
	}
	return tx.Commit()
}

// Bad: on another transaction.
func Other(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	a, err := tenant.Begin(ctx, pool, id)
	if err != nil {
		return err
	}
	defer a.Rollback(ctx)
	b, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer b.Rollback(ctx)
	if _, err := a.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	_, err = b.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set`
	return err
}

// Bad: a nested rollback takes the context along.
func Nested(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		inner, err := tx.Begin(ctx)
		if err != nil {
			return err
		}
		if err := tenant.Set(ctx, inner, id); err != nil {
			return err
		}
		if err := inner.Rollback(ctx); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	})
}

// Suspect: the error is dropped.
func Dropped(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		tenant.Set(ctx, tx, id)
		_, err := tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs although the tenant context may have failed to be set`
		return err
	})
}

// Bad: the transaction is passed to a function that needs the context.
func remove(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "DELETE FROM customers")
	return err
}

func Passed(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		return remove(ctx, tx) // want `DELETE on customers in a transaction where the tenant context is not set`
	})
}

// Bad: generated queries on a transaction without context.
func Generated(ctx context.Context, pool *pgxpool.Pool) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	_, err = store.New(tx).ListOrders(ctx) // want `SELECT on orders in a transaction where the tenant context is not set`
	return err
}

// Fixed: a nested commit keeps what was set inside.
func NestedCommit(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		inner, err := tx.Begin(ctx)
		if err != nil {
			return err
		}
		if err := tenant.Set(ctx, inner, id); err != nil {
			return err
		}
		if err := inner.Commit(ctx); err != nil {
			return err
		}
		return remove(ctx, tx)
	})
}

// Fixed: set on both branches.
func Both(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, admin bool) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if admin {
		err = tenant.Set(ctx, tx, uuid.Nil)
	} else {
		err = tenant.Set(ctx, tx, id)
	}
	if err != nil {
		return err
	}
	if _, err = store.New(tx).ListOrders(ctx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Fixed: the row's Scan is where the error of QueryRow shows.
func Scanned(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		var got string
		if err := tx.QueryRow(ctx, "SELECT set_config('app.tenant_id', $1, true)", id.String()).Scan(&got); err != nil {
			return err
		}
		return remove(ctx, tx)
	})
}

// Bad: a helper drops the error and hands the transaction on. That is said once,
// here.
func begin(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (pgx.Tx, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	_, _ = tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id.String()) // want `the error of setting app.tenant_id is ignored: the handle goes on`
	return tx, nil
}

func with(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, fn func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		_ = tenant.Set(ctx, tx, id) // want `the error of setting app.tenant_id is ignored: the handle goes on`
		return fn(tx)
	})
}

func acquire(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (*pgxpool.Conn, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", id.String()) // want `the error of setting app.tenant_id is ignored: the handle goes on` `set for the session and not reset`
	return conn, nil
}

func Helped(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	tx, err := begin(ctx, pool, id)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := remove(ctx, tx); err != nil {
		return err
	}
	if err := with(ctx, pool, id, func(tx pgx.Tx) error { return remove(ctx, tx) }); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// The caller gets the error with the transaction, or the transaction and no error.
func both(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (tx pgx.Tx, err error) {
	if tx, err = pool.Begin(ctx); err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", id.String())
	return tx, err
}

// Another setting may fail.
func actor(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (pgx.Tx, error) {
	tx, err := both(ctx, pool, id)
	if err != nil {
		return nil, err
	}
	_, _ = tx.Exec(ctx, "SELECT set_config('app.actor', $1, true)", id.String())
	return tx, nil
}

func Acted(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) error {
	tx, err := actor(ctx, pool, id)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := remove(ctx, tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
