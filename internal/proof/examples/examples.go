// Package examples holds the programs whose leaks are proven on a server, a
// folder a rule, and their sources for those who want to read them.
package examples

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strings"
)

//go:embed */*.go
var sources embed.FS

// An Example is a function that was run on a server, with its comment.
type Example struct {
	Name, Source string
}

// Of returns what was run for a rule: what leaks, breaks or soils the
// connection, and what doesn't, each in the order of the file.
func Of(rule string) (bad, fixed []Example) {
	entries, err := sources.ReadDir(rule)
	if err != nil {
		return nil, nil // not every rule can be shown by a server
	}
	for _, e := range entries {
		text, err := sources.ReadFile(path.Join(rule, e.Name()))
		if err != nil {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, e.Name(), text, parser.ParseComments)
		if err != nil {
			continue // the proofs would not compile either
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			from := f.Pos()
			if f.Doc != nil {
				from = f.Doc.Pos()
			}
			example := Example{f.Name.Name, string(text[fset.Position(from).Offset:fset.Position(f.End()).Offset])}
			switch {
			case strings.HasPrefix(f.Name.Name, "Bad"):
				bad = append(bad, example)
			case strings.HasPrefix(f.Name.Name, "Fixed"):
				fixed = append(fixed, example)
			}
		}
	}
	return bad, fixed
}
