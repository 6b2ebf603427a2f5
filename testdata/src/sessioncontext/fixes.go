package sessioncontext

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// In a transaction the fix is a word.
func Config(ctx context.Context, pool *pgxpool.Pool, tenantID string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenantID); err != nil { // want `app.tenant_id is set for the session and not reset`
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0")
		return err
	})
}

func Bound(ctx context.Context, tx pgx.Tx, tenantID string) error {
	_, err := tx.Exec(ctx, "SELECT set_config($1, $2, $3)", "app.tenant_id", tenantID, false) // want `app.tenant_id is set for the session and not reset`
	return err
}

func Keyword(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `
		SET SESSION app.tenant_id = '00000000-0000-0000-0000-000000000001'`) // want `app.tenant_id is set for the session and not reset`
	return err
}

func Role(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SET ROLE app_readonly") // want `role is set for the session and not reset`
	return err
}

// No fix: the connection goes on after the transaction, and what runs on it then
// relies on the setting.
func GoesOn(ctx context.Context, pool *pgxpool.Pool, tenantID string) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenantID) // want `app.tenant_id is set for the session and not reset`
		return err
	})
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "SELECT name FROM countries")
	return err
}

// No fix: others send the text as well, on a connection that is reset.
const setTenant = "SELECT set_config('app.tenant_id', $1, false)" // want `app.tenant_id is set for the session and not reset`

func Shared(ctx context.Context, tx pgx.Tx, tenantID string) error {
	_, err := tx.Exec(ctx, setTenant, tenantID)
	return err
}
