package isolation

import (
	"context"
	"database/sql"
	"errors"
)

// ErrNoTenant says that a context has no connection of a tenant.
var ErrNoTenant = errors.New("not in the context of a tenant")

// Query runs a query on the connection of the request's tenant.
func Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	conn, ok := ctx.Value(connKey{}).(*sql.Conn)
	if !ok {
		return nil, ErrNoTenant
	}
	return conn.QueryContext(ctx, query, args...)
}

// Exec runs a statement on it.
func Exec(ctx context.Context, query string, args ...any) error {
	conn, ok := ctx.Value(connKey{}).(*sql.Conn)
	if !ok {
		return ErrNoTenant
	}
	_, err := conn.ExecContext(ctx, query, args...)
	return err
}
