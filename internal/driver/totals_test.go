package driver_test

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/tenantvet/tenantvet/internal/report"
)

const counted = `
-- go.mod --
module example.com/counted

go 1.25.0
-- tenantvet.yaml --
version: 1
strategy: filter
tenant:
  columns: [tenant_id]
packages:
  privileged: [./admin]
-- migrations/1.sql --
CREATE TABLE orders (id int PRIMARY KEY, tenant_id int NOT NULL);
CREATE TABLE items (id int PRIMARY KEY, tenant_id int NOT NULL, order_id int REFERENCES orders);
CREATE INDEX ON orders (tenant_id);
CREATE INDEX ON items (tenant_id);
-- orders/orders.go --
package orders

import (
	"database/sql"
	"os"
)

func Own(db *sql.DB, tenant int) { _, _ = db.Exec("DELETE FROM orders WHERE tenant_id = $1", tenant) }

func All(db *sql.DB) { _, _ = db.Exec("DELETE FROM orders") }

func Items(db *sql.DB, tenant int) (*sql.Rows, error) {
	return db.Query("SELECT i.id FROM orders o JOIN items i ON i.order_id = o.id WHERE o.tenant_id = $1", tenant)
}

func Any(db *sql.DB) { _, _ = db.Exec(os.Getenv("QUERY")) }
-- admin/admin.go --
package admin

import "database/sql"

func All(db *sql.DB) { _, _ = db.Exec("DELETE FROM orders") }
`

// What is likely is not counted as proven, nor what is declared as not known: the
// totals, their text and the inventory say the same.
func TestTotals(t *testing.T) {
	dir := program(t, counted)
	_, r := check(t, dir)
	want := report.Sites{Safe: 1, Breach: 1, Suspect: 1, Unknown: 1, Privileged: 1, Causes: map[string]int{"dynamic-sql": 1}}
	if got := r.Totals.Sites; got.String() != want.String() {
		t.Errorf("sites: %v, want %v", got, want)
	}
	groups := map[string]int{}
	for _, f := range r.Findings {
		if f.Rule == "tenantfilter" {
			groups[f.Group]++
		}
	}
	if groups["breach"] != want.Breach || groups["suspect"] != want.Suspect {
		t.Errorf("findings by group: %v", groups)
	}
	var all report.Report
	if o := run(t, dir, tool, "report", "-format=json"); json.Unmarshal([]byte(o.stdout), &all) != nil || all.Inventory == nil {
		t.Fatalf("no inventory: %s%s", o.stdout, o.stderr)
	}
	verdicts := map[string]int{}
	for _, s := range all.Inventory.Sites {
		verdicts[s.Verdict]++
	}
	if !maps.Equal(verdicts, map[string]int{"safe": 1, "breach": 1, "suspect": 1, "unknown": 1, "privileged": 1}) {
		t.Errorf("the inventory has %v", verdicts)
	}
}

const unnamed = `
-- go.mod --
module example.com/unnamed

go 1.25.0
-- migrations/1.sql --
CREATE TABLE orders (id int PRIMARY KEY, tenant_id text NOT NULL);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON orders USING (tenant_id = current_setting('app.tenant_id'));
-- orders/orders.go --
package orders

import (
	"context"
	"database/sql"
	"os"
)

func Clear(ctx context.Context, db *sql.DB, tenant string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM "+os.Getenv("TABLE")); err != nil {
		return err
	}
	return tx.Commit()
}

func ClearAll(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, "DELETE FROM "+os.Getenv("TABLE"))
	return err
}
`

// Within the tenant's scope, a table that is named at run time is as safe as any.
func TestTablesNamedAtRunTime(t *testing.T) {
	_, r := check(t, program(t, unnamed))
	want := report.Sites{Safe: 1, Unknown: 1, Causes: map[string]int{"dynamic-sql": 1}}
	if got := r.Totals.Sites; got.String() != want.String() {
		t.Errorf("sites: %v, want %v", got, want)
	}
}
