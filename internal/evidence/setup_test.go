package evidence_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

const twoTables = "CREATE TABLE orders (id uuid PRIMARY KEY, name text);\nCREATE TABLE items (id uuid PRIMARY KEY);\nCREATE TABLE countries (code text);\n"

// facts prints of each table of each schema what set-up code does to it, with the
// lines where that stands.
func facts(m *evidence.Module) string {
	var lines []string
	for _, s := range m.Schemas {
		for _, t := range s.Model.Tables {
			var events []string
			for _, e := range t.History {
				if strings.HasSuffix(e.At.File, ".go") {
					events = append(events, fmt.Sprintf("%d %s", e.At.Line, e.What))
				}
			}
			protected := ""
			if t.RLS && t.Forced && len(t.Policies) > 0 && hasColumn(t, "tenant_id") {
				protected = " protected"
			}
			lines = append(lines, fmt.Sprintf("%s %s%s: %s", s.Dir, t.Name, protected, strings.Join(events, ", ")))
		}
		if n := s.Model.Unmodelled["SQL in Go"]; n > 0 {
			lines = append(lines, fmt.Sprintf("%s unknown: %d", s.Dir, n))
		}
	}
	return strings.Join(lines, "\n")
}

func hasColumn(t *schema.Table, name string) bool {
	return slices.ContainsFunc(t.Columns, func(c schema.Column) bool { return c.Name == name })
}

// protect is set-up code that protects a table, on lines 3 to 8 of its file.
const protect = "package iso\n" +
	"func protect(ctx context.Context, db DB, table string) error {\n" +
	"	for _, stmt := range []string{\n" +
	"		\"ALTER TABLE %[1]s ADD COLUMN IF NOT EXISTS tenant_id uuid NOT NULL\",\n" +
	"		\"ALTER TABLE %[1]s ENABLE ROW LEVEL SECURITY\",\n" +
	"		\"ALTER TABLE %[1]s FORCE ROW LEVEL SECURITY\",\n" +
	"		\"DROP POLICY IF EXISTS tenants ON %[1]s\",\n" +
	"		\"CREATE POLICY tenants ON %[1]s USING (tenant_id = current_setting('app.tenant_id')::uuid)\",\n" +
	"	} {\n" +
	"		if _, err := db.Exec(ctx, fmt.Sprintf(stmt, pgx.Identifier{table}.Sanitize())); err != nil { return err }\n" +
	"	}\n	return nil\n}\n"

const imports = "import (\"context\"; \"fmt\"; \"github.com/jackc/pgx/v5\")\n"

func withImports(src string) string { return strings.Replace(src, "\n", "; "+imports, 1) }

func TestSetupInGo(t *testing.T) {
	const done = "5 rls enabled, 6 rls forced, 8 policy tenants created"
	setup := func(loop string) string {
		return strings.Replace(protect, "package iso\n", "package iso; import (\"context\"; \"fmt\"; \"strings\"; \"github.com/jackc/pgx/v5\")\n", 1) +
			"func Setup(ctx context.Context, db DB) error {\n" + loop + "\nreturn nil }\n"
	}
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a list": {map[string]string{
			"migrations/1.up.sql": twoTables,
			"internal/iso/iso.go": setup(`for _, t := range []string{"orders", "items"} { if err := protect(ctx, db, t); err != nil { return err } }`),
		}, "migrations countries: \nmigrations items protected: " + done + "\nmigrations orders protected: " + done},
		"calls with constants of another package": {map[string]string{
			"migrations/1.up.sql":  twoTables,
			"internal/names/n.go":  "package names\n\nconst Orders = \"orders\"\n",
			"internal/iso/iso.go":  strings.Replace(setup("protect(ctx, db, names.Orders)"), `"context"`, `"context"; "example.com/m/internal/names"`, 1),
			"internal/iso/iso2.go": "package iso\n",
			"go.mod":               "module example.com/m\n",
		}, "migrations countries: \nmigrations items: \nmigrations orders protected: " + done},
		"the catalog": {map[string]string{
			"migrations/1.up.sql": twoTables,
			"internal/iso/iso.go": setup(`rows, err := db.Query(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"); var names []string
				for rows.Next() { var n string; if err := rows.Scan(&n); err != nil { return err }; names = append(names, n) }
				for _, n := range names { if n == "countries" || strings.HasPrefix(n, "schema_") { continue }; if err := protect(ctx, db, n); err != nil { return err } }`),
		}, "migrations countries: \nmigrations items protected: " + done + "\nmigrations orders protected: " + done},
		"a list from elsewhere": {map[string]string{
			"migrations/1.up.sql": twoTables,
			"internal/iso/iso.go": setup(`for _, t := range cfg.Tables { protect(ctx, db, t) }`),
		}, "migrations countries: \nmigrations items: \nmigrations orders: \nmigrations unknown: 4"},
		"beside services of their own": {map[string]string{
			"services/a/migrations/1.up.sql": twoTables,
			"services/b/migrations/1.up.sql": "CREATE TABLE orders (id uuid);",
			"services/b/internal/iso/iso.go": setup(`protect(ctx, db, "orders")`),
		}, "services/a/migrations countries: \nservices/a/migrations items: \nservices/a/migrations orders: \nservices/b/migrations orders protected: " + done},
		"with tables of its own": {map[string]string{
			"migrations/1.up.sql": twoTables,
			"iso/iso.go": setup(`db.Exec(ctx, "CREATE TABLE IF NOT EXISTS audit_log (id bigint)")
				for _, t := range []string{"orders", "audit_log"} { protect(ctx, db, t) }`),
		}, "migrations audit_log protected: 15 created, " + done + "\nmigrations countries: \nmigrations items: \nmigrations orders protected: " + done},
		"the catalog, with tables of its own": {map[string]string{
			"migrations/1.up.sql": "CREATE TABLE orders (id uuid);\n",
			"iso/iso.go": setup(`db.Exec(ctx, "CREATE TABLE IF NOT EXISTS audit_log (id bigint)"); var names []string
				db.Select(ctx, &names, "SELECT table_name FROM information_schema.tables WHERE table_schema = $1 AND table_type = 'BASE TABLE'", "public")
				for _, n := range names { protect(ctx, db, n) }`),
		}, "migrations audit_log protected: 15 created, " + done + "\nmigrations orders protected: " + done},
		"all in Go": {map[string]string{
			"iso/iso.go": setup(`db.Exec(ctx, "CREATE TABLE orders (id bigint)"); protect(ctx, db, "orders")`),
		}, "iso orders protected: 15 created, " + done},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := evidence.Full(write(t, test.files), "test")
			if err != nil {
				t.Fatal(err)
			}
			if got := facts(m) + problems(m); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// Units see what a file without a statement says of the tables.
func TestSetupIsReadAnew(t *testing.T) {
	root := write(t, map[string]string{
		"migrations/1.up.sql": twoTables,
		"iso/iso.go":          withImports(protect) + "func Setup(ctx context.Context, db DB) { for _, t := range tables { protect(ctx, db, t) } }\n",
		"iso/tables.go":       "package iso\n\nvar tables = []string{\"orders\"}\n",
	})
	protected := func() string {
		out := ""
		for _, t := range refresh(t, root).Schemas[0].Model.Tables {
			if t.RLS {
				out += t.Name + " "
			}
		}
		return out
	}
	if got := protected(); got != "orders " {
		t.Errorf("got %q", got)
	}
	put(t, filepath.Join(root, "iso/tables.go"), "package iso\n\nvar tables = []string{\"orders\", \"items\"}\n")
	if got := protected(); got != "items orders " {
		t.Errorf("changed: got %q", got)
	}
}
