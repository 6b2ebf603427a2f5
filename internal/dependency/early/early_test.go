package early_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/dependency"
	_ "github.com/tenantvet/tenantvet/internal/dependency/early"
)

// write makes the file of a unit, as the go command does.
func write(t *testing.T, u dependency.Unit) string {
	t.Helper()
	data, err := json.Marshal(u)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "vet.cfg")
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestLeft starts this test's own program on units: it has the package built in.
func TestLeft(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	facts, noFacts := filepath.Join(dir, "facts"), filepath.Join(dir, "nofacts")
	for file, text := range map[string]string{facts: "facts", noFacts: ""} {
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	lib := dependency.Unit{ImportPath: "example.com/lib", ModulePath: "example.com/lib", ModuleVersion: "v1.0.0", VetxOnly: true}
	for _, tt := range []struct {
		name   string
		change func(*dependency.Unit)
		want   bool
	}{
		{"library", func(*dependency.Unit) {}, true},
		{"standard library", func(u *dependency.Unit) { *u = dependency.Unit{ImportPath: "net/http", VetxOnly: true} }, true},
		{"database", func(u *dependency.Unit) { u.ImportPath = "github.com/jackc/pgx/v5/pgxpool" }, true},
		{"on packages without facts", func(u *dependency.Unit) { u.PackageVetx = map[string]string{"a": noFacts} }, true},
		{"on packages with facts", func(u *dependency.Unit) { u.PackageVetx = map[string]string{"a": facts} }, false},
		{"on a database", func(u *dependency.Unit) { u.ImportMap = map[string]string{"github.com/jackc/pgx/v5": "x"} }, false},
		{"on database/sql", func(u *dependency.Unit) { u.ImportMap = map[string]string{"database/sql": "database/sql"} }, false},
		{"asked about", func(u *dependency.Unit) { u.VetxOnly = false }, false},
		{"of the program", func(u *dependency.Unit) { u.ModuleVersion = "" }, false},
		{"a file", func(u *dependency.Unit) {
			*u = dependency.Unit{ImportPath: "command-line-arguments", VetxOnly: true}
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u := lib
			tt.change(&u)
			u.VetxOutput = filepath.Join(t.TempDir(), "vetx")
			out, err := exec.Command(self, "-test.run=^$", write(t, u)).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			info, err := os.Stat(u.VetxOutput)
			if (err == nil) != tt.want {
				t.Fatalf("answered: %v, want %v\n%s", err == nil, tt.want, out)
			}
			if tt.want && info.Size() != 0 {
				t.Errorf("%d bytes of facts", info.Size())
			}
		})
	}
}

// TestBefore holds that the tool ends before the costly parts of it begin, which
// is an effect of import paths and imports.
func TestBefore(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "tool")
	if out, err := exec.Command("go", "build", "-o", tool, "github.com/tenantvet/tenantvet/cmd/tenantvet").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	u := dependency.Unit{ImportPath: "net/http", VetxOnly: true, VetxOutput: filepath.Join(t.TempDir(), "vetx")}
	cmd := exec.Command(tool, write(t, u))
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "init os @") {
		t.Fatalf("no trace:\n%s", out)
	}
	for _, costly := range []string{"google.golang.org/protobuf/types/descriptorpb", "github.com/pganalyze/pg_query_go/v5", "regexp", "github.com/tenantvet/tenantvet/analyzer"} {
		if strings.Contains(string(out), "init "+costly+" @") {
			t.Errorf("%s is initialised before the tool ends", costly)
		}
	}
}
