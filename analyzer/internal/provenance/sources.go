package provenance

import (
	"go/ast"
	"go/token"
	"strings"
)

// sources know the files of a package.
type sources struct {
	files []*ast.File
	tests map[*ast.File]bool
	calls map[token.Pos]*ast.CallExpr // by their left parenthesis
}

func newSources(fset *token.FileSet, files []*ast.File) sources {
	s := sources{files: files, tests: map[*ast.File]bool{}, calls: map[token.Pos]*ast.CallExpr{}}
	for _, f := range files {
		s.tests[f] = strings.HasSuffix(fset.Position(f.FileStart).Filename, "_test.go")
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				s.calls[call.Lparen] = call
			}
			return true
		})
	}
	return s
}

func (s sources) file(pos token.Pos) *ast.File {
	for _, f := range s.files {
		if f.FileStart <= pos && pos < f.FileEnd {
			return f
		}
	}
	return nil
}

// test reports whether a place is in a test.
func (s sources) test(pos token.Pos) bool {
	f := s.file(pos)
	return f != nil && s.tests[f]
}

// generated reports whether a place is in generated code.
func (s sources) generated(pos token.Pos) bool {
	f := s.file(pos)
	return f != nil && ast.IsGenerated(f)
}
