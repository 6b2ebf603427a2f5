// Package place knows where a tenant's rows are, and brings statements there.
package place

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/poolbridgesilo/internal/tenant"
)

// Places are where rows are.
type Places struct {
	Shared *pgxpool.Pool
	Silos  *Silos
}

// InTenant runs fn in a transaction in which there is nothing but the rows of the tenant
// that ctx is for.
func (p *Places) InTenant(ctx context.Context, fn func(pgx.Tx) error) error {
	t, ok := tenant.FromContext(ctx)
	if !ok {
		return errors.New("a request for no tenant")
	}
	switch t.Model {
	case tenant.Pool:
		return pgx.BeginFunc(ctx, p.Shared, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "select set_config('app.tenant_id', $1, true)", t.ID); err != nil {
				return err
			}
			return fn(tx)
		})
	case tenant.Bridge:
		return pgx.BeginFunc(ctx, p.Shared, func(tx pgx.Tx) error {
			schema := pgx.Identifier{"tenant_" + t.ID}.Sanitize()
			if _, err := tx.Exec(ctx, "set local search_path to "+schema); err != nil {
				return err
			}
			return fn(tx)
		})
	case tenant.Silo:
		pool, err := p.Silos.Pool(ctx, t.ID)
		if err != nil {
			return err
		}
		return pgx.BeginFunc(ctx, pool, fn)
	}
	return fmt.Errorf("no such model: %q", t.Model)
}
