package ifgiven

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/ifgiven/db"
)

type tenantKey struct{}
type txKey struct{}

// tenantOf is the tenant of a request, "" if it has none.
func tenantOf(ctx context.Context) string {
	t, _ := ctx.Value(tenantKey{}).(string)
	return t
}

// Middleware runs requests of tenants in transactions.
func Middleware(pool *db.Pool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		tenant := tenantOf(ctx)
		if tenant == "" || pool == nil {
			http.Error(w, "who are you", http.StatusUnauthorized)
			return
		}
		tx, err := pool.BeginTx(ctx, tenant)
		if err != nil {
			http.Error(w, "try again", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(ctx)
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, txKey{}, tx)))
		_ = tx.Commit(ctx)
	})
}

// Anybody doesn't ask.
func Anybody(pool *db.Pool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		tx, err := pool.BeginTx(ctx, tenantOf(ctx))
		if err != nil {
			http.Error(w, "try again", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(ctx)
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, txKey{}, tx))) // want `puts the transaction into the context as ifgiven.txKey without the tenant context`
		_ = tx.Commit(ctx)
	})
}

// parse reads a tenant.
func parse(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", errors.New("no tenant")
	}
	return s, nil
}

// Parsed has what was parsed, which is never empty.
func Parsed(ctx context.Context, pool *db.Pool, r *http.Request) error {
	tenant, err := parse(r.Header.Get("X-Tenant"))
	if err != nil {
		return err
	}
	tx, err := pool.BeginTx(ctx, tenant) // want `taken from header`
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	_, err = tx.Exec(ctx, "DELETE FROM orders")
	return err
}

// Asked has looked whether it got one, and nobody knows what it got.
func Asked(ctx context.Context, pool *db.Pool, lookup func(context.Context) (string, error)) error {
	tenant, err := lookup(ctx)
	if err != nil {
		return err
	}
	tx, err := pool.BeginTx(ctx, tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	_, err = tx.Exec(ctx, "DELETE FROM orders")
	return err
}

// Unasked takes what a header says.
func Unasked(ctx context.Context, pool *db.Pool, r *http.Request) error {
	tx, err := pool.BeginTx(ctx, r.Header.Get("X-Tenant")) // want `taken from header`
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	_, err = tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set`
	return err
}

// Text is a tenant's number as text.
func Text(ctx context.Context, pool *db.Pool, id uuid.UUID) error {
	tx, err := pool.BeginTx(ctx, id.String())
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	_, err = tx.Exec(ctx, "DELETE FROM orders")
	return err
}

// Numbers are constants.
func Numbers(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := db.Number(ctx, tx, 7); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// NoNumber is none.
func NoNumber(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := db.Number(ctx, tx, 0); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	})
}

// Roles asks for roles.
func Roles(ctx context.Context, tx pgx.Tx, tenant int64, roles []string) error {
	if len(roles) == 0 {
		return errors.New("no roles")
	}
	if err := db.Roles(ctx, tx, tenant, roles...); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "DELETE FROM orders")
	return err
}

// Tenant and System say who they are.
func Tenant(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := db.Unless(ctx, tx, tenant, false); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

func System(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := db.Unless(ctx, tx, "", true); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	})
}

// Captured asks before it makes its literal.
func Captured(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	if tenant == "" {
		return errors.New("no tenant")
	}
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := Apply(ctx, tx, tenant); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

// Again looks at the tenant, as the called function does.
func Again(ctx context.Context, pool *db.Pool, tenant string) error {
	tx, err := pool.BeginTx(ctx, tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if tenant == "" {
		return tx.Commit(ctx)
	}
	_, err = tx.Exec(ctx, "DELETE FROM orders")
	return err
}

// Half is what two parameters decide.
func Half(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := db.Both(ctx, tx, "acme", false); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	})
}

// Dropped goes on whatever setting the tenant says.
func Dropped(ctx context.Context, tx pgx.Tx) error {
	_ = Apply(ctx, tx, "acme")
	_, err := tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs although the tenant context may have failed to be set`
	return err
}

// DroppedFor does so for whom its callers name.
func DroppedFor(ctx context.Context, tx pgx.Tx, tenant string) error {
	_ = Apply(ctx, tx, tenant)
	_, err := tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs although the tenant context may have failed to be set`
	return err
}

// Called runs callbacks for a tenant and for nobody.
func Called(ctx context.Context, pool *pgxpool.Pool) error {
	return db.InTx(ctx, pool, "acme", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

func CalledForNobody(ctx context.Context, pool *pgxpool.Pool) error {
	return db.InTx(ctx, pool, "", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	})
}

// Here decides itself: no caller makes that right.
func Here(ctx context.Context, pool *pgxpool.Pool, admin bool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if !admin {
			if _, err := tx.Exec(ctx, setTenant, tenantOf(ctx)); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders in a transaction where the tenant context is not set`
		return err
	})
}
