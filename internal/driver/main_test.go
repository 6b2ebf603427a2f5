package driver_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/tenantvet/tenantvet/internal/report"
)

// tool is the built program.
var tool string

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		os.Exit(m.Run())
	}
	dir, err := os.MkdirTemp("", "tenantvet-test")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	tool = filepath.Join(dir, "tenantvet")
	if runtime.GOOS == "windows" {
		tool += ".exe"
	}
	build := exec.Command("go", "build", "-o", tool, "github.com/tenantvet/tenantvet/cmd/tenantvet")
	build.Stdout, build.Stderr = os.Stdout, os.Stderr
	code := 1
	if err := build.Run(); err == nil {
		code = m.Run()
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

// program writes the files of an archive to a temporary directory.
func program(t *testing.T, archive string) string {
	t.Helper()
	if tool == "" {
		t.Skip("needs the built program; -short leaves it out")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		write(t, filepath.Join(dir, filepath.FromSlash(f.Name)), string(f.Data))
	}
	return dir
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// An outcome is what a run of a program left behind.
type outcome struct {
	code           int
	stdout, stderr string
}

func run(t *testing.T, dir, name string, args ...string) outcome {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	o := outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
	if strings.Contains(o.stderr, "goroutine ") || strings.Contains(o.stdout, "goroutine ") {
		t.Errorf("%s %s: a crash:\n%s%s", name, args, o.stdout, o.stderr)
	}
	return o
}

// check runs the command line with -format json.
func check(t *testing.T, dir string, args ...string) (int, report.Report) {
	t.Helper()
	o := run(t, dir, tool, append([]string{"-format", "json"}, args...)...)
	var r report.Report
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
		t.Fatalf("tenantvet %s: exit code %d, no report: %v\n%s%s", args, o.code, err, o.stdout, o.stderr)
	}
	return o.code, r
}

// findings lists a report's findings as "file:line rule".
func findings(r report.Report) []string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, fmt.Sprintf("%s:%d %s", f.Position.File, f.Position.Line, f.Rule))
	}
	return out
}

// incomplete lists what a report could not analyse, as "package|file:line|reason".
func incomplete(r report.Report) []string {
	var out []string
	for _, i := range r.Incomplete {
		at := ""
		if i.Position != nil {
			at = fmt.Sprintf("%s:%d", i.Position.File, i.Position.Line)
		}
		out = append(out, fmt.Sprintf("%s|%s|%s", i.Package, at, i.Reason))
	}
	return out
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("%s:\ngot\n\t%s\nwant\n\t%s", what, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}
