package proof

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
)

// The fixes that the tool offers compile, and make of the bad examples what the
// fixed ones are: the same for an honest value, and closed to a hostile one.
func TestFixesHold(t *testing.T) {
	pgserver.Need(t, server)
	dir := copyProofs(t)
	applyFixes(t, dir)
	once := fixedSources(t, dir)
	applyFixes(t, dir)
	for name, text := range fixedSources(t, dir) {
		if text != once[name] {
			t.Errorf("%s: the fixes are applied again to what was fixed:\n%s", name, text)
		}
	}
	inner := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-v", "-run", "^TestFixedExamples$", "./internal/proof")
	inner.Dir = dir
	inner.Env = append(os.Environ(), fixedEnv+"=1")
	out, err := inner.CombinedOutput()
	if err != nil {
		t.Errorf("the fixes do not hold: %v\n%s", err, out)
	}
	if n := bytes.Count(out, []byte("--- PASS: TestFixedExamples/")); err == nil && n < 2 {
		t.Errorf("%d fixes were tried, want more:\n%s", n, out)
	}
}

func applyFixes(t *testing.T, dir string) {
	t.Helper()
	vet := exec.CommandContext(t.Context(), "go", "vet", "-vettool="+buildTool(t), "-fix")
	for _, rule := range fixing() {
		vet.Args = append(vet.Args, "./internal/proof/examples/"+rule)
	}
	vet.Dir = dir
	if out, err := vet.CombinedOutput(); err != nil {
		t.Logf("go vet -fix: %v\n%s", err, out) // it names what it has no fix for
	}
}

// fixedSources reads the examples of the rules that have fixes.
func fixedSources(t *testing.T, dir string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, rule := range fixing() {
		files, err := filepath.Glob(filepath.Join(dir, "internal/proof/examples", rule, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no examples of %s: %v", rule, err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			texts[name] = string(text)
		}
	}
	return texts
}

// copyProofs copies what running the proofs takes, but nothing that imports the
// rest of the module, which would have to be compiled once more.
func copyProofs(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	const root = "../.."
	for _, name := range []string{"examples", "pgserver"} {
		if err := os.CopyFS(filepath.Join(dir, "internal/proof", name), os.DirFS(name)); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob("*_proofs_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(files, "proof.go", "proofs_test.go", "run_test.go", "server_test.go", "fixed_test.go") {
		copyFile(t, name, filepath.Join(dir, "internal/proof", name))
	}
	for _, name := range []string{"go.mod", "go.sum", "tenantvet.yaml"} {
		copyFile(t, filepath.Join(root, name), filepath.Join(dir, name))
	}
	return dir
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, 0o644); err != nil {
		t.Fatal(err)
	}
}
