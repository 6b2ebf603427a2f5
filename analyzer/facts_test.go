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
func loadCorpus(t *testing.T, dir string, patterns ...string) []*packages.Package {
	t.Helper()
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax, Dir: dir}, patterns...)
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

// TestFacts shows what callers are told about each function of the corpus, and
// that it is the same in every run.
func TestFacts(t *testing.T) {
	dir := corpusDir(t)
	cfg := evidenceOf(t, dir)
	pkgs := loadCorpus(t, dir, "./...")
	compareFacts(t, "facts.golden", pkgs, func() *analysis.Analyzer { return NewSuite(cfg)[0].Requires[0] })
}

// TestRequestFacts is the same for what requests say, without the packages that
// import large libraries.
func TestRequestFacts(t *testing.T) {
	dir, err := filepath.Abs("../testdata/requests")
	if err != nil {
		t.Fatal(err)
	}
	cfg := evidenceOf(t, dir)
	pkgs := loadCorpus(t, dir, "./tenantctx", "./tenantdb", "./middleware", "./server")
	compareFacts(t, "requestfacts.golden", pkgs, func() *analysis.Analyzer { return newSuite(cfg).requests })
}

// TestRouteFacts is the same for what contexts have to carry, what puts it there,
// and where handlers are mounted.
func TestRouteFacts(t *testing.T) {
	dir, err := filepath.Abs("../testdata/requests")
	if err != nil {
		t.Fatal(err)
	}
	cfg := evidenceOf(t, dir)
	pkgs := loadCorpus(t, dir, "./tenantctx", "./tenantdb", "./unscopedroute/...")
	compareFacts(t, "routefacts.golden", pkgs, func() *analysis.Analyzer { return newSuite(cfg).routes })
}

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
		t.Errorf("facts differ from %s; run go test ./analyzer -run Facts -update-facts and read the change\n%s", golden, got)
	}
	// Every run of the tests is one more that must be like the golden file; TestDeterminism
	// of internal/driver has the packages analysed in twenty orders.
	for range 2 {
		if again := facts(t, analyzer(), pkgs); again != got {
			t.Fatalf("another run gives other facts:\n%s", again)
		}
	}
}
