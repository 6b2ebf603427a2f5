package goddl_test

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/goddl"
)

// read runs the code of packages, given by file, and prints each line of SQL with the
// file and line where it stands.
func read(files map[string]string, dirs ...string) (string, goddl.Result) {
	r := goddl.Read(goddl.Module{
		Path: "example.com/m",
		Files: func(dir string) []goddl.Source {
			var out []goddl.Source
			for _, name := range slices.Sorted(maps.Keys(files)) {
				if path.Dir(name) == dir {
					out = append(out, goddl.Source{Rel: name, Src: files[name]})
				}
			}
			return out
		},
		Importers: func(pkg string) []string {
			var out []string
			for name, src := range files {
				if strings.Contains(src, `"`+pkg+`"`) {
					out = append(out, path.Dir(name))
				}
			}
			return out
		},
		Down: func(name string) bool { return strings.HasPrefix(strings.ToLower(name), "down") },
	}, dirs)
	var b strings.Builder
	for _, s := range r.Segments {
		for i, line := range strings.Split(strings.TrimSuffix(s.SQL, "\n"), "\n") {
			fmt.Fprintf(&b, "%s:%d %s\n", strings.TrimSuffix(path.Base(s.File), ".go"), s.Lines[i], line)
		}
		if n := strings.Count(s.SQL, "\n"); n != len(s.Lines) {
			fmt.Fprintf(&b, "%d lines, %d places\n", n, len(s.Lines))
		}
	}
	for _, n := range r.Unknown {
		fmt.Fprintf(&b, "%d unknown\n", n)
	}
	return b.String(), r
}

// body is a file with a function that does something for tables; its lines begin with
// line 4.
func body(code string) map[string]string {
	head := "package a; import (\"context\"; \"fmt\"; \"strings\"; \"github.com/jackc/pgx/v5\"; \"github.com/lib/pq\"; \"slices\"; \"maps\")\n" +
		"var tables = []string{\"a\", \"b\"}\n" +
		"func Setup(ctx context.Context, db *sql.DB) error {\n"
	return map[string]string{"a/a.go": head + code + "\n}\n"}
}

func TestForms(t *testing.T) {
	const enabled = "a:5 ALTER TABLE a ENABLE ROW LEVEL SECURITY;\na:5 ALTER TABLE b ENABLE ROW LEVEL SECURITY;\n"
	for name, test := range map[string]struct{ code, want string }{
		"Sprintf": {`for _, t := range tables {
			if _, err := db.Exec(ctx, fmt.Sprintf("ALTER TABLE %s ENABLE ROW LEVEL SECURITY", t)); err != nil {
				return fmt.Errorf("alter table %s: %w", t, err)
			}
		}`, enabled},
		"quoted": {`for _, t := range tables {
			db.Exec(ctx, fmt.Sprintf("ALTER TABLE %q ENABLE ROW LEVEL SECURITY", t))
		}`, strings.NewReplacer("TABLE a", `TABLE "a"`, "TABLE b", `TABLE "b"`).Replace(enabled)},
		"sum": {`for _, t := range tables {
			db.Exec(ctx, "ALTER TABLE " + t + " ENABLE ROW LEVEL SECURITY")
		}`, enabled},
		"by index": {`for i := range tables {
			db.Exec(ctx, "ALTER TABLE " + tables[i] + " ENABLE ROW LEVEL SECURITY")
		}`, enabled},
		"by counting": {`for i := 0; i < len(tables); i++ {
			db.Exec(ctx, "ALTER TABLE " + tables[i] + " ENABLE ROW LEVEL SECURITY")
		}`, enabled},
		"Sanitize": {`for _, t := range tables {
			db.Exec(ctx, "ALTER TABLE " + pgx.Identifier{"public", t}.Sanitize() + " ENABLE ROW LEVEL SECURITY")
		}`, strings.NewReplacer("TABLE a", `TABLE "public"."a"`, "TABLE b", `TABLE "public"."b"`).Replace(enabled)},
		"QuoteIdentifier": {`for _, t := range tables { name := pq.QuoteIdentifier(t)
			db.Exec(ctx, "ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY")
		}`, strings.NewReplacer("TABLE a", `TABLE "a"`, "TABLE b", `TABLE "b"`).Replace(enabled)},
		"ReplaceAll": {`for _, t := range tables { const text =
			"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
			db.Exec(ctx, strings.ReplaceAll(text, "{table}", t))
		}`, enabled},
		"a replacer": {`for _, t := range tables { r := strings.NewReplacer("{t}", t)
			db.Exec(ctx, r.Replace("ALTER TABLE {t} ENABLE ROW LEVEL SECURITY"))
		}`, enabled},
		"several arguments, numbered": {`for _, t := range tables {
			db.Exec(ctx, fmt.Sprintf("CREATE INDEX idx_%[1]s_%[2]s ON %[1]s (%[2]s)", t, "tenant_id"))
		}`, "a:5 CREATE INDEX idx_a_tenant_id ON a (tenant_id);\na:5 CREATE INDEX idx_b_tenant_id ON b (tenant_id);\n"},
		"templates in a nested loop": {`for _, t := range tables { for _, s := range []string{
			"ALTER TABLE %s ENABLE ROW LEVEL SECURITY",
			"ALTER TABLE %s FORCE ROW LEVEL SECURITY",
			} { db.Exec(ctx, fmt.Sprintf(s, t)) }
		}`, "a:5 ALTER TABLE a ENABLE ROW LEVEL SECURITY;\na:6 ALTER TABLE a FORCE ROW LEVEL SECURITY;\n" +
			"a:5 ALTER TABLE b ENABLE ROW LEVEL SECURITY;\na:6 ALTER TABLE b FORCE ROW LEVEL SECURITY;\n"},
		"structs": {`for _, t := range []struct{ name, column string }{{"a", "org"}, {name: "b", column: "firm"}} {
			db.Exec(ctx, fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s uuid", t.name, t.column))
		}`, "a:5 ALTER TABLE a ADD COLUMN org uuid;\na:5 ALTER TABLE b ADD COLUMN firm uuid;\n"},
		"a map": {`for t, column := range map[string]string{"a": "org", "b": "firm"} {
			db.Exec(ctx, fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s uuid", t, column))
		}`, "a:5 ALTER TABLE a ADD COLUMN org uuid;\na:5 ALTER TABLE b ADD COLUMN firm uuid;\n"},
		"a map's keys, sorted": {`for _, t := range slices.Sorted(maps.Keys(map[string]bool{"b": true, "a": true})) {
			db.Exec(ctx, "ALTER TABLE " + t + " ENABLE ROW LEVEL SECURITY")
		}`, enabled},
		"a table left out": {`for _, t := range append(tables, "c") { if t == "c" { continue }
			db.Exec(ctx, "ALTER TABLE " + t + " ENABLE ROW LEVEL SECURITY")
		}`, enabled},
		"left out by a set": {`shared := map[string]bool{"c": true}; for _, t := range append(tables, "c") { if shared[t] { continue }
			db.Exec(ctx, "ALTER TABLE " + t + " ENABLE ROW LEVEL SECURITY")
		}`, enabled},
		"only where it is missing": {`for _, t := range tables { if !has(ctx, db, t) {
			db.Exec(ctx, "ALTER TABLE " + t + " ENABLE ROW LEVEL SECURITY")
		} }`, enabled},
		"a builder": {`var b strings.Builder; for _, t := range tables {
			fmt.Fprintf(&b, "ALTER TABLE %s ENABLE ROW LEVEL SECURITY;\n", t)
			} ; db.Exec(ctx, b.String())`, "a:5 ALTER TABLE a ENABLE ROW LEVEL SECURITY;\na:5 ALTER TABLE b ENABLE ROW LEVEL SECURITY;\n"},
		"gathered, then run in a transaction": {`var all []string; for _, t := range tables {
			all = append(all, fmt.Sprintf("ALTER TABLE %s ENABLE ROW LEVEL SECURITY", t))
			}
			return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error { for _, s := range all { tx.Exec(ctx, s) }; return nil })`, enabled},
		"joined": {`
			db.Exec(ctx, "ALTER TABLE a ADD CONSTRAINT u UNIQUE (" + strings.Join([]string{"tenant_id", "name"}, ", ") + ")")`,
			"a:5 ALTER TABLE a ADD CONSTRAINT u UNIQUE (tenant_id, name);\n"},
		"several lines": {"for _, t := range tables {\ndb.Exec(ctx, fmt.Sprintf(`\n\tALTER TABLE %[1]s ENABLE ROW LEVEL SECURITY;\n\tCREATE POLICY p ON %[1]s\n\t\tUSING (true)`, t))\n}",
			"a:6 ALTER TABLE a ENABLE ROW LEVEL SECURITY;\na:7 \tCREATE POLICY p ON a\na:8 \t\tUSING (true);\n" +
				"a:6 ALTER TABLE b ENABLE ROW LEVEL SECURITY;\na:7 \tCREATE POLICY p ON b\na:8 \t\tUSING (true);\n"},
		"unknown": {`for _, t := range strings.Fields(os.Getenv("TABLES")) {
			db.Exec(ctx, "ALTER TABLE " + t + " ENABLE ROW LEVEL SECURITY")
		}`, "1 unknown\n"},
		"one of two": {`t := "a"; if ctx.Value(key) == 1 { t = "b" }
			db.Exec(ctx, "ALTER TABLE " + t + " ENABLE ROW LEVEL SECURITY")`, "1 unknown\n"},
		"messages": {`for _, t := range tables {
			log.Info("create table " + t); return fmt.Errorf("alter table %s enable row level security: failed", t)
		}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := read(body(test.code), "a"); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

func TestFunctions(t *testing.T) {
	files := map[string]string{
		"iso/names.go": "package iso\n\nconst column = \"tenant_id\"\n",
		"iso/iso.go": `package iso

import ("example.com/m/tables"; "fmt")

type Kit struct { db DB; more []string }

func New(db DB) *Kit { return &Kit{db: db, more: []string{"c"}} }

func protect(ctx C, db DB, table string) error {
	return run(ctx, db, fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s uuid", table, column))
}

func run(ctx C, db DB, stmt string) error { _, err := db.Exec(ctx, stmt); return err }

func (k *Kit) Setup(ctx C) error {
	run(ctx, k.db, "CREATE TABLE audit (id int)")
	for _, t := range tables.All {
		if err := protect(ctx, k.db, t); err != nil { return err }
	}
	for _, t := range k.more { protect(ctx, k.db, t) }
	return protect(ctx, k.db, "audit")
}

func Protect(ctx C, db DB, names ...string) {
	for _, n := range names { db.Exec(ctx, "ALTER TABLE " + n + " FORCE ROW LEVEL SECURITY") }
}

func DownAll(ctx C, db DB) { for _, t := range tables.All { db.Exec(ctx, "ALTER TABLE " + t + " DISABLE ROW LEVEL SECURITY") } }
`,
		"tables/tables.go": "package tables\n\nvar All = []string{\"a\", \"b\"}\n",
		"cmd/main.go":      "package main\n\nimport \"example.com/m/iso\"\n\nfunc main() {\n\tiso.Protect(ctx, db, \"a\", \"b\")\n\tiso.New(db).Setup(ctx)\n}\n",
	}
	got, _ := read(files, "iso")
	want := "iso:25 ALTER TABLE a FORCE ROW LEVEL SECURITY;\niso:25 ALTER TABLE b FORCE ROW LEVEL SECURITY;\n" +
		"iso:16 CREATE TABLE audit (id int);\niso:10 ALTER TABLE a ADD COLUMN tenant_id uuid;\niso:10 ALTER TABLE b ADD COLUMN tenant_id uuid;\n" +
		"iso:10 ALTER TABLE c ADD COLUMN tenant_id uuid;\niso:10 ALTER TABLE audit ADD COLUMN tenant_id uuid;\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// What a query says of the catalog is left to the database.
func TestCatalog(t *testing.T) {
	const want = "a:4 DO $tenantvet$ DECLARE row_1 text; BEGIN\na:4 FOR row_1 IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP\n" +
		"%sa:5 EXECUTE 'ALTER TABLE ' || quote_ident(row_1) || ' ENABLE ROW LEVEL SECURITY';%s\na:5 END LOOP;\na:4 END $tenantvet$;\n"
	for name, test := range map[string]struct{ code, want string }{
		"in the loop over rows": {`rows, err := db.Query(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"); for rows.Next() { var t string; if err := rows.Scan(&t); err != nil { return err }
			db.Exec(ctx, "ALTER TABLE " + pgx.Identifier{t}.Sanitize() + " ENABLE ROW LEVEL SECURITY")
		}`, fmt.Sprintf(want, "", "")},
		"with a list between": {`rows, err := db.Query(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = $1", "public"); var names []string; for rows.Next() { var t string; rows.Scan(&t); names = append(names, t) }; for _, t := range names {
			db.Exec(ctx, "ALTER TABLE " + pgx.Identifier{t}.Sanitize() + " ENABLE ROW LEVEL SECURITY")
		}`, fmt.Sprintf(want, "", "")},
		"collected": {`rows, _ := db.Query(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = $1", "public"); names, err := pgx.CollectRows(rows, pgx.RowTo[string]); for _, t := range names {
			db.Exec(ctx, "ALTER TABLE " + pgx.Identifier{t}.Sanitize() + " ENABLE ROW LEVEL SECURITY")
		}`, fmt.Sprintf(want, "", "")},
		"selected": {`var names []string; db.Select(&names, "SELECT tablename FROM pg_tables WHERE schemaname = $1", "public"); for _, t := range names {
			db.Exec(ctx, "ALTER TABLE " + pgx.Identifier{t}.Sanitize() + " ENABLE ROW LEVEL SECURITY")
		}`, fmt.Sprintf(want, "", "")},
		"but one": {`var names []string; db.Select(&names, "SELECT tablename FROM pg_tables WHERE schemaname = $1", "public"); for _, t := range names { if t == "jobs" || strings.HasPrefix(t, "pg_") { continue }
			db.Exec(ctx, "ALTER TABLE " + pgx.Identifier{t}.Sanitize() + " ENABLE ROW LEVEL SECURITY")
		}`, fmt.Sprintf(want, "a:4 IF (NOT (NOT ((NOT ((row_1) = ('jobs'))) AND (NOT (starts_with(row_1, 'pg_')))))) THEN\n", " END IF;")},
		"but some of which nothing is known": {`var names []string; db.Select(&names, "SELECT tablename FROM pg_tables WHERE schemaname = $1", "public"); for _, t := range names { if !cfg.Wanted(t) { continue }
			db.Exec(ctx, "ALTER TABLE " + pgx.Identifier{t}.Sanitize() + " ENABLE ROW LEVEL SECURITY")
		}`, "1 unknown\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := read(body(test.code), "a"); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

// Files are parsed and not checked: what the compiler would refuse ends in nothing, not
// in a panic.
func TestNoGo(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"arguments": body("_ = append(); _ = len(); _ = string(); _ = make(); _ = new(); _ = any(); _ = fmt.Sprintf(); _ = strings.Join(); _ = fmt.Fprintf()"),
		"receiver":  {"a/a.go": "package a\nfunc () Setup(ctx C, db DB) { db.Exec(ctx, \"ALTER TABLE a ENABLE ROW LEVEL SECURITY\") }\n"},
		"index":     body("for _, t := range tables { name, ok := (map[string]string{\"a\": \"b\"}[t]); if ok { db.Exec(ctx, \"ALTER TABLE \" + name + \" ENABLE ROW LEVEL SECURITY\") } }"),
		"values":    body("a, b := 1, 2, 3; a += b, 1; db.Exec(ctx, \"ALTER TABLE a \"+a)"),
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := read(files, "a")
			if name == "index" && !strings.Contains(got, "ALTER TABLE b ENABLE") {
				t.Errorf("got %s", got)
			}
		})
	}
}
