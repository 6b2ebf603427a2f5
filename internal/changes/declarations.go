package changes

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// declarations returns the lines of a Go file's functions. A file that can't be
// parsed has none: the compiler will say so.
func declarations(file string) []span {
	if !strings.HasSuffix(file, ".go") {
		return nil
	}
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	var out []span
	for _, d := range tree.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			out = append(out, span{fset.Position(f.Pos()).Line, fset.Position(f.End()).Line})
		}
	}
	return out
}
