// Package chosen has tenants in shared tables, in schemas and in databases of their own.
package chosen

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A Tenant is who a request is for.
type Tenant struct {
	ID, Region string
}

type tenantKey struct{}

// FromContext says who a context is for.
func FromContext(ctx context.Context) (Tenant, bool) {
	t, ok := ctx.Value(tenantKey{}).(Tenant)
	return t, ok
}

var errNobody = errors.New("no tenant")

// Fixed: the schema is the context's tenant's.
func InSchema(ctx context.Context, pool *pgxpool.Pool) error {
	t, ok := FromContext(ctx)
	if !ok {
		return errNobody
	}
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL search_path TO "+pgx.Identifier{"t_" + t.ID}.Sanitize()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0")
		return err
	})
}

// Bad: search_path decides nothing about a table whose schema the statement names.
func Qualified(ctx context.Context, pool *pgxpool.Pool) error {
	t, _ := FromContext(ctx)
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('search_path', $1, true)", "t_"+t.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE public.orders SET total = 0") // want `UPDATE on orders in a transaction where the tenant context is not set`
		return err
	})
}

// Bad: one schema for all.
func OneSchema(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL search_path TO shop"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0") // want `UPDATE on orders in a transaction where the tenant context is not set`
		return err
	})
}

// Bad: back in the schema of all.
func Back(ctx context.Context, pool *pgxpool.Pool) error {
	t, _ := FromContext(ctx)
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('search_path', $1, true)", "t_"+t.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "SET LOCAL search_path TO public"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0") // want `UPDATE on orders in a transaction where the tenant context is not set`
		return err
	})
}

// setSchema leaves the choice to its callers.
func setSchema(ctx context.Context, tx pgx.Tx, id string) error {
	_, err := tx.Exec(ctx, fmt.Sprintf("SET LOCAL search_path TO %s", pgx.Identifier{"t_" + id}.Sanitize()))
	return err
}

// inSchema does so with a callback.
func inSchema(ctx context.Context, pool *pgxpool.Pool, id string, fn func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := setSchema(ctx, tx, id); err != nil {
			return err
		}
		return fn(tx)
	})
}

// Fixed: through two functions.
func ThroughTwo(ctx context.Context, pool *pgxpool.Pool) error {
	t, _ := FromContext(ctx)
	return inSchema(ctx, pool, t.ID, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0")
		return err
	})
}

// Bad: the same, for nobody in particular.
func ThroughTwoForAll(ctx context.Context, pool *pgxpool.Pool) error {
	return inSchema(ctx, pool, "shop", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0") // want `UPDATE on orders in a transaction where the tenant context is not set`
		return err
	})
}

// Bad: on one path only.
func Sometimes(ctx context.Context, pool *pgxpool.Pool) error {
	t, ok := FromContext(ctx)
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if ok {
			if err := setSchema(ctx, tx, t.ID); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0") // want `UPDATE on orders in a transaction where the tenant context is not set`
		return err
	})
}

// A Message is for one tenant.
type Message struct{ Tenant string }

// inMessage works for the message's tenant.
func inMessage(ctx context.Context, pool *pgxpool.Pool, m *Message, fn func(pgx.Tx) error) error {
	return inSchema(ctx, pool, m.Tenant, fn)
}

// Fixed: for the context's.
func ThroughMessage(ctx context.Context, pool *pgxpool.Pool) error {
	t, _ := FromContext(ctx)
	return inMessage(ctx, pool, &Message{t.ID}, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0")
		return err
	})
}

// clearPublic needs more than a search_path.
func clearPublic(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "UPDATE public.orders SET total = 0")
	return err
}

// clearOwn works on whichever table search_path finds.
func clearOwn(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "UPDATE orders SET total = 0")
	return err
}

// Bad: the called function names the schema of all.
func CallsQualified(ctx context.Context, pool *pgxpool.Pool) error {
	t, _ := FromContext(ctx)
	return inSchema(ctx, pool, t.ID, func(tx pgx.Tx) error {
		return clearPublic(ctx, tx) // want `UPDATE on orders in a transaction where the tenant context is not set`
	})
}

// Fixed: it does not.
func CallsOwn(ctx context.Context, pool *pgxpool.Pool) error {
	t, _ := FromContext(ctx)
	return inSchema(ctx, pool, t.ID, func(tx pgx.Tx) error {
		return clearOwn(ctx, tx)
	})
}

// Silent: only what belongs to no tenant is named with its schema.
func BesideShared(ctx context.Context, pool *pgxpool.Pool) error {
	t, _ := FromContext(ctx)
	return inSchema(ctx, pool, t.ID, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0 FROM public.countries WHERE code = 'AT'")
		return err
	})
}

// Silent: whose schema a region's is, nobody knows.
func InRegion(ctx context.Context, pool *pgxpool.Pool) error {
	t, _ := FromContext(ctx)
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('search_path', $1, true)", "r_"+t.Region); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0")
		return err
	})
}

type languageKey struct{}

// Silent: nor a language's.
func InLanguage(ctx context.Context, pool *pgxpool.Pool) error {
	language, _ := ctx.Value(languageKey{}).(string)
	return inSchema(ctx, pool, language, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0")
		return err
	})
}

// Fixed: the tenant's within its region.
func InBoth(ctx context.Context, pool *pgxpool.Pool) error {
	t, _ := FromContext(ctx)
	return inSchema(ctx, pool, t.Region+"_"+t.ID, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0")
		return err
	})
}

// Silent: it may ask for the tenant's.
func Asked(ctx context.Context, pool *pgxpool.Pool, schema func(context.Context) string) error {
	return inSchema(ctx, pool, schema(ctx), func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE orders SET total = 0")
		return err
	})
}
