package analyzer

import (
	"flag"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
)

var updateFacts = flag.Bool("update-facts", false, "rewrite testdata/facts.golden")

// loadCorpus loads the packages of the corpus itself from source.
func loadCorpus(t *testing.T, dir string) []*packages.Package {
	t.Helper()
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax, Dir: dir}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(pkgs) > 0 {
		t.Fatal("the corpus does not load")
	}
	return pkgs
}

// facts runs an analyzer over packages and prints its facts about the corpus.
func facts(t *testing.T, a *analysis.Analyzer, pkgs []*packages.Package) string {
	t.Helper()
	graph, err := checker.Analyze([]*analysis.Analyzer{a}, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Fatal(act.Err)
		}
		for _, f := range act.AllObjectFacts() {
			fn, ok := f.Object.(*types.Func)
			if ok && strings.HasPrefix(fn.Pkg().Path(), "example.com/corpus") {
				seen[fmt.Sprintf("%s: %s", fn.FullName(), f.Fact)] = true
			}
		}
	}
	var lines []string
	for l := range seen {
		lines = append(lines, strings.ReplaceAll(l, "example.com/corpus/", ""))
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n") + "\n"
}

// TestFacts shows what callers are told about each function of the corpus, and
// that it is the same in every run.
func TestFacts(t *testing.T) {
	dir := corpusDir(t)
	cfg := evidenceOf(t, dir)
	pkgs := loadCorpus(t, dir)
	sites := func() *analysis.Analyzer { return NewSuite(cfg)[0].Requires[0] }
	got := facts(t, sites(), pkgs)
	golden := filepath.Join("testdata", "facts.golden")
	if *updateFacts {
		if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("facts differ from %s; run go test ./analyzer -run TestFacts -update-facts and read the change\n%s", golden, got)
	}
	for range 5 {
		if again := facts(t, sites(), pkgs); again != got {
			t.Fatalf("another run gives other facts:\n%s", again)
		}
	}
}
