package driver

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/internal/evidence"
)

// A unit is what the go command says about the package to be analysed, as far
// as the decision needs it; unitchecker reads the rest.
type unit struct {
	ID            string
	Dir           string
	ImportPath    string
	GoFiles       []string
	ModulePath    string
	ModuleVersion string
	Module        *analysis.Module  // instead of the two above from Go 1.27 on
	ImportMap     map[string]string // import path in the source -> package path
	PackageVetx   map[string]string // package path -> facts of a direct import
	VetxOnly      bool              // wanted for its facts only
	VetxOutput    string            // where the facts go
}

// runUnit analyses one package for the go command. unitchecker ends the process.
func runUnit(file string, stderr io.Writer) int {
	u, err := readUnit(file)
	if err != nil {
		fmt.Fprintf(stderr, "tenantvet: %v\n", err)
		return 1
	}
	if u.VetxOnly && !u.matters(analyzer.DatabaseImports()) {
		// No facts. The go command caches the empty file like any other.
		if err := os.WriteFile(u.VetxOutput, nil, 0o666); err != nil {
			fmt.Fprintf(stderr, "tenantvet: %v\n", err)
			return 1
		}
		return 0
	}
	suite := analyzer.NewSuite(analyzer.Config{Evidence: u.evidence()})
	guard(suite, u, fatal)
	unitchecker.Main(suite...)
	return 0
}

// printFlags tells the go command which flags the tool takes.
func printFlags() int {
	unitchecker.Main(analyzer.NewSuite(analyzer.Config{Evidence: noEvidence})...)
	return 0
}

func readUnit(file string) (unit, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return unit{}, err
	}
	var u unit
	if err := json.Unmarshal(data, &u); err != nil {
		return unit{}, fmt.Errorf("%s: not a unit of the go command: %v", file, err)
	}
	if u.Module != nil {
		u.ModulePath, u.ModuleVersion = u.Module.Path, u.Module.Version
	}
	return u, nil
}

// inMainModule reports whether the unit belongs to the user's own code: a
// package of a main module, or a list of files. Only those take configuration.
func (u unit) inMainModule() bool {
	if u.ModulePath != "" {
		return u.ModuleVersion == ""
	}
	return strings.HasPrefix(u.ImportPath, "command-line-arguments")
}

// evidence returns the unit's view of the module around it, read once.
func (u unit) evidence() func(dir string) (*evidence.Module, error) {
	if !u.inMainModule() {
		return noEvidence
	}
	load := sync.OnceValues(func() (*evidence.Module, error) { return loadEvidence(u.Dir) })
	return func(string) (*evidence.Module, error) { return load() }
}

func noEvidence(string) (*evidence.Module, error) { return nil, nil }
