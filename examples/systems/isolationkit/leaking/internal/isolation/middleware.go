package isolation

import (
	"context"
	"database/sql"
	"fmt"
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
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("SET app.tenant_id = '%s'", id)); err != nil {
		return err
	}
	if err := fn(context.WithValue(ctx, connKey{}, conn)); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "RESET app.tenant_id")
	return err
}
