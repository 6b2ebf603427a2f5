package proof

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/analyzer"
)

func exempt() []Exempt {
	return []Exempt{
		{"clientsecret", "is about who has a program; what its credential does to a server is proven for servicerole"},
		{"directive", "is about comments in Go files; no statement reaches a server"},
		{"failopen", "is proven by TestHooks, with a module of its own"},
		{"noindex", "is about how many rows the server goes over, not about which it shows"},
		{"untestedisolation", "is about tests, which no server sees"},
		{"keptpool", "is about two databases; the server is asked about it by internal/systems, with the program poolbridgesilo"},
		{"globalkey", "is about who can make tokens; a server sees only the tenant that they name"},
		{"jobtenant", "is about what a worker is not told; what its statements do without the tenant's context is proven for rawpool and unscopedtx"},
		{"unscopedroute", "is about where handlers are mounted, which TestRouters asks the routers; what statements do without the tenant's context is proven for rawpool and unscopedtx"},
		{"dynamicsql", "is about texts that only the running program knows; what they do to a server depends on them"},
	}
}

// A rule is a claim about what the server does, so each has a proof or says why not.
func TestEveryRuleIsProven(t *testing.T) {
	for _, gap := range gaps(analyzer.Rules(), append(proofs(), schemaProofs(t)...), exempt()) {
		t.Error(gap)
	}
}

func TestGapsAreSeen(t *testing.T) {
	rules := []analyzer.Rule{{Name: "proven"}, {Name: "excused"}, {Name: "forgotten"}, {Name: "unreasoned"}, {Name: "both"}}
	got := gaps(rules,
		[]Proof{{Rule: "proven"}, {Rule: "both"}, {Rule: "misspelt", Form: "pool"}},
		[]Exempt{{"excused", "it is about comments"}, {"unreasoned", ""}, {"both", "it is not"}, {"gone", "it was about comments"}})
	for _, name := range []string{"forgotten", "unreasoned", "both", "misspelt", "gone"} {
		if !slices.ContainsFunc(got, func(gap string) bool { return strings.Contains(gap, name) }) {
			t.Errorf("nothing is said about %s", name)
		}
	}
	if len(got) != 5 {
		t.Errorf("gaps() = %q, want 5", got)
	}
}

// gaps says what keeps the proofs from covering the rules exactly.
func gaps(rules []analyzer.Rule, proofs []Proof, exempt []Exempt) []string {
	var gaps []string
	covered := map[string]string{}
	known := func(name string) bool {
		return slices.ContainsFunc(rules, func(r analyzer.Rule) bool { return r.Name == name })
	}
	for _, p := range proofs {
		if !known(p.Rule) {
			gaps = append(gaps, fmt.Sprintf("proof %s/%s: no rule of that name in analyzer.Rules()", p.Rule, p.Form))
		}
		covered[p.Rule] = "a proof"
	}
	for _, e := range exempt {
		switch {
		case !known(e.Rule):
			gaps = append(gaps, fmt.Sprintf("exempt %s: no rule of that name in analyzer.Rules()", e.Rule))
		case covered[e.Rule] != "":
			gaps = append(gaps, fmt.Sprintf("exempt %s: has %s", e.Rule, covered[e.Rule]))
		case e.Reason == "":
			gaps = append(gaps, fmt.Sprintf("exempt %s: without reason", e.Rule))
		}
		covered[e.Rule] = "an exemption"
	}
	for _, rule := range rules {
		if covered[rule.Name] == "" {
			gaps = append(gaps, fmt.Sprintf("rule %s has neither a proof nor a written reason why no server can show it: see proofs() and exempt()", rule.Name))
		}
	}
	return gaps
}

// An example that no proof runs shows nothing.
func TestEveryExampleIsRun(t *testing.T) {
	used := map[string]bool{}
	files, err := filepath.Glob("*_proofs_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		ast.Inspect(parse(t, file), func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				used[sel.Sel.Name+" of "+packageOf(sel.X)] = true
			}
			return true
		})
	}
	examples := examples(t)
	if len(examples) == 0 {
		t.Fatal("no examples found")
	}
	for _, example := range examples {
		if !used[example] {
			t.Errorf("no proof runs %s", example)
		}
	}
}

// examples lists the example functions and methods, each as "name of package".
func examples(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("examples/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, path := range files {
		file := parse(t, path)
		for _, decl := range file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && (strings.HasPrefix(fn.Name.Name, "Bad") || strings.HasPrefix(fn.Name.Name, "Fixed")) {
				found[fn.Name.Name+" of "+file.Name.Name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// packageOf returns the package in rawpool.X or (*outerhandle.Store).X.
func packageOf(x ast.Expr) string {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return x.Name
	case *ast.StarExpr:
		if sel, ok := x.X.(*ast.SelectorExpr); ok {
			return packageOf(sel.X)
		}
	}
	return ""
}

func parse(t *testing.T, path string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return file
}
