package main

import (
	"go/ast"
	"go/parser"
	"go/token"
)

// A span is a range of lines, both ends included.
type span struct{ first, last int }

func (s span) has(line int) bool { return s.first <= line && line <= s.last }

// statements answers which statement a line belongs to, so that a label on the
// first line of a call and a finding on its SQL three lines below are one site.
type statements struct {
	files map[string][]span // nil for a file that doesn't parse
}

// at returns the lines of the innermost simple statement around a line: of
// compound statements only the head counts, and a function literal's body is
// not part of the statement it stands in.
func (s *statements) at(file string, line int) span {
	if s.files == nil {
		s.files = make(map[string][]span)
	}
	spans, seen := s.files[file]
	if !seen {
		spans = statementSpans(file)
		s.files[file] = spans
	}
	best := span{line, line}
	size := 1 << 30
	for _, sp := range spans {
		if n := sp.last - sp.first; sp.has(line) && n < size {
			best, size = sp, n
		}
	}
	return best
}

func statementSpans(file string) []span {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
	if f == nil || err != nil {
		return nil
	}
	line := func(p token.Pos) int { return fset.Position(p).Line }

	var spans []span
	ast.Inspect(f, func(n ast.Node) bool {
		var list []ast.Stmt
		switch n := n.(type) {
		case *ast.BlockStmt:
			list = n.List
		case *ast.CaseClause:
			list = n.Body
		case *ast.CommClause:
			list = n.Body
		case *ast.GenDecl:
			for _, s := range n.Specs {
				spans = append(spans, span{line(s.Pos()), line(s.End())})
			}
		}
		for _, s := range list {
			spans = append(spans, span{line(s.Pos()), headEnd(line, s)})
		}
		return true
	})
	return spans
}

// headEnd is the last line of a statement, up to the first block in it.
func headEnd(line func(token.Pos) int, s ast.Stmt) int {
	end := s.End()
	ast.Inspect(s, func(n ast.Node) bool {
		if b, ok := n.(*ast.BlockStmt); ok {
			if b.Lbrace < end {
				end = b.Lbrace
			}
			return false
		}
		return true
	})
	return line(end)
}
