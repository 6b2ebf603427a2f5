package boundset

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
)

// Bad: rejected by the server.
func Local(ctx context.Context, tx pgx.Tx, tenantID string) error {
	_, err := tx.Exec(ctx, "SET LOCAL app.tenant_id = $1", tenantID) // want `SET app.tenant_id with a placeholder: the server takes no parameters`
	return err
}

// Bad: database/sql.
func SQL(ctx context.Context, tx *sql.Tx, tenantID string) error {
	_, err := tx.ExecContext(ctx, `SET LOCAL app.tenant_id TO $1`, tenantID) // want `SET app.tenant_id with a placeholder`
	return err
}

// Bad: what goes along with the tenant is rejected as well, and the transaction with it.
func Along(ctx context.Context, tx pgx.Tx, requestID string) error {
	_, err := tx.Exec(ctx, "SET LOCAL app.request_id = $1", requestID) // want `SET app.request_id with a placeholder: the server takes no parameters in SET and rejects the statement`
	return err
}

// Bad: sets the text $1.
func Quoted(ctx context.Context, tx pgx.Tx, tenantID string) error {
	_, err := tx.Exec(ctx, "SET LOCAL app.tenant_id = '$1'", tenantID) // want `inside quotes the placeholder is text`
	return err
}

// Fixed.
func Fixed(ctx context.Context, tx pgx.Tx, tenantID string) error {
	_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID)
	return err
}

// The simple protocol interpolates on the client.
func Simple(ctx context.Context, tx pgx.Tx, tenantID string) error {
	_, err := tx.Exec(ctx, "SET LOCAL app.tenant_id = $1", pgx.QueryExecModeSimpleProtocol, tenantID)
	return err
}

// No tenant's.
func Timeout(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SET LOCAL lock_timeout = '1s'")
	return err
}
