package analyzer

import (
	"flag"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
)

var updateFacts = flag.Bool("update-facts", false, "rewrite testdata/facts.golden")

// loaded returns packages that were loaded for the rules: all of them, or those in
// some folders of the corpus.
func loaded(results []*analysistest.Result, folders ...string) []*packages.Package {
	var pkgs []*packages.Package
	for _, r := range results {
		_, path, _ := strings.Cut(strings.TrimPrefix(r.Action.Package.PkgPath, "example.com/"), "/")
		if len(folders) == 0 || slices.ContainsFunc(folders, func(f string) bool {
			return path == f || strings.HasSuffix(f, "/") && strings.HasPrefix(path+"/", f)
		}) {
			pkgs = append(pkgs, r.Action.Package)
		}
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
			if ok && strings.HasPrefix(fn.Pkg().Path(), "example.com/") {
				seen[fmt.Sprintf("%s: %s", fn.FullName(), f.Fact)] = true
			}
		}
	}
	var lines []string
	modules := strings.NewReplacer("example.com/corpus/", "", "example.com/requests/", "")
	for l := range seen {
		lines = append(lines, modules.Replace(l))
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n") + "\n"
}

// compareFacts shows what callers are told about functions of the corpus, and that
// it is the same in every run.
func compareFacts(t *testing.T, name string, pkgs []*packages.Package, analyzer func() *analysis.Analyzer) {
	t.Helper()
	got := facts(t, analyzer(), pkgs)
	golden := filepath.Join("testdata", name)
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
		t.Errorf("facts differ from %s; run go test ./analyzer -run 'TestRules|TestRequests' -update-facts and read the change\n%s", golden, got)
	}
	// Every run of the tests is one more that must be like the golden file; TestDeterminism
	// of internal/driver has the packages analysed in twenty orders.
	for range 2 {
		if again := facts(t, analyzer(), pkgs); again != got {
			t.Fatalf("another run gives other facts:\n%s", again)
		}
	}
}
