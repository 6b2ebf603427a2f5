package analyzer

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/tenantvet/tenantvet/internal/evidence"
)

// corpusDir is a module of its own with the real libraries.
func corpusDir(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs("../testdata/src")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestMain fetches what the corpora import: analysistest runs offline.
func TestMain(m *testing.M) {
	// The corpora are type-checked with all that they import: much garbage, in a
	// process that doesn't live long.
	debug.SetGCPercent(300)
	dirs := []string{"../testdata/hooked", "../testdata/requests", "../testdata/jobs"}
	for _, pattern := range []string{"../testdata/src/go.mod", "../testdata/src/*/go.mod"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			panic(err)
		}
		for _, file := range files {
			dirs = append(dirs, filepath.Dir(file))
		}
	}
	for _, dir := range dirs {
		cmd := exec.Command("go", "mod", "download")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "go mod download in %s: %v\n%s", dir, err, out)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// evidenceOf reads the evidence of the corpus without touching the user's cache.
func evidenceOf(t testing.TB, dir string) Config {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	m, err := evidence.Refresh(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Problems {
		t.Errorf("%s:%d: %s", p.File, p.Line, p.Message)
	}
	return Config{Evidence: func(string) (*evidence.Module, error) { return m, nil }, ReadFile: os.ReadFile}
}

// together is one analyzer that reports what every rule finds, so that a
// corpus shows a rule's neighbours staying silent as well.
func together(suite []*analysis.Analyzer) *analysis.Analyzer {
	about := slices.DeleteFunc(slices.Clone(suite), func(a *analysis.Analyzer) bool { return a.ResultType != findingsType })
	return &analysis.Analyzer{
		Name: "together", Doc: "together: every rule at once", Requires: about,
		Run: func(pass *analysis.Pass) (any, error) {
			for _, a := range pass.Analyzer.Requires {
				for _, f := range pass.ResultOf[a].([]*finding) {
					// texts sends its statements over one pool, and wants to see each.
					if len(f.parts) > 0 && strings.HasSuffix(pass.Pkg.Path(), "/texts") {
						for _, part := range f.parts {
							pass.Report(part.diagnostic())
						}
						continue
					}
					pass.Report(f.diagnostic())
				}
			}
			return nil, nil
		},
	}
}

// TestRules runs every rule over every folder at once: loading is what costs.
// The fixes of the rules are compared with the .golden files, and what callers are
// told about each function with facts.golden.
func TestRules(t *testing.T) {
	dir := corpusDir(t)
	cfg := evidenceOf(t, dir)
	results := analysistest.RunWithSuggestedFixes(t, dir, together(NewSuite(cfg)), "./...")
	t.Run("left out", func(t *testing.T) { namesCondition(t, results) })
	t.Run("facts", func(t *testing.T) {
		compareFacts(t, "facts.golden", loaded(results), func() *analysis.Analyzer { return NewSuite(cfg)[0].Requires[0] })
	})
}

// namesCondition: who passes what a helper sets no context for is told for what it does.
func namesCondition(t *testing.T, results []*analysistest.Result) {
	said := map[string]bool{}
	for _, r := range results {
		for _, d := range r.Diagnostics {
			for _, step := range d.Related {
				said[step.Message] = true
			}
		}
	}
	for _, want := range []string{
		"calls BeginTx, which sets the context only if tenant != \"\"", // of another package
		"calls BeginAs, which sets the context only if !system",
		"calls Scope, which sets the context only if id != its zero value",
		"calls Number, which sets the context only if tenant != 0",
		"calls With, which sets the context only if tenant != nil",
	} {
		if !said[want] {
			t.Errorf("no finding has in its path %q", want)
		}
	}
}

// TestHookedPools runs the rules over a module that has pools with hooks and
// without: a module of its own, since that decides how its pools are judged.
func TestHookedPools(t *testing.T) {
	dir, err := filepath.Abs("../testdata/hooked")
	if err != nil {
		t.Fatal(err)
	}
	analysistest.Run(t, dir, together(NewSuite(evidenceOf(t, dir))), "./...")
}

// TestRequests runs the rules over a module that reads requests with the usual
// libraries.
func TestRequests(t *testing.T) {
	dir, err := filepath.Abs("../testdata/requests")
	if err != nil {
		t.Fatal(err)
	}
	cfg := evidenceOf(t, dir)
	results := analysistest.Run(t, dir, together(NewSuite(cfg)), "./...")
	// Without the packages that import large libraries.
	t.Run("facts", func(t *testing.T) {
		pkgs := loaded(results, "tenantctx", "tenantdb", "middleware", "server")
		compareFacts(t, "requestfacts.golden", pkgs, func() *analysis.Analyzer { return newSuite(cfg).requests })
	})
	// What contexts have to carry, what puts it there, and where handlers are mounted.
	t.Run("routes", func(t *testing.T) {
		pkgs := loaded(results, "tenantctx", "tenantdb", "unscopedroute/")
		compareFacts(t, "routefacts.golden", pkgs, func() *analysis.Analyzer { return newSuite(cfg).routes })
	})
	for _, routers := range []string{"routers", "rpcrouters"} {
		t.Run(routers, func(t *testing.T) { compareRouters(t, dir, cfg, loaded(results, routers), routers) })
	}
}

// TestJobs runs them over a module whose workers take jobs from queues.
func TestJobs(t *testing.T) {
	dir, err := filepath.Abs("../testdata/jobs")
	if err != nil {
		t.Fatal(err)
	}
	analysistest.Run(t, dir, together(NewSuite(evidenceOf(t, dir))), "./...")
}

// TestRulesConfigured runs them over the folders that are modules of their own,
// for their configuration.
func TestRulesConfigured(t *testing.T) {
	for _, dir := range ownModules(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			analysistest.Run(t, dir, together(NewSuite(evidenceOf(t, dir))), "./...")
		})
	}
}

func ownModules(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpusDir(t), "*", "go.mod"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no modules in the corpus: %v", err)
	}
	for i, file := range files {
		files[i] = filepath.Dir(file)
	}
	return files
}
