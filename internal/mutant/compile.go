package mutant

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"runtime"
	"strings"
)

// maxRepairs bounds how often a mutant is mended until it compiles.
const maxRepairs = 8

// compile returns the edits with what the compiler asks for besides: variables
// and imports that nothing uses any more. ok is false for one that does not
// compile for another reason.
func (pl place) compile(edits []Edit) (_ []Edit, ok bool) {
	sortEdits(edits)
	for i := 1; i < len(edits); i++ {
		if edits[i].Start < edits[i-1].End {
			return nil, false
		}
	}
	for range maxRepairs {
		problem, file, fset := pl.check(apply(pl.texts[pl.path], edits))
		if problem == nil {
			return edits, true
		}
		edit, ok := pl.repair(*problem, file, fset, edits)
		if !ok {
			return nil, false
		}
		edits = edit
	}
	return nil, false
}

// check type-checks the package with another text of the file and returns what
// the compiler says first.
func (pl place) check(text []byte) (*types.Error, *ast.File, *token.FileSet) {
	fset := token.NewFileSet()
	files := make([]*ast.File, len(pl.pkg.CompiledGoFiles))
	var mutated *ast.File
	for i, path := range pl.pkg.CompiledGoFiles {
		var src any // nil: the file itself
		switch {
		case path == pl.path:
			src = text
		case pl.texts[path] != nil:
			src = pl.texts[path]
		}
		file, err := parser.ParseFile(fset, path, src, parser.SkipObjectResolution)
		if err != nil {
			return &types.Error{Fset: fset, Msg: err.Error()}, file, fset
		}
		files[i] = file
		if path == pl.path {
			mutated = file
		}
	}
	var first *types.Error
	config := types.Config{
		Importer: importer{pl},
		Sizes:    types.SizesFor("gc", runtime.GOARCH),
		Error: func(err error) {
			if e, ok := errors.AsType[types.Error](err); ok && first == nil {
				first = &e
			}
		},
	}
	_, err := config.Check(pl.pkg.PkgPath, fset, files, nil)
	if err != nil && first == nil {
		first = &types.Error{Fset: fset, Msg: err.Error()}
	}
	return first, mutated, fset
}

// An importer gives the packages that were loaded with the program.
type importer struct{ place }

func (im importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if pkg := im.pkg.Imports[path]; pkg != nil && pkg.Types != nil {
		return pkg.Types, nil
	}
	return nil, fmt.Errorf("%s was not loaded", path)
}

// repair uses what the compiler wants used. It works on the text with the edits
// and leads back to them, so a repair becomes part of the edit before it.
func (pl place) repair(problem types.Error, file *ast.File, fset *token.FileSet, edits []Edit) ([]Edit, bool) {
	if fset.Position(problem.Pos).Filename != pl.path {
		return nil, false
	}
	text := apply(pl.texts[pl.path], edits)
	if name, ok := strings.CutPrefix(problem.Msg, "declared and not used: "); ok {
		at := endOfStatement(file, fset, problem.Pos)
		if at < 0 {
			return nil, false
		}
		return pl.differ(text, at, at, "\n_ = "+name+"\n"), true
	}
	if strings.HasSuffix(problem.Msg, "imported and not used") || strings.Contains(problem.Msg, " imported as ") && strings.HasSuffix(problem.Msg, " and not used") {
		for _, spec := range file.Imports {
			if spec.Pos() <= problem.Pos && problem.Pos < spec.End() {
				return pl.differ(text, fset.Position(spec.Pos()).Offset, fset.Position(spec.End()).Offset, "_ "+spec.Path.Value), true
			}
		}
	}
	return nil, false
}

// endOfStatement is the offset behind the statement of a block that a variable
// is declared in, -1 for one that an if or for declares.
func endOfStatement(file *ast.File, fset *token.FileSet, pos token.Pos) int {
	at := -1
	ast.Inspect(file, func(n ast.Node) bool {
		var list []ast.Stmt
		switch n := n.(type) {
		case *ast.BlockStmt:
			list = n.List
		case *ast.CaseClause:
			list = n.Body
		case *ast.CommClause:
			list = n.Body
		}
		for _, s := range list {
			switch s := s.(type) {
			case *ast.AssignStmt, *ast.DeclStmt:
				if s.Pos() <= pos && pos < s.End() {
					at = fset.Position(s.End()).Offset
				}
			}
		}
		return true
	})
	return at
}

// differ replaces a range of the edited text, and gives the result as one edit
// of the original.
func (pl place) differ(edited []byte, start, end int, with string) []Edit {
	old := pl.texts[pl.path]
	text := bytes.Join([][]byte{edited[:start], []byte(with), edited[end:]}, nil)
	head := 0
	for head < min(len(old), len(text)) && old[head] == text[head] {
		head++
	}
	tail := 0
	for tail < min(len(old), len(text))-head && old[len(old)-1-tail] == text[len(text)-1-tail] {
		tail++
	}
	return []Edit{{head, len(old) - tail, string(text[head : len(text)-tail])}}
}
