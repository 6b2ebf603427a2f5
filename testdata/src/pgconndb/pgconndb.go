// Package pgconndb goes below pgx: the connection of the wire protocol, its
// batches, pipelines and prepared statements, and what leads there.
package pgconndb

import (
	"context"
	"database/sql"
	"io"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
)

// Bad: each way to run a statement on the connection.
func Params(ctx context.Context, pool *pgxpool.Pool) error {
	return pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		_, err := c.Conn().PgConn().ExecParams(ctx, "DELETE FROM orders WHERE total = $1", nil, nil, nil, nil).Close() // want `DELETE on orders runs on a bare connection`
		return err
	})
}

func Prepared(ctx context.Context, pool *pgxpool.Pool) error {
	return pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		conn := c.Conn().PgConn()
		sd, err := conn.Prepare(ctx, "drop_orders", "DELETE FROM orders", nil)
		if err != nil {
			return err
		}
		if _, err := conn.ExecStatement(ctx, sd, nil, nil, nil).Close(); err != nil { // want `DELETE on orders runs on a bare connection`
			return err
		}
		_, err = conn.ExecPrepared(ctx, "drop_orders", nil, nil, nil).Close() // want `DELETE on orders runs on a bare connection`
		return err
	})
}

func Batched(ctx context.Context, conn *pgconn.PgConn) error {
	b := &pgconn.Batch{}
	b.ExecParams("DELETE FROM orders", nil, nil, nil, nil)
	return conn.ExecBatch(ctx, b).Close()
}

func Export(ctx context.Context, pool *pgxpool.Pool, w io.Writer) error {
	return pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		_, err := c.Conn().PgConn().CopyTo(ctx, w, "COPY orders TO STDOUT") // want `COPY on orders runs on a bare connection`
		return err
	})
}

func Send(ctx context.Context, pool *pgxpool.Pool) error {
	c, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer c.Release()
	return Batched(ctx, c.Conn().PgConn()) // want `DELETE on orders runs on a bare connection`
}

// Fixed: a pipeline is one transaction up to its Sync.
func Pipeline(ctx context.Context, pool *pgxpool.Pool, tenant []byte) error {
	return pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		p := c.Conn().PgConn().StartPipeline(ctx)
		p.SendQueryParams("SELECT set_config('app.tenant_id', $1, true)", [][]byte{tenant}, nil, nil, nil)
		p.SendQueryParams("DELETE FROM orders", nil, nil, nil, nil)
		return p.Close()
	})
}

// Bad: one that does not begin with the context.
func BarePipeline(ctx context.Context, pool *pgxpool.Pool) error {
	return pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		p := c.Conn().PgConn().StartPipeline(ctx)
		p.SendQueryParams("DELETE FROM orders", nil, nil, nil, nil) // want `DELETE on orders in a transaction where the tenant context is not set`
		return p.Close()
	})
}

// Silent: what a hijacked connection keeps, nobody else gets.
func Hijacked(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	c, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	conn := c.Hijack()
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenant); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "DELETE FROM orders")
	return err
}

// Silent: a batch can begin the transaction that goes on when it was sent. What
// is set in it is not followed there, and not guessed.
func Begun(ctx context.Context, conn *pgx.Conn, tenant string) error {
	b := &pgx.Batch{}
	b.BeginTx(pgx.TxOptions{})
	b.Queue("SELECT set_config('app.tenant_id', $1, true)", tenant)
	res := conn.SendBatch(ctx, b)
	tx := res.Tx()
	if err := res.Close(); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Bad: database/sql's connection, given to pgx by Raw.
func Raw(ctx context.Context, db *sql.DB) error {
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Raw(func(driverConn any) error {
		_, err := driverConn.(*stdlib.Conn).Conn().Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on a bare connection`
		return err
	})
}

// Bad: a database/sql.DB over the pool, and sqlx over that.
func Over(ctx context.Context, pool *pgxpool.Pool) (n int, err error) {
	db := sqlx.NewDb(stdlib.OpenDBFromPool(pool), "pgx")
	err = db.GetContext(ctx, &n, "SELECT count(*) FROM orders") // want `SELECT on orders runs on the pool`
	return n, err
}
