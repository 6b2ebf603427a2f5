package proof

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/livedb"
	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
	"github.com/tenantvet/tenantvet/internal/schemacheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/compare"
)

// What is changed by hand in a database shows as a difference, and nothing else does.
func TestDiffOfDatabase(t *testing.T) {
	pgserver.Need(t, server)
	s, err := pgserver.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop() })
	writtenFor15(t, s)
	const migration = `CREATE ROLE app LOGIN;
CREATE SCHEMA app;
CREATE TABLE app.members (user_id int NOT NULL, tenant_id int NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, tenant_id int NOT NULL, state varchar(10), name text, rank int);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE FUNCTION tenant() RETURNS int LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('app.tenant_id', true), '')::int $$;
CREATE POLICY tenant_isolation ON orders USING (tenant_id = tenant() AND state NOT IN ('gone', 'lost') AND rank BETWEEN 1 AND 9);
CREATE POLICY members ON orders FOR SELECT TO app
	USING (EXISTS (SELECT 1 FROM app.members m WHERE m.tenant_id = orders.tenant_id AND user_id = current_setting('app.user_id')::int AND name IS NOT NULL));
CREATE VIEW open_orders WITH (security_invoker) AS SELECT id, name FROM orders WHERE state = 'open';
GRANT SELECT, INSERT ON orders, open_orders TO app;
ALTER ROLE CURRENT_USER SET work_mem = '8MB';
`
	if err := s.Prepare(t.Context(), "shop", migration); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "migrations"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "migrations", "1.sql"), []byte(migration), 0o644); err != nil {
		t.Fatal(err)
	}
	diff := func(code int) []schemacheck.Difference {
		t.Helper()
		var d schemacheck.Diff
		if err := json.Unmarshal(output(t, dir, code, "schema", "-diff", "-format", "json", "-dsn", s.URL(pgserver.Superuser, "shop")), &d); err != nil {
			t.Fatal(err)
		}
		return d.Differences
	}
	if found := diff(0); len(found) > 0 {
		t.Errorf("with no change: %+v", found)
	}
	const members = "EXISTS (SELECT 1 FROM app.members m WHERE m.tenant_id = orders.tenant_id AND user_id = current_setting('app.user_id')::int AND name IS NOT NULL)"
	for _, test := range []struct {
		by, undo string
		want     string
		line     int
	}{
		{"ALTER TABLE orders DISABLE ROW LEVEL SECURITY", "ALTER TABLE orders ENABLE ROW LEVEL SECURITY", "row-level security of orders is off in the database, and on by the migrations", 5},
		{"ALTER TABLE orders NO FORCE ROW LEVEL SECURITY", "ALTER TABLE orders FORCE ROW LEVEL SECURITY", "row-level security of orders is not forced for the owner in the database", 6},
		{"CREATE POLICY everyone ON orders USING (true)", "DROP POLICY everyone ON orders", "policy everyone of orders is in the database, but in no migration", 0},
		{"ALTER POLICY tenant_isolation ON orders USING (tenant_id = tenant() OR state NOT IN ('gone', 'lost'))",
			"ALTER POLICY tenant_isolation ON orders USING (tenant_id = tenant() AND state <> ALL (ARRAY['gone', 'lost']) AND rank >= 1 AND rank <= 9)", "USING of policy tenant_isolation of orders is another one", 8},
		{"ALTER POLICY members ON orders USING (" + strings.Replace(members, "= orders.tenant_id", "= m.tenant_id", 1) + ")", "ALTER POLICY members ON orders USING (" + members + ")",
			"USING of policy members of orders is another one", 9},
		{"ALTER POLICY members ON orders TO public", "ALTER POLICY members ON orders TO app", "policy members of orders is for public in the database, and for app by the migrations", 9},
		{"ALTER VIEW open_orders RESET (security_invoker)", "ALTER VIEW open_orders SET (security_invoker)", "security_invoker of view open_orders is off in the database", 11},
		{"GRANT TRUNCATE ON orders TO app", "REVOKE TRUNCATE ON orders FROM app", "app may truncate on orders in the database, which no migration grants", 0},
		{"REVOKE INSERT ON orders FROM app", "GRANT INSERT ON orders TO app", "app may insert on orders by the migrations, but not in the database", 12},
		{"ALTER TABLE orders OWNER TO app", "ALTER TABLE orders OWNER TO " + pgserver.Superuser + "; GRANT SELECT, INSERT ON orders TO app", "orders is owned by app in the database", 4},
		{"ALTER FUNCTION tenant() SECURITY DEFINER", "ALTER FUNCTION tenant() SECURITY INVOKER", "function tenant() is SECURITY DEFINER in the database", 7},
		{"ALTER FUNCTION tenant() SET search_path = public", "ALTER FUNCTION tenant() RESET search_path", "search_path of function tenant() is \"public\" in the database", 7},
		{"ALTER ROLE app BYPASSRLS", "ALTER ROLE app NOBYPASSRLS", "role app has BYPASSRLS in the database", 1},
		{"CREATE TABLE copied AS TABLE orders; GRANT SELECT ON copied TO app", "DROP TABLE copied", "table copied is in the database, but in no migration", 0},
		{"ALTER TABLE app.members RENAME TO gone", "ALTER TABLE app.gone RENAME TO members", "table app.members is not in the database", 3},
		{"CREATE TABLE schema_migrations (version int)", "DROP TABLE schema_migrations", "", 0},
	} {
		inShop(t, s, test.by)
		code := 1
		if test.want == "" {
			code = 0
		}
		found := diff(code)
		if test.want != "" && !slices.ContainsFunc(found, func(d schemacheck.Difference) bool {
			return strings.HasPrefix(d.Message, test.want) && d.Position.Line == test.line && (test.line > 0) == (d.Position.File == "migrations/1.sql")
		}) {
			t.Errorf("after %s: %+v", test.by, found)
		}
		inShop(t, s, test.undo)
		if found := diff(0); len(found) > 0 {
			t.Fatalf("after %s: %+v", test.undo, found)
		}
	}
	inShop(t, s, "ALTER ROLE app BYPASSRLS")
	text := string(output(t, dir, 1, "schema", "-diff", "-dsn", s.URL(pgserver.Superuser, "shop"), "migrations"))
	if want := "migrations/1.sql:1: role app has BYPASSRLS in the database, and not by the migrations\n\n1 difference in what keeps tenants apart"; !strings.HasPrefix(text, want) {
		t.Errorf("text:\n%s", text)
	}
}

// The server's words for a made-up condition are the same condition; another one is
// not.
func TestConditionsInServersWords(t *testing.T) {
	pgserver.Need(t, server)
	s, err := pgserver.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop() })
	g := policyGenerator{rand.New(rand.NewPCG(3, 5))}
	conditions := make([]string, 400)
	for i := range conditions {
		conditions[i] = g.condition(g.IntN(3))
	}
	// policies has each condition under the number of the one that is by places after it.
	policies := func(by int) string {
		var b strings.Builder
		for i := range conditions {
			fmt.Fprintf(&b, "CREATE POLICY p%d ON notes USING (%s);\n", i, conditions[(i+by)%len(conditions)])
		}
		return b.String()
	}
	if err := s.Prepare(t.Context(), "policies", policyWorld, policies(0)); err != nil {
		t.Fatal(err)
	}
	d, err := livedb.Read(t.Context(), s.URL(pgserver.Superuser, "policies"))
	if err != nil {
		t.Fatal(err)
	}
	migrations := func(by int) *schema.Model {
		m, problems := schema.Replay([]schema.File{{Path: "1.sql", SQL: policyWorld}, {Path: "2.sql", SQL: policies(by)}})
		for _, p := range problems {
			t.Fatal(p)
		}
		return m
	}
	for _, d := range compare.Models(d.Model, migrations(0), pgserver.Superuser) {
		t.Errorf("%s:\n%s\n%s", d.Message, d.Want, d.Have)
	}
	different := 0
	for i := range conditions {
		if conditions[i] != conditions[(i+1)%len(conditions)] {
			different++
		}
	}
	found := compare.Models(d.Model, migrations(1), pgserver.Superuser)
	if len(found) < different-4 {
		t.Errorf("of %d conditions that are different, %d are found to be", different, len(found))
	}
}
