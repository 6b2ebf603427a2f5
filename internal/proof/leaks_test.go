package proof

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/report"
)

// tenantvet finds every leak that was planted in the shop, and nothing else there.
func TestShopLeaksAreFound(t *testing.T) {
	leaks := readLeaks(t)
	r := runTool(t, shopDir, 1)
	open := map[leak]bool{}
	for _, l := range leaks {
		open[l] = true
	}
	for _, f := range r.Findings {
		l, planted := match(t, f, leaks)
		if !planted {
			t.Errorf("not planted: %s:%d: %s: %s", f.Position.File, f.Position.Line, f.Rule, f.Message)
			continue
		}
		if !open[l] {
			t.Errorf("reported twice: %v", l)
		}
		delete(open, l)
	}
	for l := range open {
		t.Errorf("not found: %s in %s, %s: %s", l.rule, l.file, l.function, l.at)
	}
	if len(r.Incomplete) > 0 {
		t.Errorf("incomplete: %v", r.Incomplete)
	}
}

// With the fixes applied there is nothing left to say.
func TestFixedShopIsClean(t *testing.T) {
	r := runTool(t, fixedShop(t), 0)
	if r.Totals.Sites.Safe == 0 || r.Totals.Sites.Breach > 0 {
		t.Errorf("query sites: %+v, want only safe ones, and some", r.Totals.Sites)
	}
}

// match finds the planted leak that a finding is about: same rule, file and
// function, and the finding's lines hold the leak's piece of code.
func match(t *testing.T, f report.Finding, leaks []leak) (leak, bool) {
	t.Helper()
	for _, l := range leaks {
		if f.Rule == l.rule && f.Position.File == l.file && strings.HasSuffix("."+f.Function, "."+l.function) &&
			strings.Contains(lines(t, f.Position), l.at) {
			return l, true
		}
	}
	return leak{}, false
}

// lines returns the source lines of a position in the shop.
func lines(t *testing.T, p report.Position) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(shopDir, p.File))
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Split(string(text), "\n")
	if p.Line < 1 || p.EndLine > len(all) {
		t.Fatalf("%s has no lines %d to %d", p.File, p.Line, p.EndLine)
	}
	return strings.Join(all[p.Line-1:max(p.Line, p.EndLine)], "\n")
}
