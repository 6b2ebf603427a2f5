// Package servicerole holds the examples of the rule servicerole.
package servicerole

import (
	"context"
	"os"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/internal/proof/examples/names"
)

// BadEnv reads the variable in which Supabase's tools put the login that owns everything.
func BadEnv() (*pgx.ConnConfig, error) {
	return pgx.ParseConfig(os.Getenv("SUPABASE_DB_URL"))
}

// BadLiteral holds such a login itself. The password opens nothing.
func BadLiteral() (*pgx.ConnConfig, error) {
	return pgx.ParseConfig("postgres://neondb_owner:npg_k3Ep1tS4fe@ep-quiet-lake-4711.eu-central-1.aws.neon.tech/neondb")
}

func FixedEnv() (*pgx.ConnConfig, error) {
	return pgx.ParseConfig(os.Getenv("DATABASE_URL"))
}

func FixedLiteral() (*pgx.ConnConfig, error) {
	return pgx.ParseConfig("postgres://app@ep-quiet-lake-4711.eu-central-1.aws.neon.tech/neondb")
}

// Orders is what the program does with its login; it is right.
func Orders(ctx context.Context, conn *pgx.Conn, tenant string) ([]string, error) {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return nil, err
	}
	return names.Pgx(tx.Query(ctx, "SELECT name FROM orders"))
}
