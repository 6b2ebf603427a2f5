package proof

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/livedb"
	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
	"github.com/tenantvet/tenantvet/internal/report"
	"github.com/tenantvet/tenantvet/internal/schemacheck"
)

// What the rules say about migrations they say about the database that the
// migrations made, but for what only a history shows and what only a server knows.
func TestFindingsOfDatabase(t *testing.T) {
	pgserver.Need(t, server)
	s, err := pgserver.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop() })
	writtenFor15(t, s)
	for _, c := range schemaCases(t) {
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			dir := t.TempDir()
			files := map[string]string{"tenantvet.yaml": c.section("tenantvet.yaml"), "migrations/1.sql": c.section("base.sql"), "migrations/2.sql": c.section("bad.sql")}
			for name, text := range files {
				if text == "" {
					continue
				}
				if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			m, err := evidence.Full(dir, "test")
			if err != nil {
				t.Fatal(err)
			}
			migrations := schemacheck.New(dir, true)
			migrations.Module(m, func(*evidence.Schema) bool { return true })

			var live *schemacheck.Check
			c.inDatabase(t, s, "bad.sql", func() {
				d, err := livedb.Read(t.Context(), s.URL(pgserver.Superuser, "case"))
				if err != nil {
					t.Fatal(err)
				}
				if len(d.Problems) > 0 {
					t.Errorf("problems: %v", d.Problems)
				}
				live = schemacheck.New(dir, true)
				live.Database(schemacheck.Live(m, d.Model, d.Objects()), d.Statement)
			})
			for _, f := range live.Findings {
				if !strings.HasPrefix(f.Position.File, livedb.Prefix) || f.Position.Line > 0 || f.Statement == "" || f.Fingerprint == "" {
					t.Errorf("a finding without its object: %+v", f)
				}
			}
			one, other := shortened(migrations.Findings), shortened(live.Findings)
			var differ []string
			for _, line := range one {
				if !slices.Contains(other, line) {
					differ = append(differ, "- "+line)
				}
			}
			for _, line := range other {
				if !slices.Contains(one, line) {
					differ = append(differ, "+ "+line)
				}
			}
			for _, line := range differ {
				if what, _, _ := strings.Cut(line, ":"); !slices.Contains(differently()[c.rule+"/"+c.name], what) {
					t.Error(line)
				}
			}
		})
	}
}

// differently are the cases in which the two differ, with what only the migrations
// (-) or only the server (+) shows.
func differently() map[string][]string {
	return map[string][]string{
		"bypassgrant/createrole": {"- bypassgrant (suspect)", "+ bypassgrant (breach)"}, // of which version it is
		"copiedtable/like":       {"- copiedtable (suspect)"},                           // which table it was copied from
		"definerview/lost":       {"- definerview (breach)", "+ definerview (breach)"},  // that it had the option
		"definerview/unknown":    {"- definerview (suspect)", "+ definerview (breach)"}, // who owns it
		"weakened/cascade":       {"- weakened (breach)"},
		"weakened/definer":       {"- weakened (breach)", "+ definerfunc (breach)"},
		"weakened/disabled":      {"- weakened (breach)", "+ dormantpolicy (breach)"},
		"weakened/recreated":     {"- weakened (breach)", "+ definerfunc (breach)"},
		"weakened/unforced":      {"- weakened (breach)", "+ noforce (breach)"},
	}
}

func shortened(found []report.Finding) []string {
	var out []string
	for _, f := range found {
		out = append(out, fmt.Sprintf("%s (%s): %s", f.Rule, f.Group, f.Message))
	}
	return out
}

// TestSchemaOfDatabase runs the command on a server, as a role that may do nothing
// but log in: it reads the catalog, writes nothing and tells no password.
func TestSchemaOfDatabase(t *testing.T) {
	pgserver.Need(t, server)
	s, err := pgserver.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop() })
	if err := s.Prepare(t.Context(), "shop", `
		CREATE ROLE shop LOGIN;
		CREATE ROLE reader LOGIN PASSWORD 'hunter22';
		CREATE TABLE orders (id int PRIMARY KEY, tenant_id int NOT NULL, name text);
		CREATE INDEX ON orders (tenant_id);
		ALTER TABLE orders OWNER TO shop;
		ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
		CREATE POLICY tenant_isolation ON orders USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::int);
		ALTER DATABASE shop SET app.signing_key = 'hunter23'`); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	dsn := strings.Replace(s.URL("reader", "shop"), "reader@", "reader:hunter22@", 1)
	t.Setenv("SHOP_DSN", dsn)
	text := string(output(t, dir, 1, "schema", "-dsn", "env:SHOP_DSN"))
	for _, want := range []string{
		"database:public.orders: noforce: the policies of orders don't bind its owner shop, and of the roles that can log in only shop reaches its rows",
		"     | ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY",
		"1 table of tenants, policies: 1 closed",
		"as reader; relations: 1, functions: 0, roles: 3",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
	var first, second report.Report
	for _, r := range []*report.Report{&first, &second} {
		if err := json.Unmarshal(output(t, dir, 1, "schema", "-format", "json", "-dsn", dsn), r); err != nil {
			t.Fatal(err)
		}
		admin(t, s, "ALTER ROLE shop CREATEDB") // which has no bearing on it
	}
	if f := first.Findings[0]; f.Fingerprint != second.Findings[0].Fingerprint || f.Position != (report.Position{File: "database:public.orders"}) {
		t.Errorf("%+v, %+v", f, second.Findings[0])
	}
	if all := text + fmt.Sprint(first); strings.Contains(all, "hunter") {
		t.Errorf("a secret is told:\n%s", all)
	}
	if text := string(output(t, dir, 0, "schema", "explain", "-dsn", dsn, "orders")); !strings.Contains(text, "owned by shop") || strings.Contains(text, "hunter") {
		t.Errorf("explain:\n%s", text)
	}
	// With the application's own login, all is closed.
	admin(t, s, "CREATE ROLE app LOGIN")
	inShop(t, s, "GRANT SELECT ON orders TO app")
	output(t, dir, 0, "schema", "-dsn", dsn)
	// Nobody is there.
	output(t, dir, 3, "schema", "-dsn", s.URL("nobody", "shop"))
	output(t, dir, 2, "schema", "-dsn", "env:NOT_SET")
}

func inShop(t *testing.T, s *pgserver.Server, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL(pgserver.Superuser, "shop"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
