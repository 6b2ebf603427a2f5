package schemacheck_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/report"
	"github.com/tenantvet/tenantvet/internal/schemacheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/rules"
)

var want = regexp.MustCompile(`-- want (\w+) "(.*)"$`)

// Every rule has cases in testdata/schema/<rule>: base.sql alone is clean, bad.sql
// on top of it has the findings that its lines want, fix.sql on top of both none
// again. Each silent_*.sql on top of base.sql is what a naive rule would report.
// What a server does is seen in the package proof.
func TestRules(t *testing.T) {
	silences := map[string]int{}
	for _, file := range cases(t) {
		rule := filepath.Base(filepath.Dir(file))
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(rule+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			base, bad, fix := section(a, "base.sql"), section(a, "bad.sql"), section(a, "fix.sql")
			clean(t, "base.sql", check(t, a, base))
			compare(t, rule, bad, check(t, a, base, bad))
			clean(t, "fix.sql", check(t, a, base, bad, fix))
			for _, f := range a.Files {
				if strings.HasPrefix(f.Name, "silent_") {
					silences[rule]++
					clean(t, f.Name, of(rule, check(t, a, base, string(f.Data))))
				}
			}
		})
	}
	for _, r := range rules.All() {
		if silences[r.Name] == 0 {
			t.Errorf("rule %s has no case in which it is silent", r.Name)
		}
	}
}

func cases(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/schema/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	return files
}

func section(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// check runs all rules, audit rules too, on migrations.
func check(t *testing.T, a *txtar.Archive, texts ...string) []report.Finding {
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
	if text := section(a, "tenantvet.yaml"); text != "" {
		write("tenantvet.yaml", text)
	}
	for _, f := range a.Files {
		if f.Name == "go.mod" || strings.HasSuffix(f.Name, "_test.go") || strings.HasPrefix(f.Name, "tests/") {
			write(f.Name, string(f.Data))
		}
	}
	for i, text := range texts {
		write(fmt.Sprintf("migrations/%d.sql", i), text)
	}
	m, err := evidence.Full(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Problems) > 0 || len(m.Schemas) != 1 {
		t.Fatalf("%d schemas, problems %v", len(m.Schemas), m.Problems)
	}
	c := schemacheck.New(dir, true)
	c.Module(m, func(*evidence.Schema) bool { return true })
	return c.Findings
}

func of(rule string, found []report.Finding) []report.Finding {
	return slices.DeleteFunc(found, func(f report.Finding) bool { return f.Rule != rule && f.Rule != "directive" })
}

func clean(t *testing.T, name string, found []report.Finding) {
	t.Helper()
	for _, f := range found {
		if f.Group != rules.Audit || name != "base.sql" && name != "fix.sql" {
			t.Errorf("%s: %s", name, shown(f))
		}
	}
}

func shown(f report.Finding) string {
	return fmt.Sprintf("%s:%d: %s (%s): %s", f.Position.File, f.Position.Line, f.Rule, f.Group, f.Message)
}

// compare holds the findings of the rule against the comments of bad.sql.
func compare(t *testing.T, rule, bad string, found []report.Finding) {
	t.Helper()
	found = of(rule, found)
	wants := 0
	for i, line := range strings.Split(bad, "\n") {
		m := want.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		wants++
		at := slices.IndexFunc(found, func(f report.Finding) bool {
			return strings.HasSuffix(f.Position.File, "1.sql") && f.Position.Line == i+1 && f.Group == m[1] && strings.Contains(f.Message, m[2])
		})
		if at < 0 {
			t.Errorf("bad.sql:%d: no finding %s %q", i+1, m[1], m[2])
			continue
		}
		found = slices.Delete(found, at, at+1)
	}
	if wants == 0 {
		t.Error("bad.sql wants nothing")
	}
	for _, f := range found {
		t.Errorf("not wanted: %s", shown(f))
	}
}

// Equal migrations give equal findings, in the same order.
func TestDeterministic(t *testing.T) {
	var all []string
	for _, file := range cases(t) {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		// One schema each, so that the names don't meet.
		name := strings.TrimSuffix(filepath.Base(filepath.Dir(file))+"_"+filepath.Base(file), ".txtar")
		all = append(all, "CREATE SCHEMA "+name+";\nSET search_path = "+name+";\n"+section(a, "base.sql")+section(a, "bad.sql"))
	}
	var first string
	for range 5 {
		var b strings.Builder
		for _, f := range check(t, &txtar.Archive{}, all...) {
			fmt.Fprintln(&b, shown(f), f.Fingerprint, f.Path)
		}
		if first == "" {
			first = b.String()
		}
		if b.String() != first {
			t.Fatalf("the findings change:\n%s\n%s", first, b.String())
		}
	}
	if strings.Count(first, "\n")*2 < len(all) {
		t.Errorf("fewer findings than cases:\n%s", first)
	}
}

// TestSchemaPerTenant: where tenants have a schema each, nobody relies on row level
// security.
func TestSchemaPerTenant(t *testing.T) {
	a := txtar.Parse([]byte(`
-- tenantvet.yaml --
version: 1
tenant: {settings: [search_path], tables: [invoices]}
`))
	const tables = "CREATE TABLE invoices (id int PRIMARY KEY);\nCREATE TABLE plans (id int PRIMARY KEY, tenant_id int);\n"
	clean(t, "tables", of("norls", check(t, a, tables)))

	const other = "CREATE TABLE notes (id int, tenant_id int);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\n"
	found := of("norls", check(t, a, tables, other))
	if len(found) == 0 || !strings.HasPrefix(found[0].Message, "invoices is declared to be the tenants', but no row level security") {
		t.Errorf("beside a table with row level security: %+v", found)
	}
}

// Where no test sets tenants against each other, that is one finding; migrations
// without a program may have their tests elsewhere.
func TestNoIsolationTests(t *testing.T) {
	const policy = "ALTER TABLE %[1]s ENABLE ROW LEVEL SECURITY;\nCREATE POLICY p ON %[1]s USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::int);\n"
	text := "CREATE TABLE orders (id int, tenant_id int);\n" + fmt.Sprintf(policy, "orders") + "CREATE TABLE notes (id int, tenant_id int);\n" + fmt.Sprintf(policy, "notes")
	if found := of("untestedisolation", check(t, &txtar.Archive{}, text)); len(found) > 0 {
		t.Errorf("without a module: %+v", found)
	}
	module := []txtar.File{{Name: "go.mod", Data: []byte("module example.com/shop\n\ngo 1.26\n")}}
	found := of("untestedisolation", check(t, &txtar.Archive{Files: module}, text))
	if len(found) != 1 || found[0].Message != "no isolation test was found for the 2 tables of tenants" || len(found[0].Path) != 2 {
		t.Errorf("without tests: %+v", found)
	}
	tests := txtar.File{Name: "orders_test.go", Data: []byte("package shop\n\nvar _ = list(orders, tenantA, tenantB)\n")}
	found = of("untestedisolation", check(t, &txtar.Archive{Files: append(module, tests)}, text))
	if len(found) != 1 || found[0].Message != "no isolation test names notes, a table of tenants" {
		t.Errorf("with a test of orders: %+v", found)
	}
}

// One cause in many tables is one finding, and what is silenced is not among them.
func TestOneCause(t *testing.T) {
	var b strings.Builder
	for i := range 12 {
		if i == 1 {
			b.WriteString("-- tenantvet:ignore noforce -- nobody but its owner has it\n")
		}
		fmt.Fprintf(&b, "ALTER TABLE t%d ENABLE ROW LEVEL SECURITY;\nCREATE POLICY p ON t%[1]d USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::int);\n", i)
	}
	tables := ""
	for i := range 12 {
		tables += fmt.Sprintf("CREATE TABLE t%d (id int PRIMARY KEY, tenant_id int NOT NULL);\n", i)
	}
	found := of("noforce", check(t, &txtar.Archive{}, tables, b.String()))
	const want = "the policies of t0, t2, t3 and 8 more don't bind their owner, who is the role that runs the migrations: if the application logs in as that role, it reaches every tenant's rows"
	if len(found) != 1 || found[0].Message != want || len(found[0].Path) != 11 || found[0].Position.Line != 1 {
		t.Errorf("%+v", found)
	}
	few := strings.Join(strings.SplitAfterN(b.String(), "\n", 8)[:7], "")
	if found := of("noforce", check(t, &txtar.Archive{}, tables, few)); len(found) != 2 || !strings.HasPrefix(found[0].Message, "the policies of t0 don't bind its owner") {
		t.Errorf("of few: %+v", found)
	}
}

// Tables that one tool makes and another directory protects are protected; a table of
// another program by the same name is not.
func TestProtectedElsewhere(t *testing.T) {
	const tables = "CREATE TABLE orders (id int, tenant_id int);\nCREATE TABLE notes (id int, tenant_id int);\n"
	protect := func(name string) string {
		return "ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY;\nALTER TABLE " + name + " FORCE ROW LEVEL SECURITY;\nCREATE POLICY p ON " + name + " USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::int);\n"
	}
	for name, test := range map[string]struct {
		files []txtar.File
		want  []string // tables without row level security
	}{
		"policies only": {[]txtar.File{{Name: "src/db/migrations/1.sql", Data: []byte(tables)}, {Name: "supabase/migrations/1.sql", Data: []byte(protect("orders") + protect("notes"))}}, nil},
		"a copy":        {[]txtar.File{{Name: "src/db/migrations/1.sql", Data: []byte(tables)}, {Name: "supabase/migrations/1.sql", Data: []byte(tables + protect("orders") + protect("notes"))}}, nil},
		"one forgotten": {[]txtar.File{{Name: "src/db/migrations/1.sql", Data: []byte(tables + "CREATE TABLE items (id int, tenant_id int);\n")}, {Name: "supabase/migrations/1.sql", Data: []byte(tables + protect("orders") + protect("notes"))}}, []string{"items"}},
		"siblings": {[]txtar.File{{Name: "billing/migrations/1.sql", Data: []byte(tables + "CREATE TABLE boxes (id int, tenant_id int);\n" + protect("notes") + protect("boxes"))}, {Name: "stock/migrations/1.sql", Data: []byte(tables + protect("orders") + protect("notes"))}},
			[]string{"orders"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range test.files {
				file := filepath.Join(dir, f.Name)
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			m, err := evidence.Full(dir, "test")
			if err != nil {
				t.Fatal(err)
			}
			c := schemacheck.New(dir, false)
			c.Module(m, func(*evidence.Schema) bool { return true })
			var got []string
			for _, f := range of("norls", c.Findings) {
				got = append(got, strings.Fields(f.Message)[0])
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("without row level security: %v, want %v", got, test.want)
			}
		})
	}
}

// Policies in a file next to the migrations hold for the tables of these, and lean on
// their functions.
func TestPoliciesBesideMigrations(t *testing.T) {
	const tables = "CREATE TABLE members (user_id uuid NOT NULL, org_id uuid NOT NULL);\nCREATE TABLE orders (id int, org_id uuid NOT NULL);\n" +
		"ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nALTER TABLE members ENABLE ROW LEVEL SECURITY;\n" +
		"CREATE FUNCTION is_member(o uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''\n" +
		"	AS $$ SELECT EXISTS (SELECT FROM public.members WHERE org_id = o AND user_id = auth.uid()) $$;\n"
	const policies = "CREATE POLICY mine ON members FOR SELECT USING (user_id = auth.uid());\n" +
		"CREATE POLICY reads ON orders FOR SELECT USING (is_member(org_id));\nCREATE POLICY clears ON orders FOR DELETE USING (auth.uid() IS NOT NULL);\n" +
		"CREATE POLICY uploads ON storage.objects FOR SELECT USING (bucket_id = 'public');\n"
	for name, test := range map[string]struct {
		migration string
		want      []string
	}{
		"alone":     {tables, []string{"supabase/policies.sql:3 foreignpolicy"}},
		"a variant": {tables + "CREATE POLICY reads ON orders USING (is_member(org_id));\nCREATE POLICY mine ON members FOR SELECT USING (user_id = auth.uid());\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, data := range map[string]string{"supabase/migrations/20250101000000_init.sql": test.migration, "supabase/policies.sql": policies} {
				if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, file), []byte(data), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			m, err := evidence.Full(dir, "test")
			if err != nil {
				t.Fatal(err)
			}
			c := schemacheck.New(dir, false)
			c.Module(m, func(*evidence.Schema) bool { return true })
			var got []string
			for _, f := range c.Findings {
				got = append(got, fmt.Sprintf("%s:%d %s", f.Position.File, f.Position.Line, f.Rule))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// Supabase grants all that is made in public to those whom requests come as: there, a
// table without row level security is open. Migrations run as a role that bypasses the
// policies, and so do views that don't say otherwise.
func TestSupabaseBaseline(t *testing.T) {
	text := ""
	for _, name := range []string{"orders", "notes"} {
		text += fmt.Sprintf("CREATE TABLE %[1]s (id int, tenant_id uuid NOT NULL);\nALTER TABLE %[1]s ENABLE ROW LEVEL SECURITY;\n"+
			"CREATE POLICY p ON %[1]s TO authenticated USING (tenant_id = (auth.jwt() ->> 'tenant_id')::uuid);\n", name)
	}
	text += "CREATE TABLE items (id int, tenant_id uuid NOT NULL);\nCREATE VIEW ours AS SELECT id, tenant_id FROM orders;\n"
	dir := t.TempDir()
	for name, data := range map[string]string{"supabase/config.toml": "", "supabase/migrations/20250101000000_init.sql": text} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	m, err := evidence.Full(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	c := schemacheck.New(dir, false)
	c.Module(m, func(*evidence.Schema) bool { return true })
	if len(c.Findings) != 2 || c.Findings[0].Group != rules.Breach || c.Findings[1].Group != rules.Breach ||
		!strings.HasPrefix(c.Findings[0].Message, "items has the tenant's column tenant_id, but no row level security: anon, to whom it is granted, reaches") ||
		!strings.HasPrefix(c.Findings[1].Message, "ours is a view of orders that runs with the rights of postgres, which the policies don't bind") {
		t.Errorf("%+v", c.Findings)
	}
}

// What to write instead is what the table's other policies say, or those of other tables
// for the same role.
func TestConditionToWrite(t *testing.T) {
	table := func(name, policies string) string {
		return "CREATE TABLE " + name + " (id int PRIMARY KEY, tenant_id uuid NOT NULL, user_id uuid NOT NULL);\n" +
			"ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY;\n" + policies
	}
	base := "CREATE ROLE worker;\n" +
		table("orders", "CREATE POLICY p ON orders TO authenticated USING (tenant_id = (auth.jwt() -> 'app_metadata' ->> 'tenant_id')::uuid);\n"+
			"CREATE POLICY w ON orders TO worker USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);\n") +
		table("notes", "CREATE POLICY p ON notes TO authenticated USING (tenant_id = (auth.jwt() -> 'app_metadata' ->> 'tenant_id')::uuid);\n")
	for bad, want := range map[string]string{
		table("ratings", "CREATE POLICY own ON ratings FOR UPDATE USING ((user_id = auth.uid()));\nCREATE POLICY reads ON ratings FOR DELETE USING (true);\n"): "USING (user_id = auth.uid())",
		table("logs", "CREATE POLICY reads ON logs FOR DELETE TO worker USING (true);\n"):                                                                      "USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid)",
		table("drafts", "CREATE POLICY reads ON drafts FOR DELETE TO authenticated USING (true);\n"):                                                           "USING (tenant_id = (auth.jwt() -> 'app_metadata' ->> 'tenant_id')::uuid)",
	} {
		found := of("openpolicy", check(t, &txtar.Archive{}, base, bad))
		if len(found) != 1 || !strings.Contains(found[0].Advice, want) {
			t.Errorf("%s\n\tgot %+v, want %s", bad, found, want)
		}
	}
}

// A finding about many objects leads to each of them.
func TestGatheredPlaces(t *testing.T) {
	a, err := txtar.ParseFile("../../testdata/schema/definerfunc/many.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range of("definerfunc", check(t, a, section(a, "base.sql"), section(a, "bad.sql"))) {
		if f.Group != rules.Breach {
			continue
		}
		var places []string
		for _, s := range f.Path {
			places = append(places, fmt.Sprintf("%d %s", s.Position.Line, s.Message))
		}
		if got, want := strings.Join(places, ", "), "2 everything, 4 ids, 6 names, 8 tenants"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		return
	}
	t.Error("no finding")
}
