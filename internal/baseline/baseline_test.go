package baseline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/report"
)

func finding(pkg, fingerprint string, line int) report.Finding {
	return report.Finding{Rule: "rawpool", Group: "breach", Package: pkg, Fingerprint: fingerprint, Message: "m <" + fingerprint + ">",
		Position: report.Position{File: pkg + "/a.go", Line: line, Column: 1}}
}

func TestSplit(t *testing.T) {
	name := filepath.Join(t.TempDir(), FileName)
	was := []report.Finding{finding("a", "1", 10), finding("a", "2", 20), finding("b", "1", 5), finding("b", "same", 6), finding("b", "same", 7)}
	if err := Of(was).Write(name); err != nil {
		t.Fatal(err)
	}
	b, err := Read(name)
	if err != nil {
		t.Fatal(err)
	}
	// a's first one moved to another file; its second is gone; b has one of two equal ones, and a new one.
	moved := finding("a", "1", 99)
	moved.Position.File = "a/renamed.go"
	known, fresh, unmatched := b.Split([]report.Finding{moved, finding("b", "1", 5), finding("b", "same", 6), finding("b", "3", 9)})
	if len(known) != 3 || len(fresh) != 1 || fresh[0].Fingerprint != "3" {
		t.Errorf("known %v, new %v", known, fresh)
	}
	if len(unmatched) != 2 || unmatched[0].Message != "m <2>" || unmatched[1].Message != "m <same>" {
		t.Errorf("gone: %+v", unmatched)
	}
}

func TestFileIsStable(t *testing.T) {
	dir := t.TempDir()
	one, two := filepath.Join(dir, "1"), filepath.Join(dir, "2")
	x, y := finding("a", "1", 10), finding("b", "2", 20)
	for name, findings := range map[string][]report.Finding{one: {x, y}, two: {y, x}} {
		if err := Of(findings).Write(name); err != nil {
			t.Fatal(err)
		}
	}
	a, _ := os.ReadFile(one)
	b, _ := os.ReadFile(two)
	if string(a) != string(b) || strings.Count(string(a), "\n") != 7 || !strings.Contains(string(a), "m <1>") {
		t.Errorf("want an entry a line in one order:\n%s\n%s", a, b)
	}
}

func TestBroken(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       ":1: not a baseline",
		"{\n\"version\": 1,\n\"findings\": [{]}": ":3: not a baseline",
		"{\"version\": 2, \"findings\": []}":     "version 2 is not known",
		"{\"version\": 1, \"finding\": []}":      "unknown field",
		"{\"version\": 1, \"findings\": [{}]}":   "entry 1 has no id",
		"{\"version\": 1} {}":                    "more than one",
	} {
		name := filepath.Join(t.TempDir(), "b")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
