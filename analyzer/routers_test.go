package analyzer

import (
	"go/ast"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/tenantvet/tenantvet/analyzer/internal/route"
)

// compareRouters compares what the analysis says to come before a handler with what
// does: the same routers are asked for their handlers, with the real libraries.
func compareRouters(t *testing.T, dir string, cfg Config, pkgs []*packages.Package, routers string) {
	t.Helper()
	show := exec.Command("go", "run", "./"+routers+"/show")
	show.Dir = dir
	out, err := show.Output()
	if err != nil {
		t.Fatalf("go run ./%s/show: %v", routers, err)
	}
	var want []string
	for line := range strings.Lines(string(out)) {
		want = append(want, strings.TrimSpace(line))
	}
	slices.Sort(want)

	graph, err := checker.Analyze([]*analysis.Analyzer{newSuite(cfg).routes}, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Fatal(act.Err)
		}
		for _, r := range act.Result.(*route.Analysis).Routes {
			switch {
			case !ast.IsExported(r.Function):
			case r.Cover.Unknown || len(r.Cover.Params) > 0:
				got = append(got, r.Function+" "+r.Handler+" unknown")
			case len(r.Cover.Layers) > 0:
				got = append(got, r.Function+" "+r.Handler+" behind")
			default:
				got = append(got, r.Function+" "+r.Handler+" bare")
			}
		}
	}
	slices.Sort(got)
	if len(want) < 40 {
		t.Errorf("the routers answered %d requests", len(want))
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("the analysis says %q", line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("the analysis doesn't say %q", line)
		}
	}
}
