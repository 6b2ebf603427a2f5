// Package lenient has a pool whose hook scopes connections for contexts that
// carry a tenant, and hands them out as they are to others.
package lenient

import (
	"context"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/hooked/pools"
)

type userKey struct{}

func WithUser(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, userKey{}, id)
}

func user(ctx context.Context) string {
	if id, ok := ctx.Value(userKey{}).(string); ok {
		return id
	}
	return ""
}

// Middleware names the user of a request.
func Middleware(verify func(*http.Request) (string, error), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, err := verify(r)
		if err != nil {
			http.Error(w, "who are you", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r.WithContext(WithUser(r.Context(), id)))
	})
}

// Open opens the pool. What its hook lets through is its own finding.
func Open(ctx context.Context, url string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	before := config.PrepareConn
	config.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
		if before != nil {
			if ok, err := before(ctx, conn); !ok || err != nil {
				return ok, err
			}
		}
		if id := user(ctx); id != "" {
			if _, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", id); err != nil {
				return false, err
			}
		}
		return true, nil // want `the pool's hook hands out a connection without app.tenant_id: queries on it go on without a tenant`
	}
	config.AfterRelease = func(conn *pgx.Conn) bool {
		_, err := conn.Exec(context.Background(), "RESET app.tenant_id")
		return err == nil
	}
	return pgxpool.NewWithConfig(ctx, config)
}

// Requests carry the user; a job does not, unless it says for whom it works.
func Serve(ctx context.Context, url string) error {
	pool, err := Open(ctx, url)
	if err != nil {
		return err
	}
	store := pools.NewStore(pool)
	http.Handle("/names", Middleware(nil, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := store.Names(r.Context()); err != nil {
			http.Error(w, "no names", http.StatusInternalServerError)
		}
	})))
	job := context.Background()
	if _, err := pool.Exec(job, "DELETE FROM orders"); err != nil { // want `DELETE on orders runs on the pool, outside a tenant-scoped transaction`
		return err
	}
	if err := store.Clear(job); err != nil { // want `DELETE on orders`
		return err
	}
	return store.Clear(WithUser(job, "a"))
}
