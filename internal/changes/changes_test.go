package changes

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// repository makes a repository with one commit of the files.
func repository(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	run(t, dir, "init", "-q", "-b", "main")
	write(t, dir, files)
	run(t, dir, "add", ".")
	run(t, dir, "commit", "-q", "-m", "first")
	return dir
}

func run(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"}, args...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

const before = `package p

func a() {
	set()
	query()
}

func b() {
	query()
	query()
}
`

func TestTouches(t *testing.T) {
	dir := repository(t, map[string]string{"p/é a.go": before, "kept.go": "package p\n", "gone.go": "package p\n"})
	after := strings.Replace(before, "\tset()\n", "", 1)
	after = strings.Replace(after, "func b() {\n\tquery()\n\tquery()", "func b() {\n\tquery()\n\tquery()\n\tquery2()", 1)
	write(t, dir, map[string]string{"p/é a.go": after, "new.go": "package p\n\nvar x = 1\n", "kept.go": "package p\n"})
	run(t, dir, "mv", "kept.go", "moved.go")
	run(t, dir, "rm", "-q", "gone.go")
	// Commits of others on the branch that is compared with are not changes.
	c, err := Since(t.Context(), filepath.Join(dir, "p"), "main")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.Changed(), []string{"moved.go", "new.go", "p/é a.go"}; !slices.Equal(got, want) {
		t.Errorf("changed: %q, want %q", got, want)
	}
	for _, test := range []struct {
		file string
		line int
		want bool
	}{
		{"p/é a.go", 4, true},  // its function has lost a line
		{"p/é a.go", 1, false}, // outside of it
		{"p/é a.go", 8, false}, // unchanged, in a function that has only grown
		{"p/é a.go", 10, true}, // new
		{"new.go", 3, true},
		{"moved.go", 1, false},
	} {
		if got := c.Touches(filepath.Join(dir, filepath.FromSlash(test.file)), test.line, test.line); got != test.want {
			t.Errorf("%s:%d touched: %v, want %v", test.file, test.line, got, test.want)
		}
	}
}

func TestMergeBase(t *testing.T) {
	dir := repository(t, map[string]string{"a.go": before})
	run(t, dir, "checkout", "-q", "-b", "work")
	run(t, dir, "checkout", "-q", "main")
	write(t, dir, map[string]string{"a.go": strings.ReplaceAll(before, "query", "ask")})
	run(t, dir, "commit", "-q", "-am", "others")
	run(t, dir, "checkout", "-q", "work")
	c, err := Since(t.Context(), dir, "main")
	if err != nil {
		t.Fatal(err)
	}
	if changed := c.Changed(); len(changed) != 0 {
		t.Errorf("what others did counts as changed: %q", changed)
	}
}

func TestErrors(t *testing.T) {
	dir := repository(t, map[string]string{"a.go": before})
	if _, err := Since(t.Context(), dir, "nowhere"); err == nil || !strings.Contains(err.Error(), "no commit nowhere") {
		t.Errorf("unknown revision: %v", err)
	}
	if _, err := Since(t.Context(), dir, "--output=x"); err == nil {
		t.Error("an option is taken for a revision")
	}
	if _, err := Since(t.Context(), t.TempDir(), "main"); err == nil || !strings.Contains(err.Error(), "git rev-parse") {
		t.Errorf("no repository: %v", err)
	}
}
