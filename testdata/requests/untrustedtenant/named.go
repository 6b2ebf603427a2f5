package untrustedtenant

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// atomic names the error that it returns: what is found out behind the statement
// that sets the tenant, by fn above all, has not vouched for the tenant.
func atomic(ctx context.Context, pool *pgxpool.Pool, tenant string, fn func(context.Context, pgx.Tx) error) (err error) {
	if tenant == "" {
		return errors.New("no tenant")
	}
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback(ctx)
			return
		}
		err = tx.Commit(ctx)
	}()
	if _, err = tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return fmt.Errorf("tenant: %w", err)
	}
	return fn(ctx, tx)
}

func cancel(pool *pgxpool.Pool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := atomic(r.Context(), pool, r.Header.Get("X-Organisation"), func(ctx context.Context, tx pgx.Tx) error { // want `taken from header X-Organisation`
			_, err := tx.Exec(ctx, "DELETE FROM orders WHERE id = $1", r.PathValue("id"))
			return err
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
}

// allowed asks the database about the caller before anything else, by the same
// variable.
func allowed(ctx context.Context, pool *pgxpool.Pool, user, tenant string) (err error) {
	_, err = pool.Exec(ctx, "CALL check_membership($1, $2)", user, tenant)
	if err != nil {
		return err
	}
	return atomic(ctx, pool, tenant, func(context.Context, pgx.Tx) error { return nil })
}

func enter(pool *pgxpool.Pool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user, ok := userOf(r.Context())
		if !ok {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		if err := allowed(r.Context(), pool, user, r.Header.Get("X-Organisation")); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
		}
	}
}

type userKey struct{}

func userOf(ctx context.Context) (string, bool) {
	user, ok := ctx.Value(userKey{}).(string)
	return user, ok
}
