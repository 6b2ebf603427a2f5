// Package ifgiven has helpers that set the tenant's context only where they are
// given a tenant: whether they do, their callers decide.
package ifgiven

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const setTenant = "SELECT set_config('app.tenant_id', $1, true)"

// Begin begins a transaction, for a tenant where one is given.
func Begin(ctx context.Context, pool *pgxpool.Pool, tenant string) (pgx.Tx, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	if tenant != "" {
		_, err = tx.Exec(ctx, setTenant, tenant)
	}
	return tx, err
}

// Scope sets the tenant on a transaction, where one is given.
func Scope(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	if id != uuid.Nil {
		if _, err := tx.Exec(ctx, setTenant, id.String()); err != nil {
			return err
		}
	}
	return nil
}

// Apply is Scope that leaves early.
func Apply(ctx context.Context, tx pgx.Tx, tenant string) error {
	if tenant == "" {
		return nil
	}
	_, err := tx.Exec(ctx, setTenant, tenant)
	return err
}

// BeginAs begins a transaction that is the tenant's, or the system's.
func BeginAs(ctx context.Context, pool *pgxpool.Pool, tenant string, system bool) (pgx.Tx, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if system {
		return tx, nil
	}
	if _, err := tx.Exec(ctx, setTenant, tenant); err != nil {
		_ = tx.Rollback(ctx)
		return nil, err
	}
	return tx, nil
}

// With runs fn in a transaction, of the tenant where one is given.
func With(ctx context.Context, pool *pgxpool.Pool, tenant *string, fn func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if tenant != nil {
			if _, err := tx.Exec(ctx, setTenant, *tenant); err != nil {
				return err
			}
		}
		return fn(tx)
	})
}

const count = "SELECT count(*) FROM orders"

// Checked asks for a tenant first.
func Checked(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	if tenant == "" {
		return fmt.Errorf("no tenant")
	}
	tx, err := Begin(ctx, pool, tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	return tx.QueryRow(ctx, count).Scan(new(int))
}

// Constant names its tenant.
func Constant(ctx context.Context, pool *pgxpool.Pool) error {
	tx, err := Begin(ctx, pool, "6ba7b810-9dad-11d1-80b4-00c04fd430c8")
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	return tx.QueryRow(ctx, count).Scan(new(int))
}

// None has no tenant.
func None(ctx context.Context, pool *pgxpool.Pool) error {
	tx, err := Begin(ctx, pool, "")
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	return tx.QueryRow(ctx, count).Scan(new(int)) // want `SELECT on orders in a transaction where the tenant context is not set`
}

// A Claims is who asks.
type Claims struct{ Tenant string }

// Unchecked takes whatever the claims name, which may be nothing.
func Unchecked(ctx context.Context, pool *pgxpool.Pool, claims func() Claims) error {
	tx, err := Begin(ctx, pool, claims().Tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	return tx.QueryRow(ctx, count).Scan(new(int)) // want `SELECT on orders in a transaction where the tenant context is not set`
}

// Field looks at the field that it reads again.
func Field(ctx context.Context, pool *pgxpool.Pool, claims *Claims) error {
	if claims == nil || claims.Tenant == "" {
		return fmt.Errorf("no tenant")
	}
	tx, err := Begin(ctx, pool, claims.Tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	return tx.QueryRow(ctx, count).Scan(new(int))
}

// Otherwise has a tenant for those who name none.
func Otherwise(ctx context.Context, pool *pgxpool.Pool, claims Claims) error {
	tenant := claims.Tenant
	if tenant == "" {
		tenant = "public"
	}
	tx, err := Begin(ctx, pool, tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	return tx.QueryRow(ctx, count).Scan(new(int))
}

// Forwarded leaves it to its own callers.
func Forwarded(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	tx, err := Begin(ctx, pool, tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	return tx.QueryRow(ctx, count).Scan(new(int))
}

// Forwards calls it with a tenant, without one, and with what may be one.
func Forwards(ctx context.Context, pool *pgxpool.Pool, claims Claims) error {
	if err := Forwarded(ctx, pool, "acme"); err != nil {
		return err
	}
	if claims.Tenant != "" {
		if err := Forwarded(ctx, pool, claims.Tenant); err != nil {
			return err
		}
	}
	if err := Forwarded(ctx, pool, claims.Tenant); err != nil { // want `orders`
		return err
	}
	return Forwarded(ctx, pool, "") // want `orders`
}

// Scoped scopes for an id that is there, or was parsed from a text.
func Scoped(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	if id == uuid.Nil {
		return fmt.Errorf("no tenant")
	}
	if err := Scope(ctx, tx, id); err != nil {
		return err
	}
	return tx.QueryRow(ctx, count).Scan(new(int))
}

// ScopedForNobody scopes for nobody.
func ScopedForNobody(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := Scope(ctx, tx, uuid.Nil); err != nil {
			return err
		}
		return tx.QueryRow(ctx, count).Scan(new(int)) // want `SELECT on orders in a transaction where the tenant context is not set`
	})
}

// Applied is early with a tenant.
func Applied(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := Apply(ctx, tx, "acme"); err != nil {
			return err
		}
		return tx.QueryRow(ctx, count).Scan(new(int))
	})
}

// AppliedForNobody is early without.
func AppliedForNobody(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := Apply(ctx, tx, ""); err != nil {
			return err
		}
		return tx.QueryRow(ctx, count).Scan(new(int)) // want `SELECT on orders in a transaction where the tenant context is not set`
	})
}

// AsTenant is not the system.
func AsTenant(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	tx, err := BeginAs(ctx, pool, tenant, false)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	return tx.QueryRow(ctx, count).Scan(new(int))
}

// AsSystem is.
func AsSystem(ctx context.Context, pool *pgxpool.Pool) error {
	tx, err := BeginAs(ctx, pool, "", true)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	return tx.QueryRow(ctx, count).Scan(new(int)) // want `SELECT on orders in a transaction where the tenant context is not set`
}

// WithTenant and WithNobody run callbacks.
func WithTenant(ctx context.Context, pool *pgxpool.Pool, tenant string) error {
	return With(ctx, pool, &tenant, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, count).Scan(new(int))
	})
}

func WithNobody(ctx context.Context, pool *pgxpool.Pool) error {
	return With(ctx, pool, nil, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, count).Scan(new(int)) // want `SELECT on orders in a transaction where the tenant context is not set`
	})
}
