// Package nogo is tenantvet for Bazel's nogo: one analyzer, which reads Go files
// that Bazel hands it and nothing else. What it must know besides comes as a flag,
// which tenantvet nogo writes into nogo's configuration.
package nogo

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer"
	"github.com/tenantvet/tenantvet/internal/evidence"
)

// Analyzer is what nogo looks for in a package.
var Analyzer = New()

// Flag is the name of the flag with the evidence.
const Flag = "evidence"

// New returns a new analyzer.
func New() *analysis.Analyzer {
	p := &given{}
	a := analyzer.Single(analyzer.Config{Evidence: p.of})
	a.Flags.StringVar(&p.text, Flag, "", "what is known of the module besides the package: written by tenantvet nogo")
	return a
}

// given is the evidence in the flag.
type given struct {
	text string

	once   sync.Once
	module *evidence.Module
	dir    string
	err    error
}

// of is the evidence on a package in dir, which is relative to the repository's
// root.
func (g *given) of(dir string) (*evidence.Module, error) {
	g.once.Do(func() {
		if g.text == "" {
			g.err = errors.New("the flag " + Flag + " is not set: tenantvet nogo writes a configuration for nogo that sets it")
			return
		}
		if g.module, g.dir, g.err = evidence.FromPortable(g.text); g.err != nil {
			g.err = fmt.Errorf("the flag %s can't be read: %w", Flag, g.err)
		}
	})
	if g.err != nil || !within(sourceDir(filepath.ToSlash(dir)), g.dir) {
		return nil, g.err
	}
	return g.module, nil
}

// sourceDir is the directory of a package some of whose files were generated.
func sourceDir(dir string) string {
	if _, rest, ok := strings.Cut(dir, "bazel-out/"); ok {
		if _, rest, ok := strings.Cut(rest, "/bin/"); ok {
			return rest
		}
		return "."
	}
	return dir
}

// within reports whether a directory is in the module's: other repositories are
// below external, or beside this one.
func within(dir, module string) bool {
	dir = path.Clean(dir)
	switch {
	case path.IsAbs(dir), dir == "..", strings.HasPrefix(dir, "../"), dir == "external", strings.HasPrefix(dir, "external/"),
		strings.Contains("/"+dir+"/", "/vendor/"):
		return false
	}
	return module == "." || dir == module || strings.HasPrefix(dir, module+"/")
}
