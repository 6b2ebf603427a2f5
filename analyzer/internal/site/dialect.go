package site

import (
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/internal/evidence"
)

// OtherDatabase reports whether a site may well send its text to another
// database than PostgreSQL: the module has no other drivers, or the file or an
// import of the package names one. A library for PostgreSQL settles it.
func (r *Result) OtherDatabase(pass *analysis.Pass, s *Site) bool {
	if s.Call != nil {
		if fn := s.Call.Common().StaticCallee(); fn != nil && fn.Pkg != nil && forPostgres(fn.Pkg.Pkg.Path()) {
			return false
		}
		if m := s.Call.Common().Method; m != nil && m.Pkg() != nil && forPostgres(m.Pkg().Path()) {
			return false
		}
	}
	m := r.Tenancy.Module
	if m == nil {
		return false
	}
	if m.OtherDrivers {
		return true
	}
	file := pass.Fset.Position(s.Start).Filename
	if rel, err := filepath.Rel(m.Root, file); err == nil && evidence.NamesOtherDatabase(filepath.ToSlash(rel)) {
		return true
	}
	postgres, other := false, false
	for _, imp := range pass.Pkg.Imports() {
		switch {
		case forPostgres(imp.Path()):
			postgres = true
		case evidence.NamesOtherDatabase(imp.Path()):
			other = true
		}
	}
	return other && !postgres
}

func forPostgres(path string) bool {
	return strings.HasPrefix(path, "github.com/jackc/") || strings.HasPrefix(path, "github.com/lib/pq")
}
