package sessioncontext

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Bad: the connection goes back with the tenant on it.
func Conn(ctx context.Context, pool *pgxpool.Pool, tenantID string) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenantID); err != nil { // want `app.tenant_id is set for the session and not reset`
		return err
	}
	_, err = conn.Exec(ctx, "UPDATE orders SET total = 0")
	return err
}

// Bad: SET without LOCAL in a transaction outlives its commit.
func Tx(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SET app.tenant_id = '00000000-0000-0000-0000-000000000001'"); err != nil { // want `app.tenant_id is set for the session and not reset`
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit()
}

// Bad: on the pool itself.
func Pool(ctx context.Context, pool *pgxpool.Pool, tenantID string) error {
	_, err := pool.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenantID) // want `app.tenant_id is set for the session on a connection that goes straight back`
	return err
}

// Suspect: the reset's error is dropped.
func Dropped(ctx context.Context, pool *pgxpool.Pool, tenantID string) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenantID); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "UPDATE orders SET total = 0")
	conn.Exec(ctx, "RESET app.tenant_id") // want `the error of resetting app.tenant_id is ignored`
	return err
}

// Fixed: for the transaction only.
func Local(ctx context.Context, pool *pgxpool.Pool, tenantID string) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "UPDATE orders SET total = 0"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Fixed: reset on every path, and a connection that can't be reset is closed.
func Reset(ctx context.Context, pool *pgxpool.Pool, tenantID string) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if _, err := conn.Exec(context.WithoutCancel(ctx), "RESET app.tenant_id"); err != nil {
			conn.Conn().Close(ctx)
		}
		conn.Release()
	}()
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenantID); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "UPDATE orders SET total = 0")
	return err
}

// Settings that carry no tenant may stay.
func Other(ctx context.Context, pool *pgxpool.Pool) error {
	_, err := pool.Exec(ctx, "SET application_name = 'worker'")
	return err
}

// A pool that the function opens and closes itself has no other borrower.
func Own(ctx context.Context, dsn, tenantID string) error {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenantID)
	return err
}

// Bad: the batch's connection keeps what the batch sets for the session.
func Batch(ctx context.Context, pool *pgxpool.Pool, tenantID string) error {
	b := &pgx.Batch{}
	b.Queue("SELECT set_config('app.tenant_id', $1, false)", tenantID) // want `app.tenant_id is set for the session on a connection that goes straight back to the pool`
	b.Queue("UPDATE orders SET total = 0")
	return pool.SendBatch(ctx, b).Close()
}

func TxBatch(ctx context.Context, tx pgx.Tx, tenantID string) error {
	b := &pgx.Batch{}
	b.Queue("SELECT set_config('app.tenant_id', $1, false)", tenantID) // want `app.tenant_id is set for the session and not reset`
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "UPDATE orders SET total = 0")
	return err
}

// Fixed: for the transaction that the batch is.
func LocalBatch(ctx context.Context, pool *pgxpool.Pool, tenantID string) error {
	b := &pgx.Batch{}
	b.Queue("SELECT set_config('app.tenant_id', $1, true)", tenantID)
	b.Queue("UPDATE orders SET total = 0")
	return pool.SendBatch(ctx, b).Close()
}
