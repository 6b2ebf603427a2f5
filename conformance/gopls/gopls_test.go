// Package gopls_test builds gopls with tenantvet in it, as its users do, and works
// with it as their editors do.
package gopls_test

import (
	"errors"
	"fmt"
	"go/build"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/conformance/parity"
)

// The programs, built once.
var gopls, tenantvet string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	var remove func()
	if tenantvet, remove, err = parity.Build("../..", "./cmd/tenantvet"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer remove()
	gopls = tenantvet + "-gopls"
	start := time.Now()
	if out, err := exec.Command(tenantvet, "gopls", "install", "-o", gopls).CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		return 1
	}
	fmt.Printf("gopls was built in %.0f s\n", time.Since(start).Seconds())
	return m.Run()
}

// goFiles are those of a module that the go command builds.
func goFiles(t *testing.T, module string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(module, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != module {
			if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil || d.Name() == "testdata" {
				return fs.SkipDir
			}
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		// Opened, a file for another system brings that system's view of the module.
		built, err := build.Default.MatchFile(filepath.Dir(name), d.Name())
		if built {
			files = append(files, parity.Relative(t, module, name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestParity: with all files of the corpora open, the editor shows what go vet
// finds, in the same places and with the same messages, and what is wrong with
// migrations where the command line shows it.
func TestParity(t *testing.T) {
	cache := t.TempDir()
	for _, module := range parity.Modules(t) {
		t.Run(parity.Name(t, module), func(t *testing.T) {
			want := expected(t, module)
			e := open(t, gopls, cache, module)
			e.opens(goFiles(t, module)...)
			enough := func() bool { return len(e.findings()) >= len(want) }
			deadline := time.Now().Add(patience)
			for !enough() && time.Now().Before(deadline) {
				time.Sleep(100 * time.Millisecond)
			}
			time.Sleep(time.Second) // for more than enough
			got := e.findings()
			t.Logf("%d findings, peak memory %d MiB", len(got), peak(t, e.pid)>>20)
			parity.Compare(t, want, got, parity.Equal)
		})
	}
}

// ofMigrations reports whether a rule is about migrations.
func ofMigrations(rule string) bool {
	return slices.ContainsFunc(analyzer.Rules(), func(r analyzer.Rule) bool { return r.Name == rule && r.Schema })
}

// peak is the most memory that a process had, in bytes; 0 where nobody tells.
func peak(t *testing.T, pid int) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(data), "VmHWM:")
	var kib int64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		t.Log(err)
	}
	return kib << 10
}

// TestRefusals: what can't be built is told in a line that says what can be done.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"-gopls", "newest"}, "-gopls newest: not a version, such as v0.23.0"},
		{[]string{"-gopls", "v0.99.0"}, "gopls v0.99.0 can't be had: "},
		{[]string{"-source", t.TempDir()}, "not a directory with tenantvet's source"},
		{[]string{"./..."}, "takes no arguments"},
		{[]string{"-gopls", "v0.22.0"}, "this gopls is made for golang.org/x/tools v0."},
		{[]string{"-gopls", "v0.24.0"}, "gopls v0.24.0 needs Go 1.27.0, and this is 1.26"},
	} {
		if strings.Contains(c.says, "1.26") && !strings.HasPrefix(runtime.Version(), "go1.26") {
			continue
		}
		cmd := exec.Command(tenantvet, append([]string{"gopls", "install", "-o", filepath.Join(t.TempDir(), "gopls")}, c.args...)...)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(out), c.says) {
			t.Errorf("%v: %v, %q; want %q", c.args, err, out, c.says)
		}
	}
}
