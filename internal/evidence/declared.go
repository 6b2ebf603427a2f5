package evidence

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/internal/config"
)

// declaredNames checks that what the configuration declares privileged, or taken
// at its word, exists: a declaration that outlives its field would excuse the
// next one of that name.
func (l *loader) declaredNames() {
	c := l.module.Config
	l.exist("handles.privileged: no field, variable, function or method", c.Handles.Privileged, c.HandlePositions)
	l.exist("tenant.verified: no function or method", c.Tenant.Verified, c.VerifiedPositions)
}

func (l *loader) exist(missing string, declared map[string]string, positions map[string]config.Position) {
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		if l.hasHandle(name) {
			continue
		}
		at := positions[name]
		l.module.Problems = append(l.module.Problems, Problem{
			File: l.module.Config.File, Line: at.Line, Column: at.Column, Config: true,
			Message: fmt.Sprintf("%s %s; correct it or take it out", missing, name),
		})
	}
}

func (l *loader) hasHandle(declared string) bool {
	dirs, names := config.SplitHandle(declared, l.module.Path)
	for i, dir := range dirs {
		for _, f := range l.tree.goFiles {
			if path.Dir(f.rel) != path.Clean(dir) || strings.HasSuffix(f.rel, "_test.go") {
				continue
			}
			src, err := os.ReadFile(filepath.FromSlash(f.abs))
			if err != nil || !strings.Contains(string(src), names[i][len(names[i])-1]) {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution)
			if err == nil && declares(file, names[i]) {
				return true
			}
		}
	}
	return false
}

// declares reports whether a file declares a variable or function (one name),
// or a field or method (two).
func declares(file *ast.File, names []string) bool {
	owner, name := "", names[len(names)-1]
	if len(names) == 2 {
		owner = names[0]
	}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Name.Name == name && receiver(decl) == owner {
				return true
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.ValueSpec:
					if owner == "" && decl.Tok == token.VAR && slices.ContainsFunc(spec.Names, func(id *ast.Ident) bool { return id.Name == name }) {
						return true
					}
				case *ast.TypeSpec:
					if st, ok := spec.Type.(*ast.StructType); ok && spec.Name.Name == owner && hasField(st, name) {
						return true
					}
				}
			}
		}
	}
	return false
}

func hasField(st *ast.StructType, name string) bool {
	for _, field := range st.Fields.List {
		for _, id := range field.Names {
			if id.Name == name {
				return true
			}
		}
		if len(field.Names) == 0 && typeName(field.Type) == name {
			return true
		}
	}
	return false
}

// receiver names the type of a method, "" for a function.
func receiver(decl *ast.FuncDecl) string {
	if decl.Recv == nil || len(decl.Recv.List) == 0 {
		return ""
	}
	return typeName(decl.Recv.List[0].Type)
}

func typeName(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.StarExpr:
		return typeName(x.X)
	case *ast.SelectorExpr:
		return x.Sel.Name
	case *ast.IndexExpr:
		return typeName(x.X)
	case *ast.IndexListExpr:
		return typeName(x.X)
	}
	return ""
}
