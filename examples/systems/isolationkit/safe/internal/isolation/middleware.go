package isolation

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net/http"
)

// A Claim returns the tenant of the verified token of a request, "" without one.
type Claim func(r *http.Request) string

type connKey struct{}

// Middleware gives each request a connection that is its tenant's until it ends.
func Middleware(db *sql.DB, tenants *Tenants, claim Claim, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := claim(r)
		if id == "" || tenants.Check(r.Context(), id) != nil {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		err := with(r.Context(), db, id, func(ctx context.Context) error {
			next.ServeHTTP(w, r.WithContext(ctx))
			return ctx.Err()
		})
		if err != nil {
			http.Error(w, "sorry", http.StatusInternalServerError)
		}
	})
}

// with runs fn with a connection of a tenant in its context.
func with(ctx context.Context, db *sql.DB, id string, fn func(ctx context.Context) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer release(conn)
	if _, err := conn.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, false)", id); err != nil {
		return err
	}
	return fn(context.WithValue(ctx, connKey{}, conn))
}

// release takes the tenant off a connection. One that it can't be taken off is thrown
// away; the request may be over, or cancelled.
func release(conn *sql.Conn) {
	if _, err := conn.ExecContext(context.Background(), "RESET app.tenant_id"); err != nil {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}
}
