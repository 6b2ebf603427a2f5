package driver_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// shop is a program with one leak: a query on a tenant table over the pool.
const shop = `
-- go.mod --
module example.com/shop

go 1.26.0
-- db/migrations/0001_orders.sql --
CREATE TABLE orders (id bigint PRIMARY KEY, tenant_id uuid NOT NULL);
CREATE INDEX ON orders (tenant_id);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
-- orders/orders.go --
package orders

import (
	"context"
	"database/sql"
)

func Count(ctx context.Context, db *sql.DB) (n int, err error) {
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM orders").Scan(&n)
	return n, err
}
-- orders/orders_test.go --
package orders

import "testing"

func TestNothing(t *testing.T) {}
-- main.go --
package main

import (
	"context"

	"example.com/shop/orders"
)

func main() {
	_, _ = orders.Count(context.Background(), nil)
}
`

func TestVersionAnswer(t *testing.T) {
	dir := program(t, shop)
	answer := func() string {
		t.Helper()
		o := run(t, dir, tool, "-V=full")
		if o.code != 0 {
			t.Fatalf("exit code %d: %s", o.code, o.stderr)
		}
		// What the go command demands of a tool's answer.
		if !regexp.MustCompile(`^tenantvet version devel buildID=[0-9a-f]+\n$`).MatchString(o.stdout) {
			t.Fatalf("the go command would refuse %q", o.stdout)
		}
		return o.stdout
	}
	first := answer()
	if again := answer(); again != first {
		t.Errorf("nothing changed, but %q became %q", first, again)
	}
	seen := map[string]string{first: "the first one"}
	changed := func(what string) {
		t.Helper()
		a := answer()
		if before, ok := seen[a]; ok {
			t.Errorf("%s: the answer is the same as after %s", what, before)
		}
		seen[a] = what
	}
	write(t, filepath.Join(dir, "tenantvet.yaml"), "version: 1\nrules:\n  rawpool: false\n")
	changed("a configuration")
	write(t, filepath.Join(dir, "db/migrations/0002_open.sql"), "CREATE POLICY open ON orders USING (true);\n")
	changed("another policy")

	write(t, filepath.Join(dir, "notes.txt"), "nothing\n")
	before := answer()
	write(t, filepath.Join(dir, "notes.txt"), "nothing at all\n")
	if answer() != before {
		t.Error("a file that the tool doesn't read changes the answer")
	}
}

func TestFlagsAnswer(t *testing.T) {
	dir := program(t, shop)
	o := run(t, dir, tool, "-flags")
	var flags []struct {
		Name string
		Bool bool
	}
	if err := json.Unmarshal([]byte(o.stdout), &flags); err != nil {
		t.Fatalf("%v in %q", err, o.stdout)
	}
	known := make(map[string]bool)
	for _, f := range flags {
		known[f.Name] = true
	}
	for _, name := range []string{"json", "rawpool", "servicerole", "census", "census.report"} {
		if !known[name] {
			t.Errorf("flag -%s is missing", name)
		}
	}
}

// startsOf returns a tool that writes a line to a file at each start, and a
// function that returns those lines since the last call.
func startsOf(t *testing.T) (wrapper string, starts func() []string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell script as tool")
	}
	dir := t.TempDir()
	wrapper, log := filepath.Join(dir, "wrapper"), filepath.Join(dir, "log")
	script := "#!/bin/sh\necho \"$*\" >>'" + log + "'\nexec '" + tool + "' \"$@\"\n"
	if err := os.WriteFile(wrapper, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return wrapper, func() []string {
		data, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(log); err != nil {
			t.Fatal(err)
		}
		var units []string
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimSpace(line); strings.HasSuffix(line, ".cfg") {
				units = append(units, line)
			}
		}
		return units
	}
}

func TestGoVet(t *testing.T) {
	dir := program(t, shop)
	wrapper, starts := startsOf(t)
	vet := func() outcome {
		t.Helper()
		return run(t, dir, "go", "vet", "-vettool="+wrapper, "./...")
	}
	found := func(o outcome, want bool) {
		t.Helper()
		if has := strings.Contains(o.stderr, "orders/orders.go:9:"); has != want || (o.code != 0) != want {
			t.Fatalf("finding %v, exit code %d; want a finding: %v\n%s", has, o.code, want, o.stderr)
		}
	}
	found(vet(), true)
	if len(starts()) == 0 {
		t.Fatal("the wrapper counts no starts")
	}

	found(vet(), true)
	if units := starts(); len(units) > 0 {
		t.Errorf("an unchanged run is not served from the cache: %d starts", len(units))
	}

	// A setting, by the configuration.
	config := filepath.Join(dir, "tenantvet.yaml")
	write(t, config, "version: 1\nrules:\n  rawpool: false\n")
	found(vet(), false)
	if err := os.Remove(config); err != nil {
		t.Fatal(err)
	}
	found(vet(), true)

	// A policy: without it, the table is nobody's.
	schema := filepath.Join(dir, "db/migrations/0001_orders.sql")
	before, err := os.ReadFile(schema)
	if err != nil {
		t.Fatal(err)
	}
	write(t, schema, "CREATE TABLE orders (id bigint PRIMARY KEY);\n")
	found(vet(), false)
	write(t, schema, string(before))
	starts()
	found(vet(), true)
	if units := starts(); len(units) > 0 {
		t.Errorf("a return to what was is not served from the cache: %d starts", len(units))
	}
}

func TestGoVetFlags(t *testing.T) {
	dir := program(t, shop)
	o := run(t, dir, "go", "vet", "-vettool="+tool, "-rawpool=false", "./...")
	if o.code != 0 {
		t.Errorf("-rawpool=false: exit code %d\n%s", o.code, o.stderr)
	}
	o = run(t, dir, "go", "vet", "-vettool="+tool, "-json", "./...")
	if o.code != 0 || !strings.Contains(o.stdout, `"rawpool"`) {
		t.Errorf("-json: exit code %d\n%s%s", o.code, o.stdout, o.stderr)
	}
	if strings.Contains(o.stdout, `"census"`) {
		t.Errorf("a census that nobody asked for:\n%s", o.stdout)
	}
}

func TestGoVetWithBadConfiguration(t *testing.T) {
	dir := program(t, shop)
	write(t, filepath.Join(dir, "tenantvet.yaml"), "version: 1\nruels: {}\n")
	o := run(t, dir, "go", "vet", "-vettool="+tool, "./...")
	if o.code == 0 || !strings.Contains(o.stderr, "tenantvet.yaml:2:1: ") {
		t.Errorf("exit code %d, want a failure that points to the line:\n%s", o.code, o.stderr)
	}
}

// The go command's cache doesn't know whether a package was asked about or was
// only needed for its facts: what it kept of the one must do for the other.
func TestDependencyFirst(t *testing.T) {
	for _, tests := range []bool{true, false} {
		dir := program(t, shop)
		if !tests {
			if err := os.Remove(filepath.Join(dir, "orders/orders_test.go")); err != nil {
				t.Fatal(err)
			}
		}
		run(t, dir, "go", "vet", "-vettool="+tool, ".")
		o := run(t, dir, "go", "vet", "-vettool="+tool, "./...")
		if got := strings.Count(o.stderr, "orders/orders.go:9:"); got != 1 {
			t.Errorf("with tests %v: go vet has the finding %d times, want once:\n%s", tests, got, o.stderr)
		}

		code, r := check(t, dir, ".")
		if code != 0 || len(r.Findings) != 0 || r.Totals.Packages.Analysed != 1 {
			t.Errorf("with tests %v: exit code %d, %d packages, findings in what was not asked about: %q", tests, code, r.Totals.Packages.Analysed, findings(r))
		}
		for _, args := range [][]string{{"./..."}, {"-tests=false", "./..."}, {"./..."}, {"./orders"}} {
			if _, r := check(t, dir, args...); len(findings(r)) != 1 || findings(r)[0] != leak {
				t.Errorf("with tests %v: %s finds %q", tests, args, findings(r))
			}
		}
	}
}

func TestGoVetFix(t *testing.T) {
	dir := program(t, shop)
	file := filepath.Join(dir, "orders/set.go")
	write(t, file, `package orders

import (
	"context"
	"database/sql"
	"fmt"
)

func set(ctx context.Context, tx *sql.Tx, tenant string) error {
	_, err := tx.ExecContext(ctx, fmt.Sprintf("SET LOCAL app.tenant_id = '%s'", tenant))
	return err
}
`)
	const fixed = `"SELECT set_config('app.tenant_id', $1, true)", tenant)`
	o := run(t, dir, "go", "vet", "-vettool="+tool, "-fix", "-diff", "./...")
	if o.code == 0 || !strings.Contains(o.stdout, fixed) {
		t.Errorf("-fix -diff: exit code %d\n%s%s", o.code, o.stdout, o.stderr)
	}
	o = run(t, dir, "go", "vet", "-vettool="+tool, "-fix", "./...")
	if data, err := os.ReadFile(file); err != nil || !strings.Contains(string(data), fixed) {
		t.Errorf("-fix: exit code %d\n%s%s\n%s", o.code, o.stdout, o.stderr, data)
	}
	if o := run(t, dir, "go", "build", "./..."); o.code != 0 {
		t.Errorf("the fixed program doesn't compile: %s", o.stderr)
	}
}
