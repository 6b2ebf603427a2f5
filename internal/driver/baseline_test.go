package driver_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const extra = `package orders

import "database/sql"

func Clear(db *sql.DB) error {
	_, err := db.Exec("DELETE FROM orders")
	return err
}
`

// What is known doesn't fail, wherever it moves to; what is new does; the file only
// shrinks.
func TestBaseline(t *testing.T) {
	dir := program(t, shop)
	if o := run(t, dir, tool, "-baseline=missing.json"); o.code != 2 || !strings.Contains(o.stderr, "no such file") {
		t.Errorf("a baseline that is not there: exit code %d: %s", o.code, o.stderr)
	}
	o := run(t, dir, tool, "baseline", "write")
	if o.code != 0 || o.stdout != "tenantvet.baseline.json: 1 known finding\n" {
		t.Fatalf("baseline write: exit code %d: %s%s", o.code, o.stdout, o.stderr)
	}

	// The finding moves to another line of another file.
	was := filepath.Join(dir, "orders/orders.go")
	text, err := os.ReadFile(was)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(was); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "orders/count.go"), strings.Replace(string(text), "func Count", "// Count counts.\nfunc Count", 1))
	code, r := check(t, dir)
	if code != 0 || len(r.Findings) != 0 || r.Totals.Known != 1 {
		t.Errorf("after a move: exit code %d, findings %v, %d known", code, findings(r), r.Totals.Known)
	}
	if code, r := check(t, dir, "-baseline=none"); code != 1 || len(r.Findings) != 1 {
		t.Errorf("without the baseline: exit code %d, findings %v", code, findings(r))
	}

	// A new one is reported, and not taken in by the way.
	write(t, filepath.Join(dir, "orders/clear.go"), extra)
	code, r = check(t, dir)
	equal(t, "new findings", findings(r), []string{"orders/clear.go:6 rawpool"})
	if code != 1 {
		t.Errorf("a new finding: exit code %d", code)
	}
	o = run(t, dir, tool, "baseline", "write")
	if o.code != 1 || !strings.Contains(o.stdout, "1 known finding\n1 new finding is not taken in") {
		t.Errorf("baseline write with a new finding: exit code %d: %s%s", o.code, o.stdout, o.stderr)
	}
	if o = run(t, dir, tool, "baseline", "write", "-add"); o.code != 0 || !strings.Contains(o.stdout, "2 known findings") {
		t.Errorf("baseline write -add: exit code %d: %s%s", o.code, o.stdout, o.stderr)
	}

	// What was mended is pointed out, by a run that has looked there.
	if err := os.Remove(filepath.Join(dir, "orders/clear.go")); err != nil {
		t.Fatal(err)
	}
	if _, r := check(t, dir, "."); strings.Contains(strings.Join(r.Notes, "\n"), "no longer there") {
		t.Errorf("a run over another package says that the finding is gone: %q", r.Notes)
	}
	if code, r := check(t, dir); code != 0 || !strings.Contains(strings.Join(r.Notes, "\n"), "1 finding is no longer there") {
		t.Errorf("a mended finding: exit code %d, notes %q", code, r.Notes)
	}
	if o = run(t, dir, tool, "baseline", "write"); !strings.Contains(o.stdout, "1 known finding, 1 taken out") {
		t.Errorf("baseline write: %s%s", o.stdout, o.stderr)
	}

	// A run that could not look everywhere makes nothing known.
	write(t, filepath.Join(dir, "orders/broken.go"), "package orders\n\nvar x int = \"\"\n")
	if o = run(t, dir, tool, "baseline", "write", "-add"); o.code != 3 || !strings.Contains(o.stderr, "incomplete") {
		t.Errorf("baseline write of an incomplete run: exit code %d: %s%s", o.code, o.stdout, o.stderr)
	}
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"}, args...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func TestNewFromRev(t *testing.T) {
	dir := program(t, shop)
	git(t, dir, "init", "-q", "-b", "main")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-q", "-m", "first")
	write(t, filepath.Join(dir, "orders/clear.go"), extra)
	code, r := check(t, dir, "-new-from-rev=main")
	equal(t, "findings", findings(r), []string{"orders/clear.go:6 rawpool"})
	if code != 1 || r.Totals.Unchanged != 1 {
		t.Errorf("exit code %d, %d unchanged", code, r.Totals.Unchanged)
	}
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-q", "-m", "second")
	if code, r = check(t, dir, "-new-from-rev=HEAD"); code != 0 || len(r.Findings) != 0 {
		t.Errorf("nothing has changed: exit code %d, findings %v", code, findings(r))
	}
	if o := run(t, dir, tool, "-new-from-rev=nowhere"); o.code != 2 || !strings.Contains(o.stderr, "no commit nowhere") {
		t.Errorf("an unknown revision: exit code %d: %s", o.code, o.stderr)
	}
}

const fixable = `package orders

import (
	"context"
	"database/sql"
	"fmt"
)

func Scoped(ctx context.Context, tx *sql.Tx, tenant string) error {
	_, err := tx.ExecContext(ctx, fmt.Sprintf("SET LOCAL app.tenant_id = '%s'", tenant))
	return err
}
`

func TestFix(t *testing.T) {
	dir := program(t, shop)
	name := filepath.Join(dir, "orders/scoped.go")
	write(t, name, fixable)
	o := run(t, dir, tool, "-diff")
	if o.code != 1 || !strings.Contains(o.stdout, "+	_, err := tx.ExecContext(ctx, \"SELECT set_config('app.tenant_id', $1, true)\", tenant)") {
		t.Errorf("-diff: exit code %d\n%s%s", o.code, o.stdout, o.stderr)
	}
	if text, _ := os.ReadFile(name); string(text) != fixable {
		t.Error("-diff has changed the file")
	}
	code, r := check(t, dir, "-fix")
	equal(t, "what is left", findings(r), []string{"orders/orders.go:9 rawpool"})
	if text, _ := os.ReadFile(name); code != 1 || !strings.Contains(string(text), "set_config('app.tenant_id', $1, true)") || strings.Contains(string(text), `"fmt"`) {
		t.Errorf("-fix: exit code %d, and the file is\n%s", code, text)
	}
	if o := run(t, dir, tool, "-diff"); o.code != 0 || o.stdout != "" {
		t.Errorf("-diff after -fix: exit code %d\n%s", o.code, o.stdout)
	}
	write(t, filepath.Join(dir, "orders/broken.go"), "package orders\n\nvar x int = \"\"\n")
	if o := run(t, dir, tool, "-diff"); o.code != 3 {
		t.Errorf("-diff of what doesn't compile: exit code %d", o.code)
	}
}
