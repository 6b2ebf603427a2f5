package schema_test

import (
	"fmt"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

func ExampleReplay() {
	model, problems := schema.Replay([]schema.File{
		{Path: "1.sql", SQL: `
			CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL);
			ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
			CREATE POLICY tenants ON orders USING (tenant_id = current_setting('app.tenant_id')::uuid);`},
		{Path: "2.sql", SQL: `
			DO $$ DECLARE t text; BEGIN
				FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
					EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
				END LOOP;
			END $$;
			CREATE TABLE broken (id int;
			`},
	})
	t := model.Table(sqlcheck.Name{Name: "orders"})
	fmt.Println(t.Schema, t.Name, t.RLS, t.Forced)
	for _, p := range t.Policies {
		for _, s := range p.Settings {
			fmt.Println(p.Name, "reads", s.Name, "and compares it with", s.Columns, "at", p.At.File, p.At.Line)
		}
	}
	for _, p := range problems {
		fmt.Println(p.At.File, p.At.Line, p.Message)
	}
	// Output:
	// public orders true true
	// tenants reads app.tenant_id and compares it with [tenant_id] at 1.sql 4
	// 2.sql 7 syntax error at or near ";"
}

func ExampleArrange() {
	format, files := schema.Arrange([]schema.File{
		{Path: "migrations/10_items.up.sql", SQL: "CREATE TABLE items (id int)"},
		{Path: "migrations/9_orders.up.sql", SQL: "CREATE TABLE orders (id int)"},
		{Path: "migrations/9_orders.down.sql", SQL: "DROP TABLE orders"},
	})
	fmt.Println(format)
	for _, f := range files {
		fmt.Println(f.Path)
	}
	// Output:
	// golang-migrate
	// migrations/9_orders.up.sql
	// migrations/10_items.up.sql
}

// A model as the catalog for statements: a tenant that is found by its slug is one.
func ExampleModel_catalog() {
	model, _ := schema.Replay([]schema.File{{Path: "1.sql", SQL: `
		CREATE TABLE tenants (id uuid PRIMARY KEY, slug text UNIQUE);
		CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid, total int);`}})
	facts := sqlcheck.AnalyzeIn(sqlcheck.Text(
		"SELECT total FROM orders WHERE tenant_id = (SELECT id FROM tenants WHERE slug = $1)"), model)
	for _, r := range facts.Statements[0].Relations {
		for _, p := range r.Pins {
			fmt.Println(r.Name, p.Column, p.To)
		}
	}
	// Output:
	// orders tenant_id lookup
	// tenants slug param
}
