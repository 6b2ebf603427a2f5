// Package parity says what all drivers must agree on: what go vet with tenantvet
// as its tool finds in the corpora.
package parity

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A Finding is what every driver shows, in its own form.
type Finding struct {
	Rule         string
	File         string // relative to the module's root
	Line, Column int    // 1-based, in bytes
	Message      string
}

func (f Finding) String() string {
	return f.File + ":" + strconv.Itoa(f.Line) + ":" + strconv.Itoa(f.Column) + ": " + f.Rule + ": " + f.Message
}

// AllEnv names the variable that has all modules compared rather than the large ones,
// which takes several times as long.
const AllEnv = "TENANTVET_PARITY_ALL"

// NoC is what builds a program as on a machine without a C compiler.
const NoC = "CGO_ENABLED=0"

// Root is the project's root, seen from a package of conformance.
func Root(t testing.TB) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// Modules are the roots of the corpora: those of the rules, each with its own
// configuration, and the example.
func Modules(t testing.TB) []string {
	t.Helper()
	root := Root(t)
	modules := []string{filepath.Join(root, "examples", "shop")}
	for _, dir := range []string{"src", "hooked", "requests", "jobs", "embedded"} {
		err := filepath.WalkDir(filepath.Join(root, "testdata", dir), func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.Name() == "go.mod" {
				modules = append(modules, filepath.Dir(name))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(modules) < 10 {
		t.Fatalf("only %d modules in the corpora", len(modules))
	}
	if os.Getenv(AllEnv) == "" {
		// The others are small, and each asks every driver to load the libraries anew.
		modules = slices.DeleteFunc(modules, func(dir string) bool {
			return filepath.Base(filepath.Dir(dir)) == "src"
		})
	}
	return modules
}

// Name names a module in the output of tests.
func Name(t testing.TB, module string) string {
	rel, err := filepath.Rel(Root(t), module)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(rel)
}

// Build builds a package of the module in dir and returns the program. Variables such
// as NoC count for the build.
func Build(dir, pkg string, env ...string) (program string, remove func(), err error) {
	tmp, err := os.MkdirTemp("", "tenantvet-conformance")
	if err != nil {
		return "", nil, err
	}
	program = filepath.Join(tmp, "program")
	cmd := exec.Command("go", "build", "-o", program, pkg)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		os.RemoveAll(tmp)
		return "", nil, errors.New(string(out))
	}
	return program, func() { os.RemoveAll(tmp) }, nil
}

// Vet runs go vet with tenantvet as its tool over a module.
func Vet(t testing.TB, tool, module string) []Finding {
	t.Helper()
	cmd := exec.Command("go", "vet", "-vettool="+tool, "-json", "./...")
	cmd.Dir = module
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	var found []Finding
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var units map[string]map[string][]struct{ Posn, Message string }
		if err := dec.Decode(&units); err != nil {
			t.Fatal(err)
		}
		for _, rules := range units {
			for rule, diagnostics := range rules {
				for _, d := range diagnostics {
					found = append(found, At(t, module, rule, d.Posn, d.Message))
				}
			}
		}
	}
	return Tidy(found)
}

// Migrations runs the command line over a module and returns what it finds in files of
// SQL.
func Migrations(t testing.TB, tool, module string) []Finding {
	t.Helper()
	cmd := exec.Command(tool, "-format=json", "./...")
	cmd.Dir = module
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) { // 1: there are findings
		t.Fatalf("%v\n%s", err, out)
	}
	var report struct {
		Findings []struct {
			Rule, Message, Advice string
			Position              struct {
				File         string
				Line, Column int
			}
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatal(err)
	}
	var found []Finding
	for _, f := range report.Findings {
		if !strings.HasSuffix(f.Position.File, ".sql") {
			continue
		}
		message := f.Message
		if f.Advice != "" {
			message += "; " + f.Advice
		}
		found = append(found, Finding{f.Rule, f.Position.File, f.Position.Line, f.Position.Column, message})
	}
	return Tidy(found)
}

// At makes a finding of file:line:column.
func At(t testing.TB, module, rule, posn, message string) Finding {
	t.Helper()
	parts := strings.Split(posn, ":")
	if len(parts) < 3 {
		t.Fatalf("no position: %q", posn)
	}
	n := len(parts)
	line, err1 := strconv.Atoi(parts[n-2])
	column, err2 := strconv.Atoi(parts[n-1])
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return Finding{rule, Relative(t, module, strings.Join(parts[:n-2], ":")), line, column, message}
}

// Relative names a file of a module from its root on.
func Relative(t testing.TB, module, file string) string {
	t.Helper()
	if !filepath.IsAbs(file) {
		return filepath.ToSlash(file)
	}
	rel, err := filepath.Rel(module, file)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(rel)
}

// Tidy sorts findings and keeps one of equal ones: a package and its variant for
// tests have the same.
func Tidy(found []Finding) []Finding {
	slices.SortFunc(found, func(a, b Finding) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(found)
}

// Compare fails the test for what one of the lists lacks. same compares the
// messages of two findings at one place.
func Compare(t testing.TB, want, got []Finding, same func(want, got string) bool) {
	t.Helper()
	left := slices.Clone(got)
	for _, w := range want {
		i := slices.IndexFunc(left, func(g Finding) bool {
			place := g
			place.Message = w.Message
			return place == w && same(w.Message, g.Message)
		})
		if i < 0 {
			t.Errorf("missing:    %s", w)
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, g := range left {
		t.Errorf("unexpected: %s", g)
	}
}

// Equal compares messages byte by byte.
func Equal(want, got string) bool { return want == got }

// WithPath compares a message with one that tells the path as well, in
// parentheses before the advice.
func WithPath(want, got string) bool {
	if want == got {
		return true
	}
	for i := 0; i <= len(want); i++ {
		if i < len(want) && !strings.HasPrefix(want[i:], "; ") {
			continue
		}
		path, ok := strings.CutPrefix(got, want[:i]+" (")
		if !ok {
			continue
		}
		path, ok = strings.CutSuffix(path, ")"+want[i:])
		if ok && strings.Contains(path, ":") {
			return true
		}
	}
	return false
}
