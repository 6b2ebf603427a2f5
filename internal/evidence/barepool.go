package evidence

import (
	"go/ast"
	"slices"
	"strings"
)

// A pool is known by how what holds it is declared.

// databases are packages with handles, by what their paths begin with.
var databases = []string{"database/sql", "github.com/jackc/pgx", "github.com/jmoiron/sqlx", "github.com/uptrace/bun", "github.com/go-pg/pg", "gorm.io/",
	"github.com/georgysavva/scany", "github.com/doug-martin/goqu"}

func isDatabase(pkg string) bool {
	return slices.ContainsFunc(databases, func(d string) bool { return pkg == d || strings.HasPrefix(pkg, strings.TrimSuffix(d, "/")+"/") })
}

// isPool reports whether a type, as it is written, is that of a pool. gorm's is that of
// its transactions as well.
func (t typeIn) isPool() bool {
	star, ok := t.expr.(*ast.StarExpr)
	if !ok {
		return false
	}
	sel, ok := star.X.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok || !isDatabase(t.file.imports[x.Name]) {
		return false
	}
	return sel.Sel.Name == "Pool" || sel.Sel.Name == "DB" && !strings.HasPrefix(t.file.imports[x.Name], "gorm.io/")
}

// fieldIs reports whether x.f has a type by how it is declared. While what is put into the
// context is resolved, x must be what the function itself belongs to or is given: the pool
// of something else may be one of many, each for a tenant.
func (b *bareKey) fieldIs(at *inst, e *ast.SelectorExpr, is func(typeIn) bool) bool {
	f := at.fn
	x, ok := e.X.(*ast.Ident)
	switch {
	case !ok: // s.deps.DB
		if _, nested := e.X.(*ast.SelectorExpr); !nested || b.putting {
			return false
		}
	case f.file.imports[x.Name] != "":
		return is(b.vars[f.file.imports[x.Name]+"."+e.Sel.Name])
	case b.putting && (f.rebinds(x.Name) || x.Name != f.receiver() && parameter(f.decl, x.Name) < 0):
		return false
	}
	types := b.fields[f.file.pkg+"."+e.Sel.Name]
	if ast.IsExported(e.Sel.Name) {
		types = b.fields["."+e.Sel.Name]
	}
	return len(types) > 0 && !slices.ContainsFunc(types, func(t typeIn) bool { return !is(t) })
}

// onPool reports whether a method is a pool's, by how what it is called on is declared: as
// a pool, or as a struct that embeds one and has no method of that name itself.
func (b *bareKey) onPool(at *inst, e ast.Expr, method string) bool {
	is := func(t typeIn) bool { return t.isPool() || b.embedsPool(t, method) }
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return b.fieldIs(at, e, is)
	case *ast.Ident:
		decl := at.fn.decl
		switch i := parameter(decl, e.Name); {
		case at.fn.rebinds(e.Name):
		case i >= 0:
			return is(typeIn{parameterType(decl, i), at.fn.file})
		case e.Name == at.fn.receiver():
			return is(typeIn{decl.Recv.List[0].Type, at.fn.file})
		}
	}
	return false
}

func (b *bareKey) embedsPool(t typeIn, method string) bool {
	if t.expr == nil {
		return false
	}
	pkg, expr := t.file.pkg, t.expr
	if star, ok := expr.(*ast.StarExpr); ok {
		expr = star.X
	}
	if sel, ok := expr.(*ast.SelectorExpr); ok {
		x, isName := sel.X.(*ast.Ident)
		if !isName {
			return false
		}
		pkg, expr = t.file.imports[x.Name], sel.Sel
	}
	id, ok := expr.(*ast.Ident)
	return ok && b.pools[pkg+"."+id.Name] && !slices.ContainsFunc(b.byName[method], func(f *codeFunc) bool {
		return f.file.pkg == pkg && f.decl.Recv != nil && len(f.decl.Recv.List) > 0 && embeddedName(f.decl.Recv.List[0].Type) == id.Name
	})
}
