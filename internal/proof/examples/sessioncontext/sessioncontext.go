// Package sessioncontext holds the examples of the rule sessioncontext.
package sessioncontext

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenantvet/tenantvet/internal/proof/examples/names"
)

func BadConn(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenant); err != nil {
		return nil, err
	}
	return names.Pgx(conn.Query(ctx, "SELECT name FROM orders"))
}

// BadTx sets the context in a transaction, but for the session: it survives the commit.
func BadTx(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenant); err != nil {
		return nil, err
	}
	orders, err := names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
	if err != nil {
		return nil, err
	}
	return orders, tx.Commit(ctx)
}

// BadSchema names the tenant's schema for the session: the next borrower's statements
// run in it.
func BadSchema(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	schema := pgx.Identifier{tenant}.Sanitize() + ", public"
	if _, err := tx.Exec(ctx, "SELECT set_config('search_path', $1, false)", schema); err != nil {
		return nil, err
	}
	orders, err := names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
	if err != nil {
		return nil, err
	}
	return orders, tx.Commit(ctx)
}

func FixedSchema(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	schema := pgx.Identifier{tenant}.Sanitize() + ", public"
	if _, err := tx.Exec(ctx, "SELECT set_config('search_path', $1, true)", schema); err != nil {
		return nil, err
	}
	orders, err := names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
	if err != nil {
		return nil, err
	}
	return orders, tx.Commit(ctx)
}

// BadRole steps down for the session: the next borrower works as that role.
func BadRole(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, "SET ROLE app_readonly"); err != nil {
		return nil, err
	}
	orders, err := names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
	if err != nil {
		return nil, err
	}
	return orders, tx.Commit(ctx)
}

func BadSQL(ctx context.Context, db *sql.DB, tenant string) ([]string, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenant); err != nil {
		return nil, err
	}
	return names.SQL(conn.QueryContext(ctx, "SELECT name FROM orders"))
}

func FixedConn(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}

// FixedReset gives the connection back clean, or not at all. It does so too
// when the caller's context has ended.
func FixedReset(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		ctx := context.WithoutCancel(ctx)
		if _, err := conn.Exec(ctx, "RESET app.tenant_id"); err != nil {
			conn.Hijack().Close(ctx)
			return
		}
		conn.Release()
	}()
	if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenant); err != nil {
		return nil, err
	}
	return names.Pgx(conn.Query(ctx, "SELECT name FROM orders"))
}

func FixedTx(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	orders, err := names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
	if err != nil {
		return nil, err
	}
	return orders, tx.Commit(ctx)
}

func FixedRole(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, "SET LOCAL ROLE app_readonly"); err != nil {
		return nil, err
	}
	orders, err := names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
	if err != nil {
		return nil, err
	}
	return orders, tx.Commit(ctx)
}

func FixedSQL(ctx context.Context, db *sql.DB, tenant string) ([]string, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	return names.SQL(tx.QueryContext(ctx, "SELECT name FROM orders"))
}
