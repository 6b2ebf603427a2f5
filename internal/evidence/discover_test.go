package evidence_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/evidence"
)

// schemas prints what was found: "dir format tables", one a line.
func schemas(m *evidence.Module) string {
	var lines []string
	for _, s := range m.Schemas {
		lines = append(lines, fmt.Sprintf("%s %s %d", s.Dir, s.Format, len(s.Model.Tables)))
	}
	return strings.Join(lines, "; ")
}

func problems(m *evidence.Module) string {
	var lines []string
	for _, p := range m.Problems {
		kind := ""
		if p.Config {
			kind = "config "
		}
		lines = append(lines, fmt.Sprintf("%s%s:%d:%d: %s", kind, p.File, p.Line, p.Column, p.Message))
	}
	return strings.Join(lines, "\n")
}

func TestDiscovery(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"nothing": {map[string]string{"main.go": "package main"}, ""},
		"goose, wherever it is": {map[string]string{
			"internal/some where/steps/001.sql": "-- +goose Up\n" + tenantSQL,
		}, "internal/some where/steps goose 1"},
		"queries are no schema": {map[string]string{
			"db/migrations/1.up.sql": tenantSQL,
			"db/queries/orders.sql":  "-- name: CreateTemp :exec\nCREATE TABLE x (id int);\n",
			"db/query.sql":           "SELECT 1;\n",
			"db/seed.sql":            "INSERT INTO orders VALUES (1);\n",
		}, "db/migrations golang-migrate 1"},
		"sqlc says what a schema is": {map[string]string{
			"sqlc.yaml":                     "version: \"2\"\nsql:\n  - engine: postgresql\n    schema: [examples/db/schema.sql]\n    queries: q\n  - engine: sqlite\n    schema: lite\n",
			"examples/db/schema.sql":        plainSQL,
			"examples/other/migrations.sql": plainSQL,
			"lite/1.sql":                    "CREATE TABLE a (id integer);\n",
		}, "examples/db sql 1"},
		"sqlc of old, in a folder of its own": {map[string]string{
			"svc/sqlc.json":            `{"version": "1", "packages": [{"path": "db", "schema": "testing/schema/", "queries": "q"}]}`,
			"svc/testing/schema/1.sql": plainSQL,
			"svc/testing/more/1.sql":   plainSQL,
		}, "svc/testing/schema sql 1"},
		"a dump of the migrations": {map[string]string{
			"db/schema.sql":            "SET row_security = off;\n-- Name: orders; Type: TABLE; Schema: public; Owner: -\n" + tenantSQL + "CREATE TABLE schema_migrations (version text NOT NULL);\n-- PostgreSQL database dump complete\n",
			"db/migrations/1_a.up.sql": tenantSQL,
		}, "db/migrations golang-migrate 1"},
		"a dump of more than the migrations": {map[string]string{
			"db/schema.sql":            "-- Name: orders; Type: TABLE; Schema: public; Owner: -\n" + tenantSQL + "CREATE TABLE users (id int);\n-- PostgreSQL database dump complete\n",
			"db/migrations/1_a.up.sql": tenantSQL,
		}, "db sql 2; db/migrations golang-migrate 1"},
		"a dump of before the migrations": {map[string]string{
			"db/baseline.sql":          "-- Name: orders; Type: TABLE; Schema: public; Owner: -\n" + tenantSQL + "-- PostgreSQL database dump complete\n",
			"db/migrations/1_a.up.sql": tenantSQL + "CREATE TABLE users (id int);\n",
		}, "db sql 1; db/migrations golang-migrate 2"},
		"a schema that is no dump": {map[string]string{
			"db/schema.sql":            tenantSQL,
			"db/migrations/1_a.up.sql": tenantSQL,
		}, "db sql 1; db/migrations golang-migrate 1"},
		"queries beside a schema": {map[string]string{
			"store/schema.sql": plainSQL, "store/query.sql": "-- name: All :many\nSELECT * FROM orders;\n", "store/seed.sql": "INSERT INTO x VALUES ({{);\n",
		}, "store sql 1"},
		"other databases": {map[string]string{
			"migrations/mysql/1.up.sql":    "CREATE TABLE `a` (id int);\n",
			"migrations/sqlite/1.up.sql":   "CREATE TABLE a (id INTEGER PRIMARY KEY);\n",
			"migrations/postgres/1.up.sql": plainSQL,
			"store/schema.sql":             "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);\n",
			"ch/1.sql":                     "CREATE TABLE a (id Int) ENGINE = MergeTree;\n",
			"my/1.sql":                     "CREATE TABLE a (id INT UNSIGNED NOT NULL, b TINYINT(1));\n",
			"ms/1.sql":                     "CREATE TABLE a (id INT)\nGO\nALTER TABLE a ADD b INT\nGO\n",
		}, "migrations/postgres golang-migrate 1"},
		"a module for another database": {map[string]string{
			"go.mod": "module example.com/drivers/litesqlite\n", "migrations/1.up.sql": "CREATE TABLE a (id INTEGER);\n",
		}, ""},
		"a module with drivers for others only": {map[string]string{
			"go.mod": "module a\n\nrequire github.com/go-sql-driver/mysql v1.9.0\n", "migrations/1.up.sql": "CREATE TABLE a (id INT KEY COMMENT 'x');\n",
		}, ""},
		"undo directories": {map[string]string{
			"migrations/up/1.sql": tenantSQL, "migrations/down/1.sql": plainSQL,
		}, "migrations/up sql 1"},
		"postgres tables named like other databases": {map[string]string{
			"migrations/1_mysql_import.up.sql": "CREATE TABLE imports (id int, engine text, strict boolean); -- not `quoted`, AUTO_INCREMENT\n",
		}, "migrations golang-migrate 1"},
		"tests and vendored code": {map[string]string{
			"migrations/1.up.sql": tenantSQL, "testdata/1.up.sql": plainSQL, "vendor/x/1.up.sql": plainSQL,
			"node_modules/x/1.up.sql": plainSQL, ".hidden/1.up.sql": plainSQL, "test/fixtures/schema.sql": plainSQL,
		}, "migrations golang-migrate 1"},
		"a test schema if there is no other": {map[string]string{"test/fixtures/schema.sql": plainSQL}, "test/fixtures sql 1"},
		"nested modules keep theirs": {map[string]string{
			"go.mod": "module a", "migrations/1.up.sql": tenantSQL, "tools/go.mod": "module b", "tools/migrations/1.up.sql": plainSQL,
		}, "migrations golang-migrate 1"},
		"prisma": {map[string]string{
			"prisma/migrations/1_init/migration.sql": plainSQL, "prisma/migrations/2_rls/migration.sql": "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n",
		}, "prisma/migrations prisma 1"},
		"DDL in Go strings": {map[string]string{
			"store/schema.go":      "package store\n\nconst table = `CREATE TABLE IF NOT EXISTS `\n\nvar ddl = []string{\n\ttable + \"orders (id int)\",\n\t`ALTER TABLE orders\n\t\tENABLE ROW LEVEL SECURITY`,\n}\n",
			"store/errors.go":      "package store\n\nconst e = \"failed to create table in PostgreSQL\"\n",
			"store/store_test.go":  "package store\n\nconst t = `CREATE TABLE tests (id int)`\n",
			"store/lite/schema.go": "package lite\n\nimport _ \"modernc.org/sqlite\"\n\nconst t = `CREATE TABLE lite (id int)`\n",
		}, "store go 1"},
	} {
		t.Run(name, func(t *testing.T) {
			m := refresh(t, write(t, test.files))
			if got := schemas(m); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
			if len(m.Problems) > 0 {
				t.Error(problems(m))
			}
		})
	}
}

// Migrations in Go are goose's as those in SQL are, and run between them; what
// goes down in them is not run.
func TestGooseInGo(t *testing.T) {
	const migration = "package migrations\n\nimport \"github.com/pressly/goose/v3\"\n\n" +
		"func init() { goose.AddMigrationContext(up2, down2) }\n\n" +
		"func up2(ctx context.Context, tx *sql.Tx) error {\n" +
		"\t_, err := tx.ExecContext(ctx, \"DO $$ BEGIN EXECUTE '\"+name+\"; END $$\")\n" +
		"\t_, err = tx.ExecContext(ctx, `\n\t\tDROP POLICY tenants ON orders;\n\t\tGRANT SELECT ON orders TO app`)\n\treturn err\n}\n\n" +
		"func down2(ctx context.Context, tx *sql.Tx) error {\n\t_, err := tx.ExecContext(ctx, \"DROP TABLE orders\")\n\treturn err\n}\n"
	root := write(t, map[string]string{
		"migrations/00001_init.sql":  "-- +goose Up\nCREATE TABLE orders (id int);\nCREATE POLICY tenants ON orders USING (true);\n",
		"migrations/00002_change.go": migration,
		"migrations/00003_more.sql":  "-- +goose Up\nALTER TABLE orders RENAME TO purchases;\n",
	})
	m, err := evidence.Full(root, "test")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := schemas(m), "migrations goose 1"; got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
	var got []string
	for _, e := range m.Schemas[0].Model.Tables[0].History {
		got = append(got, fmt.Sprintf("%s:%d %s", e.At.File, e.At.Line, e.What))
	}
	const want = "migrations/00001_init.sql:2 created, migrations/00001_init.sql:3 policy tenants created, " +
		"migrations/00002_change.go:10 policy tenants dropped, migrations/00002_change.go:11 granted select to app, " +
		"migrations/00003_more.sql:2 renamed from orders to purchases"
	if strings.Join(got, ", ") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, ", "), want)
	}
}

func TestGoDDLPositions(t *testing.T) {
	root := write(t, map[string]string{
		"store/a.go": "package store\n\nconst a = `\nCREATE TABLE orders (id int)`\n\nconst b = \"ALTER TABLE orders\" +\n\t\" ENABLE ROW LEVEL SECURITY\"\n",
	})
	m, err := evidence.Full(root, "test")
	if err != nil {
		t.Fatal(err)
	}
	if lean := refresh(t, root).Schemas[0].Model.Tables[0]; lean.History != nil || !lean.RLS {
		t.Errorf("units load %+v", lean)
	}
	var got []string
	for _, e := range m.Schemas[0].Model.Tables[0].History {
		got = append(got, fmt.Sprintf("%s:%d %s", e.At.File, e.At.Line, e.What))
	}
	if want := "store/a.go:4 created, store/a.go:6 rls enabled"; strings.Join(got, ", ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestGoDDLDownIsLeftOut(t *testing.T) {
	m := refresh(t, write(t, map[string]string{
		"store/rls.go": "package store\n\nconst up = `CREATE TABLE orders (id int); ALTER TABLE orders ENABLE ROW LEVEL SECURITY`\n\n" +
			"func DropPolicies() { exec(`ALTER TABLE orders DISABLE ROW LEVEL SECURITY`) }\n\n" +
			"var m = []migration{{Up: up, Down: `ALTER TABLE orders DISABLE ROW LEVEL SECURITY`}}\n\n" +
			"const downSQL = `ALTER TABLE orders DISABLE ROW LEVEL SECURITY`\n",
	}))
	if table := m.Schemas[0].Model.Tables[0]; !table.RLS {
		t.Errorf("got %+v", table.History)
	}
}

func TestAroundTheModule(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"beside the module": {map[string]string{
			".git/HEAD": "x", "backend/go.mod": "module b", "supabase/migrations/1.sql": tenantSQL, "web/seed/schema.sql": plainSQL,
		}, "../supabase/migrations supabase 1"},
		"the nearest directory above": {map[string]string{
			".git/HEAD": "x", "services/a/go.mod": "module a", "services/migrations/1.up.sql": tenantSQL, "db/migrations/1.up.sql": plainSQL,
		}, "../migrations golang-migrate 1"},
		"not another module's": {map[string]string{
			".git/HEAD": "x", "a/go.mod": "module a", "b/go.mod": "module b", "b/migrations/1.up.sql": plainSQL, "db/1.up.sql": tenantSQL,
		}, "../db golang-migrate 1"},
		"another module's if there is nothing else": {map[string]string{
			".git/HEAD": "x", "a/go.mod": "module a", "migrations/go.mod": "module m", "migrations/1.up.sql": tenantSQL,
		}, "../migrations golang-migrate 1"},
		"the module's own are enough": {map[string]string{
			".git/HEAD": "x", "a/go.mod": "module a", "a/migrations/1.up.sql": plainSQL, "db/1.up.sql": tenantSQL,
		}, "migrations golang-migrate 1"},
		"policies that the module's code asks for": {map[string]string{
			".git/HEAD": "x", "a/go.mod": "module a", "a/migrations/1.up.sql": plainSQL, "db/1.up.sql": tenantSQL, "other/1.up.sql": plainSQL,
			"a/rls.go": "package a\n\nconst who = `SELECT current_setting('app.tenant_id', true)`\n",
		}, "migrations golang-migrate 1; ../db golang-migrate 1"},
		"policies on a setting that its code does not know": {map[string]string{
			".git/HEAD": "x", "a/go.mod": "module a", "a/migrations/1.up.sql": plainSQL, "db/1.up.sql": tenantSQL,
			"a/rls.go": "package a\n\nconst who = `SELECT current_setting('app.shop_id', true)`\n",
		}, "migrations golang-migrate 1"},
		"the module has policies of its own": {map[string]string{
			".git/HEAD": "x", "a/go.mod": "module a", "a/migrations/1.up.sql": tenantSQL, "db/1.up.sql": tenantSQL,
			"a/rls.go": "package a\n\nconst who = `SELECT current_setting('app.tenant_id', true)`\n",
		}, "migrations golang-migrate 1"},
		"without a repository": {map[string]string{"a/go.mod": "module a", "db/1.up.sql": tenantSQL}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			root := write(t, test.files)
			for name := range test.files {
				if filepath.Base(name) == "go.mod" && (filepath.Dir(name) == "backend" || filepath.Base(filepath.Dir(name)) == "a") {
					root = filepath.Join(root, filepath.Dir(name))
				}
			}
			if got := schemas(refresh(t, root)); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestChosenSchema(t *testing.T) {
	root := write(t, map[string]string{
		"repo/go.mod":                  "module a",
		"repo/tenantvet.yaml":          "version: 1\nschema:\n  - ../dumps/prod dump.sql\n  - extra/*\n  - none/*.sql\n",
		"dumps/prod dump.sql":          tenantSQL,
		"repo/extra/more/1.up.sql":     "CREATE TABLE a (id int);\n",
		"repo/migrations/1.up.sql":     plainSQL,
		"repo/extra/mysql/1_b.up.sql":  "CREATE TABLE b (id int);\n",
		"repo/extra/more/1.down.sql":   "DROP TABLE a;\n",
		"repo/extra/mysql/ignored.txt": "",
	})
	m := refresh(t, filepath.Join(root, "repo"))
	if got, want := schemas(m), "../dumps sql 1; extra/more golang-migrate 1; extra/mysql golang-migrate 1"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, want := problems(m), `config tenantvet.yaml:5:5: schema: "none/*.sql" matches no SQL file; correct it or take it out`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestBadInput(t *testing.T) {
	root := write(t, map[string]string{
		"go.mod":                       "module a",
		"migrations/1 first.up.sql":    "CREATE TABLE orders (id int);\nCREATE TABEL x;\n",
		"migrations/2.up.sql":          "-- caf\xe9\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n",
		"migrations/3.up.sql":          strings.Repeat("CREATE oops;\n", 9),
		"migrations/9_last.up.sql":     "ALTER TABLE orders FORCE ROW LEVEL SECURITY;\n",
		"broken/main.go":               "package main\nconst x = `CREATE TABLE orders (",
		"elsewhere/not_used/plain.txt": "",
	})
	migrations := filepath.Join(root, "migrations")
	if err := os.Symlink(filepath.Join("..", "migrations"), filepath.Join(migrations, "again")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink("self.sql", filepath.Join(migrations, "self.sql")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(root, filepath.Join(root, "elsewhere", "up")); err != nil {
		t.Fatal(err)
	}
	huge, err := os.Create(filepath.Join(migrations, "4.up.sql"))
	if err != nil {
		t.Fatal(err)
	}
	if err := huge.Truncate(9 << 20); err != nil {
		t.Fatal(err)
	}
	huge.Close()
	m := refresh(t, root)
	const want = `migrations/1 first.up.sql:2:8: syntax error at or near "TABEL"
migrations/2.up.sql:1:7: not UTF-8 text; convert the file to UTF-8
migrations/3.up.sql:1:8: syntax error at or near "oops"
migrations/3.up.sql:2:8: syntax error at or near "oops"
migrations/3.up.sql:3:8: syntax error at or near "oops" (and 6 more in this file)
migrations/4.up.sql:0:0: 9 MiB is too large for a schema file; move its data elsewhere or list the others under schema: in tenantvet.yaml
migrations/again:0:0: symbolic link that leads nowhere or back to itself, not followed; remove it
migrations/self.sql:0:0: symbolic link that leads nowhere or back to itself, not followed; remove it`
	if got := problems(m); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	table := m.Schemas[0].Model.Tables[0]
	if !table.RLS || !table.Forced {
		t.Error("the rest of the files should count", table)
	}
}

func TestBadConfig(t *testing.T) {
	m := refresh(t, write(t, map[string]string{"tenantvet.yaml": "version: 1\ntenants: []\ntests: maybe\n", "migrations/1.up.sql": tenantSQL}))
	const want = "config tenantvet.yaml:2:1: unknown key \"tenants\" in the configuration; did you mean \"tenant\"?\n" +
		"config tenantvet.yaml:3:8: tests must be true or false, not the text \"maybe\""
	if got := problems(m); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLinkedMigrations(t *testing.T) {
	root := write(t, map[string]string{".git/HEAD": "x", "a/go.mod": "module a", "shared/sql/1.up.sql": tenantSQL})
	if err := os.Symlink("../shared/sql", filepath.Join(root, "a", "migrations")); err != nil {
		t.Skip(err)
	}
	if got, want := schemas(refresh(t, filepath.Join(root, "a"))), "migrations golang-migrate 1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNoModule(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	if m, err := evidence.Refresh(t.TempDir(), "test"); err == nil {
		t.Errorf("no error, got %+v", m)
	}
}

func TestWorkspace(t *testing.T) {
	root := write(t, map[string]string{
		"go.work": "go 1.26\nuse (\n\t./a\n\t./b/c\n\t./gone\n)\n", "a/go.mod": "module a", "b/c/go.mod": "module c", "d/go.mod": "module d", "a/x/y.go": "package x",
	})
	t.Setenv("GOWORK", "")
	roots, err := evidence.Workspace(filepath.Join(root, "a", "x"))
	if want := []string{filepath.Join(root, "a"), filepath.Join(root, "b/c")}; err != nil || fmt.Sprint(roots) != fmt.Sprint(want) {
		t.Errorf("got %v %v, want %v", roots, err, want)
	}
	t.Setenv("GOWORK", "off")
	roots, err = evidence.Workspace(filepath.Join(root, "a", "x"))
	if want := []string{filepath.Join(root, "a")}; err != nil || fmt.Sprint(roots) != fmt.Sprint(want) {
		t.Errorf("off: got %v %v, want %v", roots, err, want)
	}
	if _, ok := evidence.FindModule(root); ok {
		t.Error("a module above a temporary directory")
	}
	put(t, filepath.Join(root, "go.work"), "use (\n")
	t.Setenv("GOWORK", "")
	if _, err := evidence.Workspace(root); err == nil {
		t.Error("a broken go.work gives no error")
	}
}
