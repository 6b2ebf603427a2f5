// Package app wires the store.
package app

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/logins/opener"
	"example.com/corpus/logins/store"
)

// Bad: the whole store runs as a role that no policy binds, however careful it is.
func Serve(ctx context.Context, tenant string) (int64, error) {
	pool, err := opener.Service(ctx) // want `SELECT on orders runs over a handle that was opened with SUPABASE_DB_URL: row-level security does not bind its role`
	if err != nil {
		return 0, err
	}
	return store.New(pool).Total(ctx, tenant)
}

// Fixed.
func ServeFixed(ctx context.Context, tenant string) (int64, error) {
	pool, err := opener.App(ctx)
	if err != nil {
		return 0, err
	}
	return store.New(pool).Total(ctx, tenant)
}

// Bad: the login is an argument on the way.
func ServeConfigured(ctx context.Context, tenant string) (int64, error) {
	pool, err := opener.Open(ctx, os.Getenv("SUPABASE_DB_URL")) // want `SELECT on orders runs over a handle that was opened with SUPABASE_DB_URL` `reads SUPABASE_DB_URL`
	if err != nil {
		return 0, err
	}
	return store.New(pool).Total(ctx, tenant)
}

func ServeConfiguredFixed(ctx context.Context, tenant string) (int64, error) {
	pool, err := opener.Open(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return 0, err
	}
	return store.New(pool).Total(ctx, tenant)
}

// Bad: the migrations say that batch has BYPASSRLS.
func AsBatch(ctx context.Context, password, tenant string) (int64, error) {
	pool, err := pgxpool.New(ctx, fmt.Sprintf("postgres://batch:%s@db/app", url.QueryEscape(password))) // want `opened with role batch`
	if err != nil {
		return 0, err
	}
	defer pool.Close()
	return store.New(pool).Total(ctx, tenant)
}

func AsApp(ctx context.Context, password, tenant string) (int64, error) {
	pool, err := pgxpool.New(ctx, fmt.Sprintf("postgres://app:%s@db/app", url.QueryEscape(password)))
	if err != nil {
		return 0, err
	}
	defer pool.Close()
	return store.New(pool).Total(ctx, tenant)
}

// Bad: it owns the table, which isn't forced on its owner.
func AsOwner(ctx context.Context, tenant string) (int64, error) {
	pool, err := pgxpool.New(ctx, "host=db user=archivist dbname=app") // want `SELECT on archives runs as archivist, which owns the table`
	if err != nil {
		return 0, err
	}
	return store.Archived(ctx, pool, tenant)
}

// Its other tables are forced, or another's.
func AsOwnerElsewhere(ctx context.Context, tenant string) (int64, error) {
	pool, err := pgxpool.New(ctx, "host=db user=archivist dbname=app")
	if err != nil {
		return 0, err
	}
	return store.New(pool).Total(ctx, tenant)
}

// A session that steps down at once is bound by the policies.
func SteppedDown(ctx context.Context, tenant string) (int64, error) {
	cfg, err := pgxpool.ParseConfig(os.Getenv("SUPABASE_DB_URL")) // want `reads SUPABASE_DB_URL`
	if err != nil {
		return 0, err
	}
	cfg.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SET ROLE app")
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return 0, err
	}
	return store.New(pool).Total(ctx, tenant)
}

// Bad: it steps "down" to another role without bounds.
func SteppedAside(ctx context.Context, tenant string) (int64, error) {
	cfg, err := pgxpool.ParseConfig(os.Getenv("SUPABASE_DB_URL")) // want `reads SUPABASE_DB_URL`
	if err != nil {
		return 0, err
	}
	cfg.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SET ROLE batch") // want `switches to role batch`
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg) // want `opened with SUPABASE_DB_URL`
	if err != nil {
		return 0, err
	}
	return store.New(pool).Total(ctx, tenant)
}

// So is one by its parameters.
func Parameter(ctx context.Context, tenant string) (int64, error) {
	cfg, err := pgxpool.ParseConfig(os.Getenv("SUPABASE_DB_URL")) // want `reads SUPABASE_DB_URL`
	if err != nil {
		return 0, err
	}
	cfg.ConnConfig.RuntimeParams["role"] = "app"
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return 0, err
	}
	return store.New(pool).Total(ctx, tenant)
}

// And a transaction that does it itself, before it does anything else.
func StepDownLocally(ctx context.Context, tenant string) (total int64, err error) {
	pool, err := opener.Service(ctx)
	if err != nil {
		return 0, err
	}
	tx, err := pool.Begin(ctx)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SET LOCAL ROLE app"); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, "SELECT sum(total) FROM orders").Scan(&total)
	return total, err
}

// Bad: the transaction stays the login's.
func Locally(ctx context.Context, tenant string) (total int64, err error) {
	db, err := sql.Open("pgx", os.Getenv("SUPABASE_DB_URL")) // want `opened with SUPABASE_DB_URL` `reads SUPABASE_DB_URL`
	if err != nil {
		return 0, err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, "SELECT sum(total) FROM orders").Scan(&total)
	return total, err
}

// One or the other is decided by who runs it: servicerole says what there is to say.
func Either(ctx context.Context, tenant string) (int64, error) {
	dsn := os.Getenv("DATABASE_URL")
	if dsn == "" {
		dsn = os.Getenv("SUPABASE_DB_URL") // want `reads SUPABASE_DB_URL`
	}
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return 0, err
	}
	return store.New(pool).Total(ctx, tenant)
}

// Declared: what goes to the declared field is meant to bypass, and so is what a
// declared function returns.
func Wire(ctx context.Context, id string) (string, error) {
	owner, err := opener.Service(ctx)
	if err != nil {
		return "", err
	}
	pool, err := opener.App(ctx)
	if err != nil {
		return "", err
	}
	return store.NewAccounts(owner, pool).TenantOf(ctx, id)
}

func Migrate(ctx context.Context, tenant string) (int64, error) {
	pool, err := opener.System(ctx)
	if err != nil {
		return 0, err
	}
	return store.New(pool).Total(ctx, tenant)
}

// Bad: the pool is kept in a field of this package's own.
type App struct{ service *pgxpool.Pool }

func NewApp(ctx context.Context) (*App, error) {
	pool, err := opener.Service(ctx) // want `opened with SUPABASE_DB_URL`
	if err != nil {
		return nil, err
	}
	return &App{service: pool}, nil
}

func (a *App) Total(ctx context.Context, tenant string) (int64, error) {
	return store.New(a.service).Total(ctx, tenant)
}
