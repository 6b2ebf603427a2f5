package site

import (
	"go/ast"
	"go/constant"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/internal/evidence"
)

// A dialect tells the statements of a package that go to another database than
// PostgreSQL: programs that can do with several have a package for each, and the
// same tables in all of them.
type dialect struct {
	pass   *analysis.Pass
	module *evidence.Module // nil outside the main modules
	once   sync.Once
	other  bool // the package works on another database only
}

// OtherDatabase reports whether a site sends its text to another database.
func (r *Result) OtherDatabase(s *Site) bool { return r.dialect.of(s.Event) }

// of reports whether an event's text goes to another database: the module has no
// drivers but others', the file or an import of the package names one, or the
// package opens nothing else. A library for PostgreSQL settles it.
func (d *dialect) of(ev *scope.Event) bool {
	if d == nil || d.module == nil {
		return false
	}
	if ev.Call != nil {
		if fn := ev.Call.Common().StaticCallee(); fn != nil && fn.Pkg != nil && forPostgres(fn.Pkg.Pkg.Path()) {
			return false
		}
		if m := ev.Call.Common().Method; m != nil && m.Pkg() != nil && forPostgres(m.Pkg().Path()) {
			return false
		}
	}
	if d.module.OtherDrivers {
		return true
	}
	file := d.pass.Fset.Position(ev.Pos).Filename
	if rel, err := filepath.Rel(d.module.Root, file); err == nil && evidence.NamesOtherDatabase(filepath.ToSlash(rel)) {
		return true
	}
	d.once.Do(func() { d.other = d.imports() || d.opens() })
	return d.other
}

// imports reports whether the package imports what is for another database, and
// nothing for PostgreSQL.
func (d *dialect) imports() bool {
	postgres, other := false, false
	for _, imp := range d.pass.Pkg.Imports() {
		switch {
		case forPostgres(imp.Path()):
			postgres = true
		case evidence.NamesOtherDatabase(imp.Path()):
			other = true
		}
	}
	return other && !postgres
}

// opens reports whether the package opens databases by the names of other
// databases' drivers only.
func (d *dialect) opens() bool {
	postgres, other := false, false
	for _, file := range d.pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			fn := typeutil.StaticCallee(d.pass.TypesInfo, call)
			if fn == nil || fn.Name() != "Open" && fn.Name() != "Connect" && fn.Name() != "MustConnect" && fn.Name() != "MustOpen" ||
				fn.Pkg() == nil || fn.Pkg().Path() != "database/sql" && fn.Pkg().Path() != "github.com/jmoiron/sqlx" {
				return true
			}
			name := d.pass.TypesInfo.Types[call.Args[0]].Value
			named := name != nil && name.Kind() == constant.String && evidence.NamesOtherDatabase(constant.StringVal(name))
			other, postgres = other || named, postgres || !named
			return true
		})
	}
	return other && !postgres
}

func forPostgres(path string) bool {
	return strings.HasPrefix(path, "github.com/jackc/") || strings.HasPrefix(path, "github.com/lib/pq")
}
