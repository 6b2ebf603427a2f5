// Package bypassrole holds the examples of the rule bypassrole.
package bypassrole

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenantvet/tenantvet/internal/proof/examples/names"
)

func BadRole(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "SET LOCAL ROLE app_support"); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}

// BadFlag uses the door that a policy leaves for batch work.
func BadFlag(ctx context.Context, pool *pgxpool.Pool, tenant string) (tickets []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "SET LOCAL app.bypass_rls = 'on'"); err != nil {
			return err
		}
		tickets, err = names.Pgx(tx.Query(ctx, "SELECT name FROM tickets"))
		return err
	})
	return tickets, err
}

// BadRowSecurity breaks for a role that the policies bind, and bypasses for one
// that they don't: it only says that they are in the way.
func BadRowSecurity(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "SET LOCAL row_security = off"); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}

func BadSQL(ctx context.Context, db *sql.DB, tenant string) ([]string, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, "SET LOCAL ROLE app_support"); err != nil {
		return nil, err
	}
	return names.SQL(tx.QueryContext(ctx, "SELECT name FROM orders"))
}

// BadLogin is careful in vain: no policy binds the login.
func BadLogin(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	config := pool.Config()
	config.ConnConfig.User = "app_batch"
	batch, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	defer batch.Close()
	return ordersOf(ctx, batch, tenant)
}

// BadOwner logs in as the owner of a table that isn't forced on its owner.
func BadOwner(ctx context.Context, pool *pgxpool.Pool, tenant string) (documents []string, err error) {
	config := pool.Config()
	config.ConnConfig.User = "app_owner"
	owner, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	defer owner.Close()
	err = pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		documents, err = names.Pgx(tx.Query(ctx, "SELECT name FROM documents"))
		return err
	})
	return documents, err
}

// FixedOwner reads a table that is forced.
func FixedOwner(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	config := pool.Config()
	config.ConnConfig.User = "app_owner"
	owner, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	defer owner.Close()
	return ordersOf(ctx, owner, tenant)
}

// BadGrant lets the application's role become one that no policy binds.
func BadGrant(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	config := pool.Config()
	config.ConnConfig.User = "postgres"
	admin, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	if _, err := admin.Exec(ctx, "GRANT app_batch TO app"); err != nil {
		return nil, err
	}
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "SET LOCAL ROLE app_batch"); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}

// FixedLogin steps down before it does anything else.
func FixedLogin(ctx context.Context, pool *pgxpool.Pool, tenant string) ([]string, error) {
	config := pool.Config()
	config.ConnConfig.User = "app_batch"
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SET ROLE app_readonly")
		return err
	}
	batch, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	defer batch.Close()
	return ordersOf(ctx, batch, tenant)
}

// ordersOf is right.
func ordersOf(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}

// FixedRole lowers its privileges instead.
func FixedRole(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "SET LOCAL ROLE app_readonly"); err != nil {
			return err
		}
		orders, err = names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
		return err
	})
	return orders, err
}

func FixedFlag(ctx context.Context, pool *pgxpool.Pool, tenant string) (tickets []string, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		tickets, err = names.Pgx(tx.Query(ctx, "SELECT name FROM tickets"))
		return err
	})
	return tickets, err
}

func FixedSQL(ctx context.Context, db *sql.DB, tenant string) ([]string, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, "SET LOCAL ROLE app_readonly"); err != nil {
		return nil, err
	}
	return names.SQL(tx.QueryContext(ctx, "SELECT name FROM orders"))
}
