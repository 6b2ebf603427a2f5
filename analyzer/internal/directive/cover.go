package directive

import (
	"go/ast"
	"go/token"
)

// lines are the lines from one to another, both included.
type lines struct{ from, to int }

// covered finds the lines of a file that a directive is about: those of the
// statement, declaration or element that it trails, that starts below it, or in
// the middle of which it stands.
func covered(fset *token.FileSet, f *ast.File, c *ast.Comment, group *ast.CommentGroup) (file string, n ast.Node, covers []lines) {
	at := fset.Position(c.Pos())
	line := func(pos token.Pos) int { return fset.Position(pos).Line }
	var starting, around ast.Node
	start, trails := at.Line, trails(fset, f, c)
	if !trails {
		start = line(group.End()) + 1
	}
	for _, n := range subjects(f) {
		from, to := line(n.Pos()), line(n.End())
		switch {
		case from == start && starting == nil:
			starting = n // the outermost one
		case from < at.Line && (at.Line <= line(head(n)) || trails && at.Line == to):
			around = n // the innermost one
		}
	}
	n = starting
	if n == nil {
		n = around
	}
	covers = []lines{{at.Line, at.Line}}
	if n == nil {
		return at.Filename, nil, append(covers, lines{start, start})
	}
	return at.Filename, n, append(covers, lines{line(n.Pos()), line(head(n))})
}

// trails reports whether there is code before a comment on its line.
func trails(fset *token.FileSet, f *ast.File, c *ast.Comment) bool {
	line, found := fset.Position(c.Pos()).Line, false
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		case *ast.File:
			return true
		}
		found = found || n.Pos() < c.Pos() && fset.Position(n.Pos()).Line == line ||
			n.End() <= c.Pos() && fset.Position(n.End()).Line == line
		return !found && n.Pos() < c.Pos()
	})
	return found
}

// subjects lists what a directive can be about, what is outside first.
func subjects(f *ast.File) []ast.Node {
	var out []ast.Node
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
		case ast.Stmt, *ast.GenDecl, *ast.ValueSpec, *ast.TypeSpec, *ast.Field, *ast.FuncDecl:
			out = append(out, n)
		case *ast.CompositeLit:
			for _, e := range n.Elts {
				out = append(out, e)
			}
		}
		return true
	})
	return out
}

// head is where the part of a statement ends that a directive covers: before
// the first block in it, which has statements of its own.
func head(n ast.Node) token.Pos {
	end := n.End()
	ast.Inspect(n, func(m ast.Node) bool {
		if b, ok := m.(*ast.BlockStmt); ok && b.Lbrace < end {
			end = b.Lbrace
		}
		return true
	})
	return end
}
