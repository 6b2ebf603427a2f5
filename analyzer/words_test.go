package analyzer

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
)

// findingsOf runs the suite over packages of the corpus and returns, by
// package and function, what is said in each.
func findingsOf(t *testing.T, patterns ...string) map[string][]shownFinding {
	t.Helper()
	dir := corpusDir(t)
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax, Dir: dir}, patterns...)
	if err != nil || packages.PrintErrors(pkgs) > 0 {
		t.Fatal("the corpus does not load: ", err)
	}
	suite := NewSuite(evidenceOf(t, dir))
	graph, err := checker.Analyze(suite, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]shownFinding{}
	for _, act := range graph.Roots {
		found, _ := act.Result.([]*finding)
		for _, f := range found {
			start, end := act.Package.Fset.Position(f.pos), act.Package.Fset.Position(f.end)
			data, err := os.ReadFile(start.Filename)
			if err != nil {
				t.Fatal(err)
			}
			s := shownFinding{fingerprint: f.fingerprint, words: string(data[start.Offset:end.Offset])}
			for _, st := range f.path {
				posn := st.posn
				if st.pos.IsValid() {
					posn = act.Package.Fset.Position(st.pos).String()
				}
				rel, err := filepath.Rel(filepath.Dir(start.Filename), posn)
				if err != nil {
					t.Fatal(err)
				}
				s.path = append(s.path, filepath.ToSlash(rel)+": "+st.message)
			}
			key := act.Package.PkgPath[strings.LastIndex(act.Package.PkgPath, "/")+1:] + "." + f.function
			out[key] = append(out[key], s)
		}
	}
	return out
}

type shownFinding struct {
	words, fingerprint string
	path               []string
}

// A finding about a text stands at its words, with the call in its path; one
// about a handle stands at the call, with the relation in its path.
func TestFindingsPointAtWords(t *testing.T) {
	found := findingsOf(t, "./words", "./spelled")
	tests := []struct {
		function, words string
		path            []string
	}{
		{"words.Constant", "SET LOCAL app.tenant_id", []string{"words.go:19:12: sent here"}},
		{"words.Lines", "SET LOCAL app.tenant_id", []string{"words.go:24:12: sent here"}},
		{"words.Trimmed", "pg_catalog.set_config('app.tenant_id'", []string{"words.go:33:12: sent here"}},
		{"words.Session", "set_config('app.tenant_id'", []string{"words.go:44:11: sent here"}},
		{"words.Role", "SET LOCAL ROLE service_role", []string{"words.go:50:12: sent here"}},
		{"words.First", "pool.Exec", []string{"words.go:55:24: the setting is changed here"}},
		{"words.Twice", "tx.Exec", []string{"words.go:69:2: the text is built here"}},
		{"words.OtherFile", "tx.Exec", []string{"other.go:3:22: the setting is changed here"}},
		{"words.OtherPackage", "tx.Exec", []string{"../spelled/spelled.go:12:7: the setting is changed here"}},
		{"words.Query", "pool.Exec", []string{"words.go:92:8: SELECT on orders"}},
		{"spelled.Constant", "SET LOCAL app.tenant_id", nil},
		{"spelled.Query", "pool.Exec", nil},
	}
	for _, tt := range tests {
		f := found[tt.function]
		if len(f) != 1 {
			t.Errorf("%s: %d findings, want one", tt.function, len(f))
			continue
		}
		if f[0].words != tt.words || !slices.Equal(f[0].path, tt.path) {
			t.Errorf("%s: %q, path %q, want %q, path %q", tt.function, f[0].words, f[0].path, tt.words, tt.path)
		}
	} // Where a text is spelled out doesn't change which finding it is.
	for _, function := range []string{"Constant", "Query"} {
		here, there := found["words."+function], found["spelled."+function]
		if len(here) == 1 && len(there) == 1 && here[0].fingerprint != there[0].fingerprint {
			t.Errorf("%s: fingerprint %s where the text is a constant, %s where it is in the call",
				function, here[0].fingerprint, there[0].fingerprint)
		}
	}
}
