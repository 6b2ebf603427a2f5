package proof

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/report"
)

// The tool judges the examples as the server does: each bad one is a finding of
// its rule, no fixed one is a finding of any.
func TestExamplesAreJudged(t *testing.T) {
	// What the server shows and the tool does not see yet.
	gaps := map[string]string{}
	findings := map[string][]report.Finding{} // by directory under examples
	for _, f := range runTool(t, "examples", 1).Findings {
		if strings.HasSuffix(f.Position.File, ".sql") {
			continue // what the examples go wrong by: views, grants, a flag
		}
		rule := filepath.Base(filepath.Dir(f.Position.File))
		findings[rule] = append(findings[rule], f)
	}
	for _, f := range runTool(t, filteringExamples(t), 1).Findings {
		if rule := filepath.Base(filepath.Dir(f.Position.File)); strings.HasPrefix(rule, "tenant") {
			findings[rule] = append(findings[rule], f)
		}
	}
	files, err := filepath.Glob("examples/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for _, path := range files {
		rule := filepath.Base(filepath.Dir(path))
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			own, gap := 0, gaps[rule+"/"+fn.Name.Name]
			for _, f := range findings[rule] {
				if filepath.Base(f.Position.File) != filepath.Base(path) ||
					f.Position.Line < fset.Position(fn.Pos()).Line || f.Position.Line > fset.Position(fn.End()).Line {
					continue
				}
				judged++
				if !strings.HasPrefix(fn.Name.Name, "Bad") {
					t.Errorf("%s: %s at line %d of a function that is right: %s", fn.Name.Name, f.Rule, f.Position.Line, f.Message)
				}
				if f.Rule == rule {
					own++
				} else if !follows(rule, f.Rule) && gap == "" {
					t.Errorf("%s: %s/%s also counts as %s: %s", path, rule, fn.Name.Name, f.Rule, f.Message)
				}
			}
			switch {
			case gap != "" && own > 0:
				t.Errorf("%s: %s is found now; take it off the list of gaps", path, fn.Name.Name)
			case gap == "" && own == 0 && strings.HasPrefix(fn.Name.Name, "Bad"):
				t.Errorf("%s: no finding of %s in %s", path, rule, fn.Name.Name)
			}
		}
	}
	total := 0
	for _, f := range findings {
		total += len(f)
	}
	if judged != total {
		t.Errorf("%d of %d findings stand outside of functions", total-judged, total)
	}
}

// filteringExamples are the examples in a module whose statements name their tenant.
func filteringExamples(t *testing.T) string {
	t.Helper()
	dir := copyProofs(t)
	const config = "version: 1\nstrategy: filter\nschema: [internal/proof/examples/migrations]\n"
	if err := os.WriteFile(filepath.Join(dir, "tenantvet.yaml"), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "internal/proof/examples")
}

// follows reports whether a finding of the second rule is the consequence of
// one of the first in the same function.
func follows(rule, other string) bool {
	// After a context that was lost, the query still runs on the pool.
	return rule == "lostcontext" && other == "rawpool"
}
