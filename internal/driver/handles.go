package driver

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
)

// hasHandles reports whether a unit may do more with database/sql than to make
// a type fit for it, as many libraries do with sql.Null types and the Scanner.
func (u unit) hasHandles() bool {
	return slices.ContainsFunc(u.GoFiles, usesHandles)
}

// usesHandles is true of a file that can't be read: let the analysis say why.
func usesHandles(name string) bool {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		return true
	}
	local := nameOf("database/sql", file)
	if local == "" {
		return false
	}
	found := local == "."
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || found {
			return !found
		}
		x, ok := sel.X.(*ast.Ident)
		found = ok && x.Name == local && isHandle(sel.Sel.Name)
		return !found
	})
	return found
}

// nameOf returns what a file calls a package, "" if it doesn't import it.
func nameOf(path string, file *ast.File) string {
	for _, imp := range file.Imports {
		if p, err := strconv.Unquote(imp.Path.Value); err != nil || p != path {
			continue
		}
		if imp.Name != nil {
			return imp.Name.Name
		}
		return "sql"
	}
	return ""
}

// isHandle reports whether database/sql has a handle by that name, or a function
// that makes one.
func isHandle(name string) bool {
	switch name {
	case "DB", "Tx", "Conn", "Stmt", "Open", "OpenDB":
		return true
	}
	return false
}
