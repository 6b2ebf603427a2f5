package driver

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer"
)

// The go command (1.26) caches what the tool says about a unit under a key that
// doesn't hold VetxOnly. If a package was a dependency first and is asked about
// next, its entry is used, and has no diagnostics: go vet . && go vet ./... is
// silent about what is wrong in the packages that the first one imports. So a
// unit of the user's own that may be asked about later says all it has to say
// at once. Under go vet, that shows the findings in the module's packages that
// the named ones import; the command line takes those it asked for.

// mayBeTarget reports whether the unit, now wanted for its facts only, may be
// what the user asks about in another run.
func (u unit) mayBeTarget() bool {
	switch {
	case !u.Own() || u.fix: // fixes are cached by themselves
		return false
	case u.census:
		return true // the command line may hide tests
	}
	// With tests of its own, the package is asked about together with them.
	return !u.hasTests()
}

// hasTests reports whether there are test files in the package itself.
func (u unit) hasTests() bool {
	for _, file := range testFiles(u.Dir) {
		if slices.Contains(u.IgnoredFiles, file) {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly)
		if err == nil && !strings.HasSuffix(f.Name.Name, "_test") {
			return true
		}
	}
	return false
}

// variant names the unit as go list does, which tells the package from the one
// with its tests; the go command gives both the same ID.
func (u unit) variant() string {
	tests := 0
	for _, file := range u.GoFiles {
		if strings.HasSuffix(file, "_test.go") {
			tests++
		}
	}
	path, external := strings.CutSuffix(u.ImportPath, "_test")
	switch {
	case tests == 0:
		return u.ImportPath
	case external && tests == len(u.GoFiles):
		return externalUnit(path)
	default:
		return testUnit(u.ImportPath)
	}
}

func testUnit(path string) string     { return path + " [" + path + ".test]" }
func externalUnit(path string) string { return path + "_test [" + path + ".test]" }

// rewrite writes a copy of the unit's file with what was changed, beside it in
// the go command's temporary directory, and returns its name.
func (u unit) rewrite() (string, error) {
	data, err := os.ReadFile(u.file)
	if err != nil {
		return "", err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return "", err
	}
	for name, value := range map[string]any{"ID": u.ID, "GoFiles": u.program, "VetxOnly": u.VetxOnly, "Stdout": u.Stdout} {
		if fields[name], err = json.Marshal(value); err != nil {
			return "", err
		}
	}
	if data, err = json.Marshal(fields); err != nil {
		return "", err
	}
	changed := filepath.Join(filepath.Dir(u.file), "tenantvet.cfg")
	return changed, os.WriteFile(changed, data, 0o666)
}

// leave answers for a unit that can't matter: no facts, no findings.
func (u unit) leave() error {
	if !u.VetxOnly && u.Stdout != "" {
		said := map[string]map[string][]vetDiagnostic{}
		if u.census {
			census, err := json.Marshal(analyzer.Census{Version: analyzer.CensusVersion, Package: u.ImportPath})
			if err != nil {
				return err
			}
			posn := u.GoFiles[0] + ":1:1"
			said[u.ID] = map[string][]vetDiagnostic{censusName: {{Posn: posn, End: posn, Message: string(census)}}}
		}
		data, err := json.Marshal(said)
		if err != nil {
			return err
		}
		if err := os.WriteFile(u.Stdout, data, 0o666); err != nil {
			return err
		}
	}
	return u.Leave()
}
