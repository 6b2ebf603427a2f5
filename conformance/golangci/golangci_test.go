package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/conformance/parity"
)

// The programs, built once.
var golangci, golangciWithoutC, tenantvet string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	for _, program := range []struct {
		path     *string
		dir, pkg string
		env      []string
	}{
		{&golangci, ".", ".", nil},
		{&golangciWithoutC, ".", ".", []string{parity.NoC}},
		{&tenantvet, "../..", "./cmd/tenantvet", nil},
	} {
		path, remove, err := parity.Build(program.dir, program.pkg, program.env...)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer remove()
		*program.path = path
	}
	return m.Run()
}

// everything is a configuration that shows all there is. What golangci-lint
// leaves out by itself, such as the fourth equal message, is not the plugin's.
const everything = `version: "2"
linters:
  default: none
  enable: [tenantvet]
  settings:
    custom:
      tenantvet:
        type: module
  exclusions:
    generated: disable
issues:
  max-issues-per-linter: 0
  max-same-issues: 0
  uniq-by-line: false
run:
  allow-parallel-runners: true
`

// lint runs golangci-lint over a module. failed is what it says if it fails.
func lint(t *testing.T, cache, module, configuration string) (found []parity.Finding, failed string) {
	t.Helper()
	return lintWith(t, golangci, cache, module, configuration)
}

func lintWith(t *testing.T, golangci, cache, module, configuration string) (found []parity.Finding, failed string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), ".golangci.yml")
	if err := os.WriteFile(file, []byte(configuration), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(golangci, "run", "--config", file, "--path-mode", "abs", "--output.json.path", "stdout", "--show-stats=false", "--enable-only", "tenantvet", "./...")
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "GOLANGCI_LINT_CACHE="+cache)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) { // 1: there are issues
		return nil, stderr.String()
	}
	var report struct {
		Issues []struct {
			FromLinter, Text string
			Pos              struct {
				Filename     string
				Line, Column int
			}
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatalf("%v\n%s%s", err, out, stderr.String())
	}
	for _, issue := range report.Issues {
		rule, message, ok := strings.Cut(issue.Text, ": ")
		if !ok || issue.FromLinter != "tenantvet" {
			t.Errorf("%s: %s", issue.FromLinter, issue.Text)
		}
		found = append(found, parity.Finding{Rule: rule, File: parity.Relative(t, module, issue.Pos.Filename),
			Line: issue.Pos.Line, Column: issue.Pos.Column, Message: message})
	}
	return parity.Tidy(found), ""
}

// TestParity: golangci-lint finds what go vet finds, in the same places and with
// the same messages, to which it adds the path. So does a second run, from its
// cache, and one with the parser in Go.
func TestParity(t *testing.T) {
	cache := t.TempDir()
	total := 0
	for _, module := range parity.Modules(t) {
		t.Run(parity.Name(t, module), func(t *testing.T) {
			want := parity.Vet(t, tenantvet, module)
			for _, when := range []string{"at first", "from the cache"} {
				got, failed := lint(t, cache, module, everything)
				if failed != "" {
					t.Fatal(failed)
				}
				t.Logf("%s: %d findings", when, len(got))
				parity.Compare(t, want, got, parity.WithPath)
			}
			if large := len(want) > 15; large {
				got, failed := lintWith(t, golangciWithoutC, cache, module, everything)
				if failed != "" {
					t.Fatal(failed)
				}
				parity.Compare(t, want, got, parity.WithPath)
			}
			total += len(want)
		})
	}
	if total < 300 {
		t.Errorf("the corpora have %d findings only", total)
	}
}
