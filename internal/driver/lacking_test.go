package driver_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/report"
)

// Half of the migrations are missing.
const half = `-- go.mod --
module example.com/shop

go 1.25.0
-- migrations/0001_orders.sql --
CREATE TABLE orders (id bigint PRIMARY KEY, tenant_id text NOT NULL);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY isolation ON orders USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), ''));
CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TABLE a.twice (id int);
CREATE TABLE b.twice (id int);
-- orders/orders.go --
package orders

import (
	"context"
	"database/sql"
)

func Work(ctx context.Context, tx *sql.Tx, table string) {
	tx.ExecContext(ctx, "SELECT id FROM invoices JOIN orders USING (id)")
	tx.ExecContext(ctx, "WITH recent AS (SELECT id FROM orders) SELECT id FROM recent")
	tx.ExecContext(ctx, "SELECT 1 FROM pg_class, information_schema.tables, pg_catalog.pg_roles")
	tx.ExecContext(ctx, "INSERT INTO orders (id, total) VALUES (1, 2)")
	tx.ExecContext(ctx, "UPDATE orders SET paid = true")
	tx.ExecContext(ctx, "CREATE TEMP TABLE staged (id int)")
	tx.ExecContext(ctx, "INSERT INTO staged (id) VALUES (1)")
	tx.ExecContext(ctx, "SELECT id FROM twice")
	tx.ExecContext(ctx, "SELECT id FROM billing.charges")
	tx.ExecContext(ctx, "SELECT id FROM "+table)
	tx.ExecContext(ctx, "SELECT n FROM generate_series(1, 2) AS n")
}
-- mysql/mysql_store.go --
package mysql

import (
	"context"
	"database/sql"
)

func Work(ctx context.Context, db *sql.DB) { db.ExecContext(ctx, "SELECT id FROM elsewhere") }
-- orders/orders_test.go --
package orders

import (
	"context"
	"database/sql"
)

func fixtures(ctx context.Context, db *sql.DB) { db.ExecContext(ctx, "INSERT INTO fixtures (id) VALUES (1)") }
`

// What statements name and the schema lacks is in the totals: without it, a missing
// directory of migrations looks like safety.
func TestLacking(t *testing.T) {
	dir := program(t, half)
	var r report.Report
	o := run(t, dir, tool, "-format", "json", "./...")
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
		t.Fatalf("%v\n%s%s", err, o.stdout, o.stderr)
	}
	if want := []string{"billing.charges", "invoices", "orders.paid", "orders.total"}; !slices.Equal(r.Totals.Lacking, want) {
		t.Errorf("lacks %q, want %q", r.Totals.Lacking, want)
	}
	const line = "schema incomplete: it lacks 4 relations or columns that statements name: billing.charges, invoices, orders.paid, orders.total\n"
	if o := run(t, dir, tool, "./..."); !strings.Contains(o.stdout, line) {
		t.Errorf("lacks %q:\n%s", line, o.stdout)
	}
}
