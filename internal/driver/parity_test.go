package driver_test

import (
	"encoding/json"
	"fmt"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/report"
)

// TestParity runs the corpus of the rules, which the analyzer's own tests run
// through analysistest, through go vet and through the command line: the same
// lines must get the same messages.
func TestParity(t *testing.T) {
	if tool == "" {
		t.Skip("needs the built program; -short leaves it out")
	}
	modules, err := filepath.Glob("../../testdata/src/*/go.mod")
	if err != nil || len(modules) == 0 {
		t.Fatalf("no modules: %v", err)
	}
	for _, corpus := range []string{"src", "hooked", "requests", "jobs"} {
		modules = append(modules, filepath.Join("../../testdata", corpus, "go.mod"))
	}
	for _, file := range modules {
		corpus, err := filepath.Abs(filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(corpus), func(t *testing.T) { parity(t, corpus) })
	}
}

func parity(t *testing.T, corpus string) {
	wants := expectations(t, corpus)

	vet := run(t, corpus, "go", "vet", "-vettool="+tool, "-json", "./...")
	matches(t, "go vet -vettool", corpus, wants, vetMessages(t, vet.stdout))

	out := run(t, corpus, tool, "-format", "json", "./...")
	if out.code != 1 {
		t.Errorf("tenantvet exits with %d, want 1: %s", out.code, out.stderr)
	}
	var rep report.Report
	if err := json.Unmarshal([]byte(out.stdout), &rep); err != nil {
		t.Fatalf("%v\n%s", err, out.stdout)
	}
	got := map[string][]string{}
	for _, f := range rep.Findings {
		if strings.HasSuffix(f.Position.File, ".sql") {
			continue // go vet sees packages only
		}
		line := fmt.Sprintf("%s:%d", f.Position.File, f.Position.Line)
		got[line] = append(got[line], f.Message+"; "+f.Advice)
	}
	matches(t, "tenantvet", "", wants, got)
}

// expectations reads the want comments of the corpus.
func expectations(t *testing.T, root string) map[string][]*regexp.Regexp {
	t.Helper()
	wants := map[string][]*regexp.Regexp{}
	var files []string
	for _, pattern := range []string{"*.go", "*/*.go", "*/*/*.go"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Fatal("no corpus")
	}
	pattern := regexp.MustCompile("`[^`]*`")
	for _, name := range files {
		if other, ok := evidence.FindModule(filepath.Dir(name)); ok && other != root {
			continue // a module of its own
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fset := token.NewFileSet()
		var s scanner.Scanner
		s.Init(fset.AddFile(name, -1, len(src)), src, nil, scanner.ScanComments)
		for {
			pos, tok, lit := s.Scan()
			if tok == token.EOF {
				break
			}
			_, want, ok := strings.Cut(lit, " want ")
			if tok != token.COMMENT || !ok {
				continue
			}
			rel, err := filepath.Rel(root, name)
			if err != nil {
				t.Fatal(err)
			}
			line := fmt.Sprintf("%s:%d", filepath.ToSlash(rel), fset.Position(pos).Line)
			for _, p := range pattern.FindAllString(want, -1) {
				wants[line] = append(wants[line], regexp.MustCompile(strings.Trim(p, "`")))
			}
		}
	}
	return wants
}

// vetMessages reads the JSON stream of go vet.
func vetMessages(t *testing.T, stdout string) map[string][]string {
	t.Helper()
	got := map[string][]string{}
	dec := json.NewDecoder(strings.NewReader(stdout))
	for dec.More() {
		var tree map[string]map[string][]struct{ Posn, Message string }
		if err := dec.Decode(&tree); err != nil {
			t.Fatal(err)
		}
		for _, rules := range tree {
			for _, diagnostics := range rules {
				for _, d := range diagnostics {
					line := d.Posn[:strings.LastIndex(d.Posn, ":")]
					got[line] = append(got[line], d.Message)
				}
			}
		}
	}
	return got
}

// matches compares messages by line with the expectations, both ways.
func matches(t *testing.T, driver, prefix string, wants map[string][]*regexp.Regexp, got map[string][]string) {
	t.Helper()
	left := map[string][]string{}
	for line, messages := range got {
		if prefix != "" {
			line = filepath.ToSlash(strings.TrimPrefix(line, prefix+string(filepath.Separator)))
		}
		left[line] = messages
	}
	for line, patterns := range wants {
		for _, want := range patterns {
			i := slices.IndexFunc(left[line], want.MatchString)
			if i < 0 && strings.HasPrefix(line, "texts/") {
				continue // its statements go over one pool, and are one finding; TestRules sees each
			}
			if i < 0 {
				t.Errorf("%s: %s: no message matches %q", driver, line, want)
				continue
			}
			left[line] = slices.Delete(slices.Clone(left[line]), i, i+1)
		}
	}
	for line, messages := range left {
		for _, m := range messages {
			t.Errorf("%s: %s: unexpected: %s", driver, line, m)
		}
	}
}
