package report

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/tenantvet/tenantvet/analyzer"
)

// logOf is a report as a reader of SARIF has it, valid by the standard's schema.
func logOf(t *testing.T, r Report, v View) *sarif.Report {
	t.Helper()
	out := written(t, "sarif", r, v)
	if err := invalid(t, out); err != nil {
		t.Fatal(err)
	}
	log, err := sarif.FromBytes(out)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// invalid says what the standard's schema has against a log.
func invalid(t *testing.T, log []byte) error {
	t.Helper()
	standard, err := jsonschema.UnmarshalJSON(strings.NewReader(standardSchema(t)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("sarif.json", standard); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(log))
	if err != nil {
		return err
	}
	return s.Validate(tree)
}

// standardSchema is the schema of the standard, which the library keeps to itself.
func standardSchema(t *testing.T) string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	value := file.Scope.Lookup("schema").Decl.(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value
	text, err := strconv.Unquote(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestSARIFIsValid(t *testing.T) {
	root, r := sample(t)
	logOf(t, r, View{Root: root, Dir: root, Rules: analyzer.Rules()})
	logOf(t, Report{}, View{Root: root, Dir: root})
	if invalid(t, []byte(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{"level":"fatal","message":{"text":"m"}}]}]}`)) == nil {
		t.Error("the validator accepts what is not SARIF")
	}
}

// Columns count UTF-16 code units, and files are relative to the repository,
// of which the module may be a part.
func TestSARIFPlaces(t *testing.T) {
	repository := t.TempDir()
	if err := os.Mkdir(filepath.Join(repository, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(repository, "services", "a b")
	write(t, filepath.Join(root, "x.go"), "package x\n/* é𝄞 */ bad()\n")
	pos := Position{File: "x.go", Line: 2, Column: 14, EndLine: 2, EndColumn: 17}
	log := logOf(t, Report{Findings: []Finding{{Rule: "rawpool", Group: "breach", Position: pos, Message: "m",
		Fixes: []Fix{{Message: "fix", Edits: []Edit{{File: "x.go", Start: 23, End: 26, New: "good"}}}}}}}, View{Root: root})
	result := log.Runs[0].Results[0]
	at := result.Locations[0].PhysicalLocation
	if got, want := *at.ArtifactLocation.URI, "services/a%20b/x.go"; got != want {
		t.Errorf("file %s, want %s", got, want)
	}
	deleted := result.Fixes[0].ArtifactChanges[0].Replacements[0].DeletedRegion
	for name, region := range map[string]*sarif.Region{"finding": at.Region, "fix": deleted} {
		if *region.StartLine != 2 || *region.StartColumn != 11 || *region.EndColumn != 14 {
			text, _ := json.Marshal(region)
			t.Errorf("%s at %s, want columns 11 to 14", name, text)
		}
	}
}

func TestIDsDiffer(t *testing.T) {
	a := Finding{Rule: "rawpool", Package: "a", Fingerprint: "1"}
	b := Finding{Rule: "rawpool", Package: "b", Fingerprint: "1"}
	moved := a
	moved.Position = Position{File: "other.go", Line: 3}
	if a.ID() == b.ID() || a.ID() != moved.ID() {
		t.Errorf("IDs %s, %s and %s", a.ID(), b.ID(), moved.ID())
	}
}

// What stands in a database has a name, and no file.
func TestSARIFOfADatabase(t *testing.T) {
	pos := Position{File: "database:public.orders"}
	log := logOf(t, Report{Findings: []Finding{{Rule: "norls", Group: "breach", Position: pos, Message: "m",
		Path: []Step{{Position: pos, Message: "granted"}}}}}, View{Root: t.TempDir()})
	at := log.Runs[0].Results[0].Locations[0]
	if at.PhysicalLocation != nil || len(at.LogicalLocations) != 1 || *at.LogicalLocations[0].FullyQualifiedName != "public.orders" {
		t.Errorf("at %+v", at)
	}
}
