package analyzer

import (
	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/internal/evidence"
)

// Config is what the suite must know from outside the packages it looks at.
type Config struct {
	// Evidence returns what is known about the module that holds a directory,
	// or nil when the directory belongs to no main module. It is called from
	// several goroutines.
	Evidence func(dir string) (*evidence.Module, error)
}

// NewSuite returns new analyzers: one a rule, and the census.
func NewSuite(cfg Config) []*analysis.Analyzer {
	return newSuite(cfg)
}

// DatabaseImports lists the import paths of the database libraries: a package
// that reaches none of them, holds no SQL and no credential can't matter.
func DatabaseImports() []string {
	return dbapi.Default().Packages()
}
