package driver_test

import (
	"strings"
	"testing"
)

// broken has a helper that sets the context for nothing, a helper on top of it,
// and what relies on both.
const broken = `-- go.mod --
module example.com/shop

go 1.25.0
-- migrations/0001_orders.sql --
CREATE TABLE orders (id bigint PRIMARY KEY, tenant_id text NOT NULL);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY isolation ON orders USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), ''));
-- scope/scope.go --
package scope

import (
	"context"
	"database/sql"
)

// Begin sets the tenant after the transaction.
func Begin(ctx context.Context, db *sql.DB, tenant string) (*sql.Tx, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, "SET LOCAL app.tenant_id = $1", tenant); err != nil {
		return nil, err
	}
	return tx, nil
}

func With(ctx context.Context, db *sql.DB, tenant string, fn func(tx *sql.Tx) error) error {
	tx, err := Begin(ctx, db, tenant)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// Alone is a helper that nothing calls.
func Alone(ctx context.Context, tx *sql.Tx, tenant string) error {
	_, err := tx.ExecContext(ctx, "SET LOCAL app.tenant_id = $1", tenant)
	return err
}
-- orders/orders.go --
package orders

import (
	"context"
	"database/sql"

	"example.com/shop/scope"
)

func Clear(ctx context.Context, db *sql.DB, tenant string) error {
	return scope.With(ctx, db, tenant, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM orders")
		return err
	})
}

func Count(ctx context.Context, db *sql.DB, tenant string) (n int, err error) {
	tx, err := scope.Begin(ctx, db, tenant)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	err = tx.QueryRowContext(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}

func Both(ctx context.Context, db *sql.DB, tenant string) error {
	work := func(tx *sql.Tx) error { return nil }
	if err := scope.With(ctx, db, tenant, work); err != nil {
		return err
	}
	return scope.With(ctx, db, tenant, work)
}
`

// A broken helper is one finding, which says how many calls rely on it: those of
// the helpers above it, and none that is a helper's own.
func TestCallers(t *testing.T) {
	dir := program(t, broken)
	_, r := check(t, dir)
	equal(t, "findings", findings(r), []string{"scope/scope.go:14 boundset", "scope/scope.go:34 boundset"})
	if got := r.Findings[0].Callers; got != 4 {
		t.Errorf("%d callers rely on Begin, want 4", got)
	}
	if got := r.Findings[1].Callers; got != 0 {
		t.Errorf("%d callers rely on Alone, want none", got)
	}
	o := run(t, dir, tool, "./...")
	if n := strings.Count(o.stdout, "    4 callers rely on it\n"); n != 1 {
		t.Errorf("want one line about the callers:\n%s", o.stdout)
	}
	// A part of the program shows a part of its callers.
	if _, r := check(t, dir, "./scope"); len(r.Findings) != 2 || r.Findings[0].Callers != 1 {
		t.Errorf("findings in ./scope alone: %+v", r.Findings)
	}
}
