package analyzer_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/analyzer"
)

const module = "github.com/tenantvet/tenantvet/"

// TestLayout holds the direction of imports: the SQL half knows no Go, one
// package knows the parsers, and what links into other people's linters does
// not bring the command line along.
func TestLayout(t *testing.T) {
	imports := func(pkg string, deps bool) []string {
		format := "{{join .Imports \"\\n\"}}"
		if deps {
			format = "{{join .Deps \"\\n\"}}"
		}
		out, err := exec.Command("go", "list", "-f", format, module+pkg).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.Fields(string(out))
	}
	for _, pkg := range []string{"sqlcheck", "sqlcheck/schema", "sqlcheck/schema/policy", "sqlcheck/schema/detour", "sqlcheck/schema/rules", "sqlcheck/internal/pgparse"} {
		for _, dep := range imports(pkg, true) {
			switch {
			case dep == "go/ast", dep == "go/types", strings.HasPrefix(dep, "golang.org/x/tools/"):
				t.Errorf("%s depends on %s: the SQL half must not know Go", pkg, dep)
			case strings.HasPrefix(dep, module) && !strings.HasPrefix(dep, module+"sqlcheck"):
				t.Errorf("%s depends on %s: the SQL half stands on its own", pkg, dep)
			}
		}
	}
	for _, pkg := range []string{"analyzer", "analyzer/editor", "analyzer/nogo", "gclplugin"} {
		for _, dep := range imports(pkg, true) {
			for _, other := range []string{"internal/driver", "internal/report", "internal/proof", "internal/goplsbuild", "cmd/"} {
				if strings.HasPrefix(dep, module+other) {
					t.Errorf("%s depends on %s", pkg, dep)
				}
			}
		}
	}
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \",\"}}", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		pkg, list, _ := strings.Cut(strings.TrimSpace(line), " ")
		for _, parser := range []string{"github.com/pganalyze/pg_query_go/v5", "github.com/sqlc-dev/oliphant"} {
			uses := slices.ContainsFunc(strings.Split(list, ","), func(dep string) bool { return strings.HasPrefix(dep, parser) })
			if uses && !strings.HasPrefix(pkg, module+"sqlcheck/internal/pgparse") {
				t.Errorf("%s imports %s: only pgparse may", pkg, parser)
			}
		}
	}
}

// TestOneNameARule: a rule's name is that of its analyzer, its file, its folder
// of examples and its heading in the documentation.
func TestOneNameARule(t *testing.T) {
	analyzers := map[string]bool{}
	for _, a := range analyzer.NewSuite(analyzer.Config{}) {
		analyzers[a.Name] = true
	}
	for _, r := range analyzer.Rules() {
		file := r.Name + ".go"
		if r.Schema {
			file = "../sqlcheck/schema/rules/" + file
		} else if !analyzers[r.Name] {
			t.Errorf("doc.go has a section on %s, which is no analyzer", r.Name)
		}
		delete(analyzers, r.Name)
		corpora, err := filepath.Glob("../testdata/*/" + r.Name)
		if err != nil || len(corpora) == 0 {
			t.Errorf("rule %s: no folder of that name in testdata", r.Name)
		}
		if _, err := os.Stat(file); err != nil {
			t.Errorf("rule %s: %v", r.Name, err)
		}
		for _, heading := range []string{"Bad:", "Fixed:"} {
			if !strings.Contains(r.Doc, heading) {
				t.Errorf("the section on %s has no %q example", r.Name, heading)
			}
		}
		if r.Title == "" || strings.HasSuffix(r.Title, ".") {
			t.Errorf("rule %s: title %q", r.Name, r.Title)
		}
	}
	delete(analyzers, "census")
	for name := range analyzers {
		t.Errorf("analyzer %s has no section in doc.go", name)
	}
}
