package driver_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/report"
)

// A directory of migrations, without a Go module.
const migrationsOnly = `
-- db/migrations/1_orders.up.sql --
CREATE TABLE orders (id int PRIMARY KEY, tenant_id int NOT NULL);
-- db/migrations/1_orders.down.sql --
DROP TABLE orders;
-- db/migrations/2_policy.up.sql --
CREATE POLICY tenant_isolation ON orders
	USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::int);
-- db/migrations/2_policy.down.sql --
DROP POLICY tenant_isolation ON orders;
`

func TestSchemaCommand(t *testing.T) {
	dir := program(t, migrationsOnly)
	for _, args := range [][]string{{"schema"}, {"schema", "db/migrations"}, {"schema", "-C", dir}, {"-C", dir, "schema"}, {"schema", "./..."}} {
		o := run(t, dir, tool, args...)
		if o.code != 1 || !strings.Contains(o.stdout, "2_policy.up.sql:1:1: dormantpolicy: policy tenant_isolation does nothing") {
			t.Errorf("tenantvet %v exits with %d:\n%s%s", args, o.code, o.stdout, o.stderr)
		}
		if strings.Contains(o.stdout, "packages") || !strings.Contains(o.stdout, "   1 | CREATE POLICY tenant_isolation ON orders") {
			t.Errorf("tenantvet %v:\n%s", args, o.stdout)
		}
	}
	var r report.Report
	o := run(t, dir, tool, "schema", "-format", "json")
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
		t.Fatalf("%v\n%s", err, o.stdout)
	}
	if len(r.Findings) != 1 || r.Findings[0].Position.File != "db/migrations/2_policy.up.sql" || r.Findings[0].Fingerprint == "" || !r.SchemaOnly || len(r.Schemas) != 2 {
		t.Errorf("%s", o.stdout)
	}
	write(t, filepath.Join(dir, "db/migrations/3_on.up.sql"), "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nALTER TABLE orders FORCE ROW LEVEL SECURITY;\n")
	if o := run(t, dir, tool, "schema"); o.code != 0 || !strings.Contains(o.stdout, "1 table of tenants, policies: 1 closed") {
		t.Errorf("after the fix it exits with %d:\n%s%s", o.code, o.stdout, o.stderr)
	}
	o = run(t, dir, tool, "schema", "explain", "orders")
	for _, line := range []string{"1_orders.up.sql:1  created", "3_on.up.sql:1      rls enabled", "policy tenant_isolation for all to public: closed"} {
		if !strings.Contains(o.stdout, line) {
			t.Errorf("explain lacks %q:\n%s", line, o.stdout)
		}
	}
}

// A directory is asked about with all modules below it.
func TestSchemaCommandModules(t *testing.T) {
	const table = "CREATE TABLE orders (id int PRIMARY KEY, tenant_id int);\nCREATE POLICY p ON orders USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::int);\n"
	dir := program(t, "-- go.mod --\nmodule example.com/shop\n\ngo 1.25.0\n-- stock/go.mod --\nmodule example.com/shop/stock\n\ngo 1.25.0\n"+
		"-- stock/migrations/1.up.sql --\n"+table+"-- examples/demo/schema.sql --\n"+table)
	for _, test := range []struct {
		arg, want string
		findings  int
	}{
		{".", "stock/migrations/1.up.sql:2:1: dormantpolicy", 2},
		{"stock", "stock/migrations/1.up.sql:2:1: dormantpolicy", 1},
		{"examples", "examples/demo/schema.sql:2:1: dormantpolicy", 1},
	} {
		if o := run(t, dir, tool, "schema", test.arg); o.code != 1 || strings.Count(o.stdout, "dormantpolicy: ") != test.findings || !strings.Contains(o.stdout, test.want) {
			t.Errorf("tenantvet schema %s exits with %d, want %s:\n%s%s", test.arg, o.code, test.want, o.stdout, o.stderr)
		}
	}
}

// Modules of a workspace that share a schema are told about it once.
func TestSchemaShared(t *testing.T) {
	dir := program(t, "-- go.work --\ngo 1.25.0\n\nuse (\n\t./a\n\t./b\n)\n-- a/go.mod --\nmodule example.com/a\n\ngo 1.25.0\n"+
		"-- b/go.mod --\nmodule example.com/b\n\ngo 1.25.0\n"+migrationsOnly)
	write(t, filepath.Join(dir, ".git", "HEAD"), "ref: refs/heads/main\n")
	if o := run(t, dir, tool, "schema"); o.code != 1 || !strings.Contains(o.stdout, "1 finding: 1 dormantpolicy\n1 table of tenants") {
		t.Errorf("exits with %d:\n%s%s", o.code, o.stdout, o.stderr)
	}
}

func TestSchemaCommandMisuse(t *testing.T) {
	dir := program(t, migrationsOnly)
	for _, args := range [][]string{{"schema", "nowhere"}, {"schema", "-nonsense"}, {"schema", "explain"}, {"schema", "explain", "nothing"}, {"schema", "-format", "xml"}} {
		if o := run(t, dir, tool, args...); o.code != 2 || o.stderr == "" {
			t.Errorf("tenantvet %v exits with %d: %s%s", args, o.code, o.stdout, o.stderr)
		}
	}
	// Nothing there is no proof of anything.
	if o := run(t, t.TempDir(), tool, "schema"); o.code != 0 || !strings.Contains(o.stdout, "no schema was found") {
		t.Errorf("in an empty directory it exits with %d: %s", o.code, o.stdout)
	}
}

// A comment silences a finding in a migration; one that is of no use is a finding.
func TestSchemaDirectives(t *testing.T) {
	dir := program(t, migrationsOnly)
	file := filepath.Join(dir, "db/migrations/2_policy.up.sql")
	policy, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ before, want string }{
		{"-- tenantvet:ignore dormantpolicy -- the next release enables it\n", "no findings"},
		{"-- tenantvet:ignore dormantpolicy\n", "directive: directive without a reason"},
		{"-- tenantvet:ignore dormant -- really\n", "directive: directive ignores unknown rule dormant"},
		{"-- tenantvet:ignore norls, dormantpolicy -- the next release enables it\n", "directive: directive ignores norls, but there is nothing to silence here"},
		{"-- tenantvet:silence dormantpolicy -- because\n", "directive: unknown directive"},
		{"SELECT 1; -- tenantvet:ignore dormantpolicy -- the one before\n", "2_policy.up.sql:2:1: dormantpolicy:"},
	} {
		write(t, file, test.before+string(policy))
		if o := run(t, dir, tool, "schema"); !strings.Contains(o.stdout, test.want) {
			t.Errorf("%swant %q:\n%s", test.before, test.want, o.stdout)
		}
	}
	write(t, file, strings.Replace(string(policy), "orders\n", "orders -- tenantvet:ignore dormantpolicy -- later\n", 1))
	if o := run(t, dir, tool, "schema"); !strings.Contains(o.stdout, "no findings") {
		t.Errorf("inside the statement:\n%s", o.stdout)
	}
}

// Schema statements in Go strings are judged, too, and with the packages as well.
func TestSchemaInGo(t *testing.T) {
	const using = "(tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::int)`,\n"
	dir := program(t, "-- go.mod --\nmodule example.com/shop\n\ngo 1.26.0\n-- db/db.go --\npackage db\n\nvar Schema = []string{\n"+
		"\t`CREATE TABLE orders (id int PRIMARY KEY, tenant_id int NOT NULL)`,\n"+
		"\t//tenantvet:ignore dormantpolicy -- the next release enables it\n"+
		"\t`CREATE POLICY p ON orders USING "+using+
		"\t`CREATE TABLE items (id int PRIMARY KEY, tenant_id int NOT NULL)`,\n"+
		"\t`CREATE POLICY p ON items USING "+using+"}\n")
	for _, args := range [][]string{{"schema"}, {"./..."}} {
		o := run(t, dir, tool, args...)
		want := filepath.Join("db", "db.go") + ":8:2: dormantpolicy: policy p does nothing, since row level security is not enabled on items"
		if o.code != 1 || !strings.HasPrefix(o.stdout, want) || !strings.Contains(o.stdout, "1 finding: 1 dormantpolicy\n") {
			t.Errorf("tenantvet %v exits with %d:\n%s%s", args, o.code, o.stdout, o.stderr)
		}
	}
}
