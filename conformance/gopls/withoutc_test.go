package gopls_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tenantvet/tenantvet/conformance/parity"
)

// TestWithoutC: a gopls that is built where there is no C compiler, with the parser in
// Go, shows the same in the example. The build takes a while.
func TestWithoutC(t *testing.T) {
	if os.Getenv(parity.AllEnv) == "" {
		t.Skip("set " + parity.AllEnv + " to build a second gopls")
	}
	program := filepath.Join(t.TempDir(), "gopls")
	build := exec.Command(tenantvet, "gopls", "install", "-o", program)
	build.Env = append(os.Environ(), parity.NoC)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	module := filepath.Join(parity.Root(t), "examples", "shop")
	want := expected(t, module)
	e := open(t, program, t.TempDir(), module)
	e.opens(goFiles(t, module)...)
	e.await("all findings", func() bool { return len(e.findings()) >= len(want) })
	parity.Compare(t, want, e.findings(), parity.Equal)
}

// expected are the findings that the editor is to show: those of go vet, and in
// migrations those of the command line.
func expected(t *testing.T, module string) []parity.Finding {
	t.Helper()
	want := slices.DeleteFunc(parity.Vet(t, tenantvet, module), func(f parity.Finding) bool { return ofMigrations(f.Rule) })
	return append(want, parity.Migrations(t, tenantvet, module)...)
}
