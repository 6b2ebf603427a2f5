package driver_test

import "testing"

const chosenSchema = `
-- go.mod --
module example.com/chosen

go 1.25.0
-- migrations/1.sql --
CREATE TABLE orders (id int PRIMARY KEY, tenant_id int NOT NULL);
CREATE INDEX ON orders (tenant_id);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON orders USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::int);
-- store.go --
package store

import (
	"context"
	"database/sql"
)

type Who struct{ Tenant, Region string }

type key struct{}

func from(ctx context.Context) Who {
	w, _ := ctx.Value(key{}).(Who)
	return w
}

func Within(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", from(ctx).Tenant); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit()
}

func InTenant(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('search_path', $1, true)", "t_"+from(ctx).Tenant); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit()
}

func InRegion(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('search_path', $1, true)", "r_"+from(ctx).Region); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit()
}
`

// A context that names a region chooses a schema, but it is no proof that its tenant's
// rows are all that is there.
func TestChosenSchema(t *testing.T) {
	_, r := check(t, program(t, chosenSchema))
	if sites := r.Totals.Sites; sites.Safe != 2 || sites.Unknown != 1 || sites.Causes["schema-of-context"] != 1 {
		t.Errorf("sites: %v", sites)
	}
}
