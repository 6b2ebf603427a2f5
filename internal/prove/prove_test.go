package prove_test

import (
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
	"github.com/tenantvet/tenantvet/internal/prove"
	"github.com/tenantvet/tenantvet/internal/redteam"
)

var server *pgserver.Server

var all = flag.Bool("prove.all", false, "attack every case rather than one a rule")

func TestMain(m *testing.M) { os.Exit(pgserver.Main(m, func(s *pgserver.Server) { server = s })) }

// attacked proves migrations, given as the texts of their files.
func attacked(t *testing.T, config string, texts ...string) (*redteam.Result, error) {
	t.Helper()
	pgserver.Need(t, server)
	return attackedOn(t, redteam.Own(server, func() {}), config, texts...)
}

func attackedOn(t *testing.T, on prove.Server, config string, texts ...string) (*redteam.Result, error) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/m\n\ngo 1.26\n")
	if config != "" {
		write("tenantvet.yaml", config)
	}
	for i, text := range texts {
		write(fmt.Sprintf("migrations/%04d_x.sql", i+1), text)
	}
	m, err := evidence.Full(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Schemas) != 1 {
		t.Fatalf("%d schemas", len(m.Schemas))
	}
	return prove.Schema(t.Context(), on, m, &m.Schemas[0])
}

// leaks lists what got through, as "table attack".
func leaks(r *redteam.Result) []string {
	var out []string
	for _, table := range r.Tables {
		for _, a := range table.Attacks {
			if line := table.Name + " " + a.Attack; a.Outcome == redteam.Through && (len(out) == 0 || out[len(out)-1] != line) {
				out = append(out, line)
			}
		}
	}
	return out
}

func section(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// beyond are the cases that the red team does not show, and why.
func beyond() map[string]string {
	const breaks, unowned = "nothing leaks: the tenant's own work fails", "it depends on who owns the table, which the case leaves open or changes with its rows"
	const written = "a row of the lookup table has to be written first"
	return map[string]string{
		"bypassgrant/createrole": "what the login can give itself has to be planned",
		"definerfunc/hijacked":   "a temporary table of the attacker's own is needed",
		"definerfunc/written":    "a temporary table of the attacker's own is needed",
		"definerview/unknown":    unowned,
		"emptycontext/cast":      breaks,
		"emptycontext/function":  breaks,
		"emptycontext/functions": breaks,
		"emptycontext/guard":     breaks,
		"emptycontext/text":      "the row that it lets in is nobody's",
		"exposedsecret/tokens":   "the table belongs to no tenant",
		"foreignpolicy/listed":   written,
		"foreignpolicy/offered":  "the tenant whose rows are offered is neither of the two",
		"foreignpolicy/profile":  written,
		"foreignpolicy/selfmade": written,
		"foreigntable/remote":    "there is no other server",
		"globalunique/code":      "that a key is taken is no row",
		"noforce/owner":          unowned,
		"nopolicy/denied":        breaks,
		"nullabletenant/lost":    "the row that is lost is nobody's",
		"publicgrant/defaults":   "there is no table yet",
		"perrowpolicy/counted":   "it is about time",
		"perrowpolicy/volatile":  "it is about time",
		"ungatedlimit/counted":   "the rows beyond the limit are the tenant's own",
		"ungatedlimit/disabled":  "the rows beyond the limit are the tenant's own",
		"weakened/recreated":     unowned,
	}
}

// Every case of the rules about migrations is one that a server shows: the red team
// gets through before it is mended, and not afterwards.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("../../testdata/schema/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	beyond, rules := beyond(), map[string]bool{}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if section(a, "attack.sql") == "" {
			continue
		}
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "../../testdata/schema/"), ".txtar")
		if _, hidden := beyond[name]; !*all && (hidden || rules[path.Dir(name)]) {
			delete(beyond, name)
			continue
		}
		rules[path.Dir(name)] = true
		t.Run(name, func(t *testing.T) {
			bad, err := attacked(t, section(a, "tenantvet.yaml"), section(a, "base.sql"), section(a, "bad.sql"))
			if err != nil {
				t.Fatal(err)
			}
			reason := beyond[name]
			delete(beyond, name)
			if got := leaks(bad); (len(got) > 0) == (reason != "") {
				t.Errorf("before it is mended: %q; beyond the red team: %q", got, reason)
			}
			if name == "emptycontext/cast" && !broken(bad) {
				t.Error("no statement fails in the empty context")
			}
			if reason != "" {
				return
			}
			fixed, err := attacked(t, section(a, "tenantvet.yaml"), section(a, "base.sql"), section(a, "bad.sql"), section(a, "fix.sql"))
			if err != nil {
				t.Fatal(err)
			}
			if got := leaks(fixed); len(got) > 0 || len(fixed.Unfilled) > 0 {
				t.Errorf("when it is mended: %q, unfilled %v", got, fixed.Unfilled)
			}
		})
	}
	for name := range beyond {
		t.Errorf("no case %s", name)
	}
}

func broken(r *redteam.Result) bool {
	for _, table := range r.Tables {
		for _, a := range table.Attacks {
			if a.Outcome == redteam.Broken && a.Context == "empty" {
				return true
			}
		}
	}
	return false
}

// Rows are made of whatever types, keys and checks ask for.
func TestRowsAreMade(t *testing.T) {
	const schema = `CREATE ROLE app LOGIN;
CREATE TYPE state AS ENUM ('open', 'shut');
CREATE DOMAIN cents AS bigint CHECK (VALUE >= 100);
CREATE TABLE tenants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), slug varchar(6) NOT NULL UNIQUE);
CREATE TABLE plans (id serial PRIMARY KEY, name text NOT NULL CHECK (name IN ('free', 'paid')));
CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, email text NOT NULL, UNIQUE (tenant_id, email), UNIQUE (tenant_id, id), boss bigint,
	FOREIGN KEY (tenant_id, boss) REFERENCES people (tenant_id, id));
CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, person bigint NOT NULL, plan int NOT NULL REFERENCES plans,
	state state NOT NULL, total cents NOT NULL, code text NOT NULL CHECK (code ~ '^[a-z][0-9]+$' OR code = 'x1'), at timestamptz NOT NULL, on_day date NOT NULL, tags text[] NOT NULL, doc jsonb NOT NULL,
	host inet NOT NULL, span interval NOT NULL, twice bigint GENERATED ALWAYS AS (total * 2) STORED, FOREIGN KEY (tenant_id, person) REFERENCES people (tenant_id, id));
CREATE TABLE odd (id int PRIMARY KEY, tenant_id uuid NOT NULL, shape tsquery NOT NULL);
DO $$ DECLARE t text; BEGIN
	FOREACH t IN ARRAY ARRAY['people', 'orders', 'odd'] LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
		EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
		EXECUTE format('CREATE POLICY p ON %I USING (tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid)', t);
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO app', t);
	END LOOP;
END $$;
GRANT SELECT ON plans, tenants TO app;
`
	r, err := attacked(t, "", schema)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Unfilled) != 1 || r.Unfilled[0].Name != "public.odd" || !strings.Contains(r.Unfilled[0].Reason, "column shape of type tsquery") {
		t.Errorf("unfilled: %+v", r.Unfilled)
	}
	if got := leaks(r); len(got) > 0 {
		t.Errorf("%q", got)
	}
	closed := map[string]bool{}
	for _, table := range r.Tables {
		for _, a := range table.Attacks {
			closed[table.Name+" "+a.Attack] = closed[table.Name+" "+a.Attack] || a.Outcome == redteam.Closed
		}
	}
	for _, want := range []string{"public.people read", "public.orders read", "public.orders insert", "public.orders move", "public.orders change", "public.orders delete", "public.orders upsert", "public.orders truncate"} {
		if !closed[want] {
			t.Errorf("%s was not tried: %v", want, r.Notes)
		}
	}
	if len(r.Notes) > 0 {
		t.Errorf("notes: %q", r.Notes)
	}
}

// Roles that the migrations take for granted are made.
func TestMissingRole(t *testing.T) {
	r, err := attacked(t, "", "CREATE TABLE orders (id int PRIMARY KEY, tenant_id int);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nCREATE POLICY p ON orders USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::int);\nGRANT SELECT ON orders TO app;\nGRANT INSERT ON orders TO loader;")
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Notes) < 2 || !strings.Contains(r.Notes[0], "takes role app for granted") || strings.Join(r.Roles, " ") != "app loader" || len(leaks(r)) > 0 {
		t.Errorf("roles %q, notes %q, leaks %q", r.Roles, r.Notes, leaks(r))
	}
}

// Migrations that the server refuses are named with their file.
func TestBrokenMigration(t *testing.T) {
	_, err := attacked(t, "", "CREATE TABLE orders (id int, tenant_id int);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nCREATE POLICY p ON orders USING (tenant_id = current_setting('app.tenant_id')::int);", "ALTER TABLE nothing ADD x int;")
	if err == nil || !strings.Contains(err.Error(), "migrations/0002_x.sql") || !strings.Contains(err.Error(), "42P01") {
		t.Errorf("%v", err)
	}
}

// A server that belongs to somebody shows the same, and has nothing left of it.
func TestBorrowedServer(t *testing.T) {
	pgserver.Need(t, server)
	borrowed, err := redteam.Borrow(t.Context(), server.URL(pgserver.Superuser, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	const unforced = "CREATE TABLE orders (id int PRIMARY KEY, tenant_id int);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nCREATE POLICY p ON orders USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::int);\n"
	for text, leaking := range map[string]bool{
		unforced: true, // to its owner
		unforced + "ALTER TABLE orders FORCE ROW LEVEL SECURITY;":                                                                              false,
		unforced + "CREATE ROLE app LOGIN;\nGRANT SELECT ON orders TO app;":                                                                    false,
		unforced + "CREATE ROLE app LOGIN;\nGRANT SELECT ON orders TO app;\nCREATE VIEW v AS SELECT * FROM orders;\nGRANT SELECT ON v TO app;": true,
	} {
		r, err := attackedOn(t, borrowed, "", text)
		if err != nil {
			t.Fatal(err)
		}
		if got := leaks(r); (len(got) > 0) != leaking {
			t.Errorf("%s\n%q, as %q", text, got, r.Roles)
		}
	}
	conn, err := borrowed.Connect(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	left := 0
	if err := conn.QueryRow(t.Context(), "SELECT (SELECT count(*) FROM pg_database WHERE datname LIKE 'tenantvet%') + (SELECT count(*) FROM pg_roles WHERE rolname IN ('app', 'tenantvet_owner'))").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d databases and roles are left, %v", left, err)
	}
}
