package mutant_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/tenantvet/tenantvet/internal/mutant"
	"github.com/tenantvet/tenantvet/internal/report"
)

// Each operator has something to break in the programs; mutants have names of
// their own, and are the same in each run.
func TestOperators(t *testing.T) {
	count := map[string]int{}
	for _, dir := range []string{"testdata/programs", "testdata/hooked", "testdata/filtered"} {
		all := mutants(t, dir)
		if !reflect.DeepEqual(all, mutants(t, dir)) {
			t.Errorf("%s: other mutants the second time", dir)
		}
		seen := map[string]bool{}
		for _, m := range all {
			count[m.Operator]++
			name := fmt.Sprint(m, m.Edits)
			if seen[name] {
				t.Errorf("two mutants are %s", name)
			}
			seen[name] = true
		}
	}
	names, titles := mutant.Operators()
	for i, name := range names {
		if count[name] == 0 {
			t.Errorf("%s (%s) breaks nothing", name, titles[i])
		}
	}
}

func mutants(t *testing.T, dir string) []mutant.Mutant {
	t.Helper()
	program, err := mutant.Load(dir, "./...")
	if err != nil {
		t.Fatal(err)
	}
	all, _ := program.Mutants()
	return all
}

// A sample has a part of every operator, and all of the rare ones.
func TestSample(t *testing.T) {
	var all []mutant.Mutant
	for i := range 60 {
		all = append(all, mutant.Mutant{Operator: "often", Line: i})
	}
	for i := range 3 {
		all = append(all, mutant.Mutant{Operator: "rare", Line: 100 + i})
	}
	got := mutant.Sample(all, 10)
	if len(got) != 10 || len(mutant.Sample(all, 100)) != len(all) {
		t.Errorf("%d of 10 mutants", len(got))
	}
	rare := slices.DeleteFunc(slices.Clone(got), func(m mutant.Mutant) bool { return m.Operator != "rare" })
	if len(rare) != 3 {
		t.Errorf("%d of the 3 rare ones: %v", len(rare), got)
	}
	if !slices.IsSortedFunc(got, func(a, b mutant.Mutant) int { return a.Line - b.Line }) {
		t.Error("not in the program's order")
	}
}

func TestApply(t *testing.T) {
	m := mutant.Mutant{Edits: []mutant.Edit{{Start: 0, End: 1, New: "A"}, {Start: 2, End: 2, New: "x"}}}
	if got := string(m.Apply([]byte("abc"))); got != "Abxc" {
		t.Errorf("got %q", got)
	}
}

// Killed is a finding that was not there; lines may have moved.
func TestCompare(t *testing.T) {
	finding := func(group string, line int, print string) report.Finding {
		return report.Finding{Rule: "rawpool", Group: group, Position: report.Position{File: "a.go", Line: line}, Fingerprint: print}
	}
	base := report.Report{Findings: []report.Finding{finding("breach", 3, "one")}}
	base.Totals.Sites = report.Sites{Safe: 2}
	for _, test := range []struct {
		name     string
		findings []report.Finding
		sites    report.Sites
		broken   bool
		want     mutant.Verdict
	}{
		{"the same further down", []report.Finding{finding("breach", 9, "one")}, report.Sites{Safe: 2}, false, mutant.Survived},
		{"the same twice", []report.Finding{finding("breach", 3, "one"), finding("breach", 4, "one")}, report.Sites{Safe: 2}, false, mutant.Killed},
		{"another", []report.Finding{finding("breach", 3, "one"), finding("suspect", 4, "two")}, report.Sites{Safe: 2}, false, mutant.Killed},
		{"an audit", []report.Finding{finding("breach", 3, "one"), finding("audit", 4, "two")}, report.Sites{Safe: 2}, false, mutant.Survived},
		{"a site that is unknown", base.Findings, report.Sites{Safe: 1, Unknown: 1}, false, mutant.Unknown},
		{"it does not compile", nil, report.Sites{}, true, mutant.Failed},
	} {
		now := report.Report{Findings: test.findings}
		now.Totals.Sites = test.sites
		if test.broken {
			now.Incomplete = []report.Incomplete{{Reason: "syntax error"}}
		}
		if got := mutant.Compare(mutant.Mutant{}, base, now).Verdict; got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
