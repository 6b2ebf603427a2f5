package evidence_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

func TestSchemaFor(t *testing.T) {
	root := write(t, map[string]string{
		"services/a/db/migrations/1.up.sql":  tenantSQL,
		"services/b/migrations/1.up.sql":     plainSQL + "CREATE TABLE only_b (id int);\n",
		"common/migrations/1.up.sql":         "CREATE TABLE settings (id int);\n",
		"services/a/internal/store/copy.sql": plainSQL + "CREATE TABLE only_copy (id int);\n", // for a code generator
	})
	m := refresh(t, root)
	for _, test := range []struct {
		dir       string
		protected bool
		tables    string
	}{
		{"services/a", true, "only_copy orders settings"},
		{"services/a/internal/store/pg", true, "only_copy orders settings"},
		{filepath.Join(root, "services", "a", "cmd"), true, "only_copy orders settings"},
		{"services/b", false, "only_b orders settings"},
		{"services/b/handlers", false, "only_b orders settings"},
		{"cmd/server", false, "settings"}, // services keep theirs
		{".", false, "settings"},
	} {
		s := m.SchemaFor(test.dir)
		if s == nil {
			t.Errorf("%s: none", test.dir)
			continue
		}
		var names []string
		for _, table := range s.Model.Tables {
			names = append(names, table.Name)
		}
		if got := strings.Join(names, " "); got != test.tables {
			t.Errorf("%s: tables %s, want %s", test.dir, got, test.tables)
		}
		if _, got := m.IsTenantRelation(s, sqlcheck.Name{Name: "orders"}); got != test.protected {
			t.Errorf("%s: orders is a tenant relation: %v", test.dir, got)
		}
	}
}

func TestSiblingsDisagree(t *testing.T) {
	m := refresh(t, write(t, map[string]string{
		"billing/migrations/1.up.sql": tenantSQL,
		"audit/migrations/1.up.sql":   plainSQL + "CREATE TABLE log (id int);\n",
	}))
	s := m.SchemaFor("cmd/all")
	if s == nil || len(s.Files) != 2 || len(s.Model.Tables) != 2 {
		t.Fatalf("got %+v", s)
	}
	if _, is := m.IsTenantRelation(s, sqlcheck.Name{Name: "orders"}); is {
		t.Error("one of two services has orders without policies: a finding must not rest on it")
	}
}

func TestPoliciesInTheirOwnDirectory(t *testing.T) {
	m := refresh(t, write(t, map[string]string{
		"db/schema/tables/orders.sql": plainSQL,
		"db/schema/policies/rls.sql": "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n" +
			"CREATE POLICY tenant ON orders USING (tenant_id = current_setting('app.tenant_id')::uuid);\n",
	}))
	s := m.SchemaFor("internal/orders")
	table, is := m.IsTenantRelation(s, sqlcheck.Name{Name: "orders"})
	if !is || len(table.Columns) != 2 || table.Assumed {
		t.Errorf("got %+v %v", table, is)
	}
}

// What policies let statements without context do holds beside a second directory, such
// as one that makes the roles.
func TestUnboundOfSeveral(t *testing.T) {
	m := refresh(t, write(t, map[string]string{
		"migrations/roles/1.sql": "CREATE TABLE grants_log (id int);\n",
		"migrations/sql/1.up.sql": "CREATE TABLE plans (id int, tenant_id uuid);\nCREATE TABLE orders (id int, tenant_id uuid);\n" +
			"ALTER TABLE plans ENABLE ROW LEVEL SECURITY;\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n" +
			"CREATE POLICY p ON plans FOR SELECT USING (tenant_id IS NULL OR tenant_id = current_setting('app.t')::uuid);\n" +
			"CREATE POLICY p ON orders USING (tenant_id = current_setting('app.t')::uuid);\n",
	}))
	s := m.SchemaFor("internal/store")
	if len(s.Files) != 2 {
		t.Fatalf("files %v", s.Files)
	}
	for _, test := range []struct {
		table, command string
		want           bool
	}{{"plans", "select", true}, {"plans", "update", false}, {"orders", "select", false}} {
		if got := s.SharesWith(s.Model.Table(sqlcheck.Name{Name: test.table}), test.command); got != test.want {
			t.Errorf("%s of %s: %v", test.command, test.table, got)
		}
	}
}

func TestTenancy(t *testing.T) {
	const table = "CREATE TABLE orders (id int, tenant_id uuid, org_id uuid);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n"
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"nothing": {nil, "[] [] [] "},
		"policies": {map[string]string{"m/1.up.sql": table +
			"CREATE POLICY a ON orders USING (org_id::text = current_setting('app.org', true) OR current_setting('app.bypass', true) = 'on');\n"},
			"[app.org] [app.bypass] [org_id] rls"},
		"a restrictive flag opens nothing": {map[string]string{"m/1.up.sql": table +
			"CREATE POLICY a ON orders USING (tenant_id::text = current_setting('app.t'));\n" +
			"CREATE POLICY b ON orders AS RESTRICTIVE USING (current_setting('app.mfa') = 'on');\n"},
			"[app.t] [] [tenant_id] rls"},
		"a flag that is tenant context elsewhere is none": {map[string]string{"m/1.up.sql": table +
			"CREATE POLICY a ON orders USING (tenant_id::text = current_setting('app.t'));\n" +
			"CREATE POLICY b ON orders USING (current_setting('app.t', true) IS NULL);\n"},
			"[app.t] [] [tenant_id] rls"},
		"dormant policies are no evidence of a setting": {map[string]string{"m/1.up.sql": "CREATE TABLE orders (tenant_id uuid);\n" +
			"CREATE POLICY a ON orders USING (tenant_id::text = current_setting('app.t'));\n"},
			"[] [] [] "},
		"the role beside a setting lowers privileges": {map[string]string{"m/1.up.sql": table +
			"CREATE POLICY a ON orders USING (tenant_id::text = current_setting('app.t') AND org_id::text = current_user);\n"},
			"[app.t] [] [org_id tenant_id] rls"},
		"the tenant's setting before the user's": {map[string]string{"m/1.up.sql": table + "CREATE TABLE b (u uuid);\nALTER TABLE b ENABLE ROW LEVEL SECURITY;\n" +
			"CREATE POLICY a ON orders USING (tenant_id::text = current_setting('app.cur_tenant') OR org_id::text = current_setting('app.a'));\n" +
			"CREATE POLICY b ON b USING (u::text = current_setting('app.b'));\nCREATE POLICY c ON orders USING (org_id::text = current_setting('app.b'));\n"},
			"[app.cur_tenant app.b app.a] [] [org_id tenant_id u] rls"},
		"a role for each tenant": {map[string]string{"m/1.up.sql": table + "CREATE POLICY a ON orders USING (org_id::text = current_user);\n"},
			"[role] [] [org_id] rls"},
		"columns only": {map[string]string{"m/1.up.sql": "CREATE TABLE a (tenant_id int);\nCREATE TABLE b (tenant_id int);\nCREATE TABLE c (id int);\n"},
			"[] [] [tenant_id] "},
		"columns and a configured strategy": {map[string]string{"m/1.up.sql": "CREATE TABLE a (tenant_id int);\nCREATE TABLE b (tenant_id int);\nCREATE TABLE c (id int);\n",
			"tenantvet.yaml": "version: 1\nstrategy: filter\n"},
			"[] [] [tenant_id] filter"},
		"policies and conditions": {map[string]string{"m/1.up.sql": table + "CREATE POLICY a ON orders USING (org_id::text = current_setting('app.org'));\n",
			"tenantvet.yaml": "version: 1\nstrategy: both\n"},
			"[app.org] [] [org_id] both"},
		"settings in code": {map[string]string{"a.go": "package a\n\nconst q = \"SELECT set_config('app.current_tenant_id', $1, true), set_config('app.request_id', $2, true)\"\n"},
			"[app.current_tenant_id] [] [] rls"},
		"a bound name": {map[string]string{"a.go": "package a\n\nconst (\n\tsetting = \"app.org_id\"\n\tq = `SELECT set_config($1, $2, true)`\n)\n"},
			"[app.org_id] [] [] rls"},
		"SET LOCAL in code": {map[string]string{"a.go": "package a\n\nfunc f(id string) string { return \"SET LOCAL app.workspace = '\" + id + \"'\" }\n"},
			"[app.workspace] [] [] rls"},
		"settings that are no tenant's": {map[string]string{"a.go": "package a\n\nvar q = []string{`SET LOCAL hnsw.iterative_scan = on`, `SET app.bypass_tenant = 'on'`, `MATCH (n)\nSET n.tenant_id = 1`, \"set config.tenant to x\", `UPDATE a SET b.tenant_id = 1`}\n"},
			"[] [] [] "},
		"settings in query files": {map[string]string{"q/q.sql": "-- name: SetTenant :exec\nSELECT set_config('app.tenant', $1, true);\n"},
			"[app.tenant] [] [] rls"},
		"configured": {map[string]string{"m/1.up.sql": table + "CREATE POLICY a ON orders USING (org_id::text = current_setting('app.org'));\n",
			"tenantvet.yaml": "version: 1\ntenant: {settings: [My.Setting], columns: [who]}\n"},
			"[my.setting] [] [who] rls"},
	} {
		t.Run(name, func(t *testing.T) {
			m := refresh(t, write(t, test.files))
			got := m.Tenancy(m.SchemaFor("."))
			if s := fmt.Sprintf("%v %v %v %s", got.Settings, got.BypassFlags, got.Columns, got.Strategy); s != test.want {
				t.Errorf("got  %s\nwant %s", s, test.want)
			}
		})
	}
}

func TestIsTenantRelation(t *testing.T) {
	m := refresh(t, write(t, map[string]string{"m/1.up.sql": `
CREATE SCHEMA app;
CREATE TABLE app.orders (tenant_id uuid);
CREATE TABLE dormant (tenant_id uuid);
CREATE TABLE flagged (id int);
CREATE TABLE denied (id int);
CREATE TABLE shared_rls (tenant_id uuid);
CREATE TABLE listed (id int);
ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE flagged ENABLE ROW LEVEL SECURITY;
ALTER TABLE denied ENABLE ROW LEVEL SECURITY;
ALTER TABLE shared_rls ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON app.orders USING (tenant_id = current_setting('app.t')::uuid);
CREATE POLICY p ON dormant USING (tenant_id = current_setting('app.t')::uuid);
CREATE POLICY p ON shared_rls USING (tenant_id = current_setting('app.t')::uuid);
CREATE POLICY p ON flagged USING (current_setting('app.admin') = 'on');
`}))
	m.Config = config.Config{Shared: []string{"shared_rls"}, Tenant: config.Tenant{Tables: []string{"listed", "archive.old"}}}
	s := m.SchemaFor(".")
	for _, test := range []struct {
		schema, name string
		want, known  bool
	}{
		{"", "orders", true, true}, // only one schema has it
		{"app", "orders", true, true},
		{"other", "orders", false, false},
		{"", "dormant", false, true},
		{"", "flagged", false, true},
		{"", "denied", false, true},
		{"", "shared_rls", false, true},
		{"public", "shared_rls", false, true},
		{"", "listed", true, true},
		{"public", "listed", true, true},
		{"archive", "old", true, false},
		{"", "unknown", false, false},
	} {
		table, got := m.IsTenantRelation(s, sqlcheck.Name{Schema: test.schema, Name: test.name})
		if got != test.want || (table != nil) != test.known {
			t.Errorf("%s.%s: %v, table %v", test.schema, test.name, got, table)
		}
	}
	if _, got := m.IsTenantRelation(nil, sqlcheck.Name{Name: "listed"}); !got {
		t.Error("the configuration counts without a schema")
	}
}

func TestHooks(t *testing.T) {
	const head = "package db\n\nimport \"context\"\n\n"
	for name, test := range map[string]struct {
		files map[string]string
		want  evidence.Hooks
	}{
		"none": {map[string]string{"a.go": head + "const q = `SELECT set_config('app.t', $1, false)`\n"}, evidence.Hooks{}},
		"inline": {map[string]string{"a.go": head + "func f(c *Config) {\n\tc.PrepareConn = func(ctx context.Context, conn *Conn) (bool, error) {\n\t\t_, err := conn.Exec(ctx, `SELECT set_config('app.t', $1, false)`, 1)\n\t\treturn err == nil, err\n\t}\n\tc.AfterRelease = func(conn *Conn) bool { conn.Exec(nil, \"RESET app.t\"); return true }\n}\n"},
			evidence.Hooks{SetsContext: true, Resets: true}},
		"in a literal, through a helper elsewhere": {map[string]string{
			"a.go":   head + "func f() { _ = Config{BeforeAcquire: func(ctx context.Context, c *Conn) bool { return prepare(ctx, c) == nil }} }\n",
			"b/b.go": "package b\n\nfunc prepare(ctx, c any) error { return q.SetTenant(ctx) }\n\nconst setTenant = `SELECT set_config('app.t', $1, false)`\n\nfunc (q *Q) SetTenant(ctx any) error { return q.exec(setTenant) }\n"},
			evidence.Hooks{SetsContext: true}},
		"a named function": {map[string]string{"a.go": head + "func f(c *Config) { c.BeforeAcquire = setTenant }\n\nfunc setTenant(ctx context.Context, c *Conn) bool { c.Exec(ctx, \"SET app.t = '1'\"); return true }\n"},
			evidence.Hooks{SetsContext: true}},
		"a function in a file without any mark": {map[string]string{
			"a.go":   head + "func f(c *Config) { c.BeforeAcquire = hooks.Prepare }\n",
			"h/h.go": "package hooks\n\nfunc Prepare(ctx, c any) bool { return tenant.Apply(ctx, c) }\n",
			"t/t.go": "package tenant\n\nfunc Apply(ctx, c any) bool { c.Exec(ctx, `SELECT set_config('app.t', $1, false)`); return true }\n"},
			evidence.Hooks{SetsContext: true}},
		"a function given to the constructor": {map[string]string{
			"db/db.go": "package db\n\nfunc Connect(ctx any, url string, before func(context.Context, *Conn) bool) { cfg.BeforeAcquire = before }\n",
			"main.go":  "package main\n\nfunc main() {\n\thook := func(ctx context.Context, c *Conn) bool { c.Exec(ctx, `SELECT set_config('app.t', $1, false)`); return true }\n\tdb.Connect(nil, \"\", hook)\n}\n"},
			evidence.Hooks{SetsContext: true}},
		"a function given to something else": {map[string]string{
			"db/db.go": "package db\n\nfunc Connect(ctx any, url string, before func(context.Context, *Conn) bool) { cfg.BeforeAcquire = before }\n",
			"main.go":  "package main\n\nfunc main() {\n\tother.Do(nil, \"\", func() { c.Exec(ctx, `SELECT set_config('app.t', $1, false)`) })\n}\n"},
			evidence.Hooks{}},
		"a hook that does something else": {map[string]string{"a.go": head + "func f(c *Config) { c.BeforeAcquire = func(ctx context.Context, c *Conn) bool { return ping(c) } }\n\nfunc other() { exec(`SELECT set_config('app.t', $1, true)`) }\n\nfunc ping(c *Conn) bool { return true }\n"},
			evidence.Hooks{}},
		"AfterRelease discards": {map[string]string{"a.go": head + "func f(c *Config) { c.AfterRelease = func(c *Conn) bool { _, err := c.Exec(nil, `DISCARD ALL`); return err == nil } }\n"},
			evidence.Hooks{Resets: true}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := refresh(t, write(t, test.files)).Hooks; got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}
