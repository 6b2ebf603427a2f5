package driver_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/config"
)

var updateSchema = flag.Bool("update-schema", false, "rewrite tenantvet.schema.json")

// What init writes says what was inferred, and changes nothing; each key can be
// uncommented as it is.
func TestInit(t *testing.T) {
	dir := program(t, shop)
	before := run(t, dir, tool, "-format=json")
	o := run(t, dir, tool, "init")
	for _, want := range []string{
		"columns: [tenant_id]", "policy tenant on orders (db/migrations/0001_orders.sql:5)", "settings: [app.tenant_id]",
		"schema: [db/migrations]", "0 safe, 1 breach, 0 suspect", "tenantvet.yaml: written",
	} {
		if !strings.Contains(o.stdout, want) {
			t.Errorf("init does not say %q", want)
		}
	}
	if t.Failed() || o.code != 0 {
		t.Fatalf("exit code %d:\n%s%s", o.code, o.stdout, o.stderr)
	}
	if after := run(t, dir, tool, "-format=json"); after.stdout != before.stdout {
		t.Errorf("the result has changed from\n%s\nto\n%s", before.stdout, after.stdout)
	}
	name := filepath.Join(dir, "tenantvet.yaml")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var uncommented strings.Builder
	for line := range strings.Lines(string(text)) {
		rest, isComment := strings.CutPrefix(line, "# ")
		key, _, isKey := strings.Cut(rest, ":")
		if isComment && isKey && strings.TrimLeft(key, "abcdefghijklmnopqrstuvwxyz ") == "" && !strings.Contains(strings.TrimSpace(key), " ") {
			line = rest
		}
		uncommented.WriteString(line)
	}
	c, err := config.Parse("tenantvet.yaml", []byte(uncommented.String()))
	if err != nil || c.Strategy != "rls" || len(c.Tenant.Columns) != 1 || len(c.Schema) != 1 || !c.Rules["noindex"] {
		t.Errorf("uncommented: %v: %+v\n%s", err, c, uncommented.String())
	}
	if o := run(t, dir, tool, "init"); o.code != 2 || !strings.Contains(o.stderr, "exists") {
		t.Errorf("init over a file: exit code %d: %s", o.code, o.stderr)
	}
	if o := run(t, t.TempDir(), tool, "init"); o.code != 2 || !strings.Contains(o.stderr, "no go.mod") {
		t.Errorf("init without a module: exit code %d: %s", o.code, o.stderr)
	}
}

func TestConfigSchemaIsCurrent(t *testing.T) {
	const name = "../../tenantvet.schema.json"
	got := run(t, t.TempDir(), tool, "config-schema").stdout
	if *updateSchema {
		write(t, name, got)
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Error("tenantvet.schema.json is not what tenantvet config-schema prints; go test ./internal/driver -run ConfigSchema -update-schema writes it anew")
	}
}
