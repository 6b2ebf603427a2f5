package driver_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/evidence"
)

// TestNogo: the configuration for nogo holds the evidence, names files from the
// root of the Bazel workspace on, and is the same text in every run.
func TestNogo(t *testing.T) {
	if tool == "" {
		t.Skip("needs the built program; -short leaves it out")
	}
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("MODULE.bazel", "")
	write("backend/go.mod", "module example.com/backend\n\ngo 1.26\n")
	write("backend/main.go", "package main\n\nfunc main() {}\n")
	write("backend/migrations/001_notes.sql", "CREATE TABLE notes (tenant_id uuid NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\n"+
		"CREATE POLICY p ON notes USING (tenant_id = current_setting('app.tenant_id')::uuid);\n")

	out := run(t, root, tool, "nogo", "-C", "backend")
	if out.code != 0 {
		t.Fatal(out.stderr)
	}
	var config map[string]struct {
		Flags map[string]string `json:"analyzer_flags"`
	}
	if err := json.Unmarshal([]byte(out.stdout), &config); err != nil {
		t.Fatal(err)
	}
	m, dir, err := evidence.FromPortable(config["tenantvet"].Flags["evidence"])
	if err != nil || dir != "backend" || m.Path != "example.com/backend" || len(m.Schemas) != 1 || m.Schemas[0].Dir != "backend/migrations" {
		t.Errorf("%s: %+v (%v)", dir, m, err)
	}
	if strings.Contains(out.stdout, root) {
		t.Error("it names a directory of this machine")
	}

	file := filepath.Join(root, "nogo.json")
	if out := run(t, root, tool, "-C", "backend", "nogo", "-o", file); out.code != 0 {
		t.Fatal(out.stderr)
	}
	if again, err := os.ReadFile(file); err != nil || string(again) != out.stdout {
		t.Errorf("written twice it is not the same (%v)", err)
	}

	write("backend/migrations/002_broken.sql", "CREATE TABL notes;")
	if out := run(t, root, tool, "nogo", "-C", "backend"); out.code != 2 || !strings.Contains(out.stderr, "002_broken.sql:1") {
		t.Errorf("a migration that can't be read: %d %s", out.code, out.stderr)
	}
}
