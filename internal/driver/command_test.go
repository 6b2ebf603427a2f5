package driver_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/report"
)

func TestFindings(t *testing.T) {
	dir := program(t, shop)
	code, r := check(t, dir)
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	equal(t, "findings", findings(r), []string{"orders/orders.go:9 rawpool"})
	equal(t, "schemas", r.Schemas, []string{"db/migrations/0001_orders.sql"})
	if got, want := r.Totals.Packages, (report.Packages{Analysed: 2}); got != want {
		t.Errorf("packages: %+v, want %+v", got, want)
	}
	if r.Totals.Sites.Breach != 1 || r.Totals.Sites.Safe != 0 {
		t.Errorf("sites: %+v, want one breach", r.Totals.Sites)
	}
	f := r.Findings[0]
	if f.Group != "breach" || f.Fingerprint == "" || f.Advice == "" || f.Package != "example.com/shop/orders" || f.Position.EndColumn <= f.Position.Column {
		t.Errorf("the finding lacks something: %+v", f)
	}
	// Equal bytes, from the cache as well as with another working directory of the go command.
	first := run(t, dir, tool, "-format=json")
	for range 3 {
		if again := run(t, dir, tool, "-format=json"); again.stdout != first.stdout {
			t.Fatalf("the output changes:\n%s\n%s", first.stdout, again.stdout)
		}
	}
}

func TestText(t *testing.T) {
	dir := program(t, shop)
	o := run(t, filepath.Dir(dir), tool, "-C", filepath.Base(dir), "./...")
	if o.code != 1 {
		t.Errorf("exit code %d, want 1: %s", o.code, o.stderr)
	}
	want := filepath.Join(filepath.Base(dir), "orders", "orders.go") + ":9:"
	if !strings.HasPrefix(o.stdout, want) || !strings.Contains(o.stdout, "^^^") {
		t.Errorf("want a finding at %s with its code line marked:\n%s", want, o.stdout)
	}
	if !strings.Contains(o.stdout, "1 finding: 1 rawpool\n2 packages analysed\nquery sites on tenant tables: 0 safe, 1 breach, 0 suspect, 0 unknown, 0 privileged\n1 table of tenants, policies: 1 closed, 0 open, 0 unknown\nschema: ") {
		t.Errorf("want the totals:\n%s", o.stdout)
	}
	if o.stderr != "" || strings.Contains(o.stdout, "\x1b") {
		t.Errorf("progress or colour without a terminal: %q", o.stderr)
	}
}

func TestFlagForms(t *testing.T) {
	dir := program(t, shop)
	want := run(t, dir, tool, "-format", "json", "./...").stdout
	if !json.Valid([]byte(want)) {
		t.Fatalf("not JSON: %s", want)
	}
	for _, args := range [][]string{{"--format", "json"}, {"--format=json", "./..."}, {"./...", "-format=json"}, {"-tests", "-format=json"}} {
		if got := run(t, dir, tool, args...); got.stdout != want {
			t.Errorf("%s: %s%s", args, got.stdout, got.stderr)
		}
	}
	if o := run(t, dir, tool, "-o", "out.json", "-format", "json"); o.stdout != "" || o.code != 1 {
		t.Errorf("-o: exit code %d, output %q", o.code, o.stdout)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "out.json")); err != nil || string(data) != want {
		t.Errorf("-o wrote %q, %v", data, err)
	}
}

func TestMisuse(t *testing.T) {
	dir := program(t, shop+`
-- empty/readme.txt --
-- other/other.go --
//go:build never

package other
`)
	nowhere := t.TempDir()
	tests := []struct {
		dir  string
		args []string
		want string
	}{
		{dir, []string{"-nonsense"}, "unknown flag -nonsense; tenantvet -h lists the flags"},
		{dir, []string{"-format", "xml"}, "-format xml: unknown format; use one of text, json, sarif, github, markdown, html"},
		{dir, []string{"-C", "gone"}, "-C gone: not a directory"},
		{dir, []string{"-o", filepath.Join("gone", "out"), "."}, "no such file or directory"},
		{dir, []string{"./gone"}, "gone: directory not found"},
		{dir, []string{"./gone/..."}, "pattern ./gone/..."},
		{dir, []string{"./empty"}, "no Go files in"},
		{dir, []string{"./other"}, "no Go files in the packages that match ./other"},
		{dir, []string{"-C"}, "flag needs an argument"},
		{nowhere, nil, "no go.mod in " + nowhere},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			o := run(t, tt.dir, tool, tt.args...)
			if o.code != 2 || o.stdout != "" || !strings.Contains(o.stderr, tt.want) || strings.Count(o.stderr, "\n") != 1 {
				t.Errorf("exit code %d, want 2 and one line with %q; stdout %q, stderr %q", o.code, tt.want, o.stdout, o.stderr)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	dir := program(t, shop)
	for _, arg := range []string{"-h", "-help", "--help", "help"} {
		o := run(t, dir, tool, arg)
		if o.code != 0 || !strings.Contains(o.stdout, "-strict") || !strings.Contains(o.stdout, "rawpool") {
			t.Errorf("%s: exit code %d: %s%s", arg, o.code, o.stdout, o.stderr)
		}
	}
	if o := run(t, dir, tool, "-version"); o.code != 0 || !strings.HasPrefix(o.stdout, "tenantvet ") {
		t.Errorf("-version: exit code %d: %s%s", o.code, o.stdout, o.stderr)
	}
}

func TestTestVariants(t *testing.T) {
	// The same file belongs to the package and to its test variant; the
	// external test is a package of its own.
	dir := program(t, shop)
	write(t, filepath.Join(dir, "tenantvet.yaml"), "version: 1\ntests: true\n")
	query := "func query(ctx context.Context, db *sql.DB) {\n\t_, _ = db.ExecContext(ctx, \"DELETE FROM orders\")\n}\n"
	header := "\n\nimport (\n\t\"context\"\n\t\"database/sql\"\n)\n\n"
	write(t, filepath.Join(dir, "orders/in_test.go"), "package orders"+header+query)
	write(t, filepath.Join(dir, "orders/ex_test.go"), "package orders_test"+header+query)
	_, r := check(t, dir)
	equal(t, "findings", findings(r), []string{"orders/ex_test.go:9 rawpool", "orders/in_test.go:9 rawpool", "orders/orders.go:9 rawpool"})
	if r.Totals.Packages.Analysed != 2 {
		t.Errorf("packages: %+v", r.Totals.Packages)
	}
	code, r := check(t, dir, "-tests=false")
	equal(t, "findings without tests", findings(r), []string{"orders/orders.go:9 rawpool"})
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
}

func TestTags(t *testing.T) {
	dir := program(t, shop)
	write(t, filepath.Join(dir, "orders/extra.go"), "//go:build extra\n\npackage orders\n\nimport \"database/sql\"\n\nfunc Clear(db *sql.DB) {\n\t_, _ = db.Exec(\"DELETE FROM orders\")\n}\n")
	_, r := check(t, dir, "-tags", "extra")
	equal(t, "findings", findings(r), []string{"orders/extra.go:8 rawpool", "orders/orders.go:9 rawpool"})
	_, r = check(t, dir)
	equal(t, "findings without the tag", findings(r), []string{"orders/orders.go:9 rawpool"})
}

func TestWorkspace(t *testing.T) {
	dir := program(t, `
-- go.work --
go 1.26.0

use (
	./a
	./b
)
`)
	for _, name := range []string{"a", "b"} {
		for file, content := range archive(strings.ReplaceAll(shop, "example.com/shop", "example.com/"+name)) {
			write(t, filepath.Join(dir, name, file), content)
		}
	}
	write(t, filepath.Join(dir, "b/tenantvet.yaml"), "version: 1\nrules:\n  rawpool: false\n")
	code, r := check(t, dir)
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	equal(t, "findings", findings(r), []string{"a/orders/orders.go:9 rawpool"})
	equal(t, "schemas", r.Schemas, []string{"a/db/migrations/0001_orders.sql", "b/db/migrations/0001_orders.sql"})
	if r.Totals.Packages.Analysed != 4 {
		t.Errorf("packages: %+v", r.Totals.Packages)
	}
	// A file is at the same place from within a module of the workspace.
	_, r = check(t, filepath.Join(dir, "a"))
	equal(t, "findings from within", findings(r), []string{"a/orders/orders.go:9 rawpool"})
	if r.Root != ".." {
		t.Errorf("root %q, want ..", r.Root)
	}
}

func TestOldGoCommand(t *testing.T) {
	dir := program(t, shop)
	bin := t.TempDir()
	script := "#!/bin/sh\necho '{\"GOVERSION\": \"go1.25.3\", \"GOMOD\": \"/x/go.mod\", \"GOWORK\": \"\"}'\n"
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		bin:         "tenantvet: the go command here is go1.25.3; tenantvet needs go1.26 or later\n",
		t.TempDir(): "tenantvet: the go command is not in PATH; tenantvet needs Go 1.26 or later\n",
	} {
		cmd := exec.Command(tool)
		cmd.Dir = dir
		cmd.Env = append(slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, "PATH=") }), "PATH="+path)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Run(); err == nil || cmd.ProcessState.ExitCode() != 2 || stderr.String() != want {
			t.Errorf("exit code %d, %q; want 2, %q", cmd.ProcessState.ExitCode(), stderr.String(), want)
		}
	}
}

func TestStrict(t *testing.T) {
	dir := program(t, shop)
	write(t, filepath.Join(dir, "orders/any.go"), "package orders\n\nimport (\n\t\"database/sql\"\n\t\"os\"\n)\n\nfunc Any(db *sql.DB) {\n\t_, _ = db.Exec(os.Getenv(\"QUERY\"))\n}\n")
	_, r := check(t, dir)
	equal(t, "findings", findings(r), []string{"orders/orders.go:9 rawpool"})
	if r.Totals.Sites.Unknown != 1 {
		t.Errorf("sites: %+v, want one unknown", r.Totals.Sites)
	}
	_, r = check(t, dir, "-strict")
	equal(t, "findings with -strict", findings(r), []string{"db/migrations/0001_orders.sql:1 untestedisolation", "orders/any.go:9 dynamicsql", "orders/orders.go:9 rawpool"})
}

func TestNoTenancy(t *testing.T) {
	dir := program(t, shop)
	if err := os.RemoveAll(filepath.Join(dir, "db")); err != nil {
		t.Fatal(err)
	}
	code, r := check(t, dir)
	if code != 0 || len(r.Findings) > 0 {
		t.Errorf("exit code %d, findings %q", code, findings(r))
	}
	if len(r.Notes) != 1 || !strings.HasPrefix(r.Notes[0], "no evidence of tenancy") {
		t.Errorf("notes: %q", r.Notes)
	}
	// Where nothing could be looked at, there is nothing to say about that.
	for _, dir := range []string{dir, program(t, shop)} {
		write(t, filepath.Join(dir, "orders/broken.go"), "package orders\n\nvar x int = \"\"\n")
		if code, r := check(t, dir, "./orders"); code != 3 || strings.Contains(strings.Join(r.Notes, " "), "no evidence") {
			t.Errorf("nothing compiles: exit code %d, notes %q", code, r.Notes)
		}
	}
}

// TestUnsetContext: policies that wait for a setting which nothing sets are
// said once, not only by each query that they leave without rows.
func TestUnsetContext(t *testing.T) {
	const archive = `
-- go.mod --
module example.com/unset

go 1.26
-- main.go --
package main

func main() {}
-- migrations/1.sql --
CREATE TABLE orders (id int, tenant_id text);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON orders USING (tenant_id = current_setting('app.tenant_id'));
`
	dir := program(t, archive)
	if _, r := check(t, dir); len(r.Notes) != 1 || !strings.HasPrefix(r.Notes[0], "no code sets app.tenant_id") {
		t.Errorf("notes: %q", r.Notes)
	}
	write(t, filepath.Join(dir, "set.go"), "package main\n\nconst set = \"SELECT set_config('app.tenant_id', $1, true)\"\n")
	if _, r := check(t, dir); len(r.Notes) != 0 {
		t.Errorf("notes although the code sets it: %q", r.Notes)
	}
}

func TestExplain(t *testing.T) {
	dir := t.TempDir()
	o := run(t, dir, tool, "explain", "rawpool")
	for _, want := range []string{"rawpool: query on a tenant table", "group breach, about Go code", "Bad:", "Fixed:", "func BadPool(", "func FixedPool(", "https://"} {
		if !strings.Contains(o.stdout, want) {
			t.Errorf("explain rawpool lacks %q:\n%s", want, o.stdout)
		}
	}
	o = run(t, dir, tool, "explain", "norls")
	if !strings.Contains(o.stdout, "CREATE TABLE invoices") || strings.Contains(o.stdout, "-- want") {
		t.Errorf("explain norls lacks the migration that was run, or shows what its test expects:\n%s", o.stdout)
	}
	o = run(t, dir, tool, "explain", "rawpol")
	if o.code != 2 || o.stdout != "" || o.stderr != "tenantvet: rawpol: no such rule; did you mean rawpool?\n" {
		t.Errorf("explain rawpol: exit code %d: %s%s", o.code, o.stdout, o.stderr)
	}
}

func TestRules(t *testing.T) {
	dir := t.TempDir()
	o := run(t, dir, tool, "rules", "-format=json")
	var rules []struct {
		Name, Group, Title, Doc, URL string
		Schema                       bool
	}
	if err := json.Unmarshal([]byte(o.stdout), &rules); err != nil {
		t.Fatal(err)
	}
	text := run(t, dir, tool, "rules").stdout
	lines := strings.Count(text, "\n")
	if len(rules) < 50 || lines != len(rules) {
		t.Errorf("%d rules in JSON, %d in text", len(rules), lines)
	}
	for _, r := range rules {
		if r.Name == "" || r.Group == "" || r.Title == "" || r.Doc == "" || r.URL == "" || !strings.Contains(text, r.Name) {
			t.Errorf("rule %+v lacks something", r)
		}
	}
	if o := run(t, dir, tool, "rules", "-format=sarif"); o.code != 2 {
		t.Errorf("rules -format=sarif: exit code %d, want 2", o.code)
	}
}

// The inventory has every site, comment and table behind the totals.
func TestReport(t *testing.T) {
	dir := program(t, shop)
	write(t, filepath.Join(dir, "orders/clear.go"), "package orders\n\nimport \"database/sql\"\n\nfunc Clear(db *sql.DB) {\n\t//tenantvet:ignore rawpool -- the night job of the platform\n\t_, _ = db.Exec(\"DELETE FROM orders\")\n}\n")
	o := run(t, dir, tool, "report", "-format=json")
	var r report.Report
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil || r.Inventory == nil {
		t.Fatalf("%v\n%s%s", err, o.stdout, o.stderr)
	}
	var sites []string
	for _, s := range r.Inventory.Sites {
		sites = append(sites, strings.Join([]string{s.Position.File, s.Function, s.Operation, s.Table, s.Verdict}, " "))
	}
	equal(t, "sites", sites, []string{"orders/clear.go Clear DELETE orders breach", "orders/orders.go Count SELECT orders breach"})
	if s := r.Inventory.Suppressions; len(s) != 1 || s[0].Reason != "the night job of the platform" || s[0].Position.Line != 6 {
		t.Errorf("suppressions: %+v", s)
	}
	if tables := r.Inventory.Tables; len(tables) != 1 || tables[0].Name != "orders" || !tables[0].Forced || len(tables[0].Policies) != 1 || tables[0].Policies[0].Verdict != "closed" || len(tables[0].Timeline) < 4 {
		t.Errorf("tables: %+v", tables)
	}
	o = run(t, dir, tool, "report", "-o", "report.html")
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if o.code != 1 || err != nil || !strings.Contains(string(page), "<strong>0 of 2 queries</strong>") {
		t.Errorf("report -o report.html: exit code %d, %v", o.code, err)
	}
}
