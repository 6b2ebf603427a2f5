// Package directive reads //tenantvet: comments.
package directive

import (
	"go/ast"
	"go/token"
	"reflect"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
)

const prefix = "//tenantvet:"

// A Directive is one //tenantvet: comment.
type Directive struct {
	Pos, End token.Pos
	Verb     string // "ignore", ...
	Rules    []string
	Reason   string
	// Problem says what is wrong with it, "" if nothing is.
	Problem string

	file     string
	from, to int // lines that it covers
}

// An Index finds the directives that cover a place.
type Index struct {
	All  []*Directive
	fset *token.FileSet

	mu   sync.Mutex // rules run in parallel
	used map[*Directive]map[string]bool
}

// NewAnalyzer returns the analyzer that collects the directives of a package.
func NewAnalyzer() *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:       "tenantdirectives",
		Doc:        "tenantdirectives: collect //tenantvet: comments",
		ResultType: reflect.TypeFor[*Index](),
		Run: func(pass *analysis.Pass) (any, error) {
			return collect(pass.Fset, pass.Files), nil
		},
	}
}

func collect(fset *token.FileSet, files []*ast.File) *Index {
	x := &Index{fset: fset, used: map[*Directive]map[string]bool{}}
	for _, f := range files {
		for _, group := range f.Comments {
			for _, c := range group.List {
				if text, ok := strings.CutPrefix(c.Text, prefix); ok {
					d := parse(text)
					d.Pos, d.End = c.Pos(), c.End()
					d.cover(fset, f)
					x.All = append(x.All, d)
				}
			}
		}
	}
	return x
}

// parse reads what follows //tenantvet: — a verb, rules, and a reason.
func parse(text string) *Directive {
	text, _, _ = strings.Cut(text, " // want ") // expectations of analysistest
	head, reason, hasReason := strings.Cut(text, " -- ")
	fields := strings.Fields(strings.ReplaceAll(head, ",", " "))
	d := &Directive{Reason: strings.TrimSpace(reason)}
	if len(fields) > 0 {
		d.Verb, d.Rules = fields[0], fields[1:]
	}
	switch {
	case d.Verb != "ignore":
		d.Problem = "unknown directive " + d.Verb + ": only //tenantvet:ignore <rule> -- <reason> is known"
	case len(d.Rules) == 0:
		d.Problem = "directive names no rule: write //tenantvet:ignore <rule> -- <reason>"
	case !hasReason || d.Reason == "":
		d.Problem = "directive without a reason: write //tenantvet:ignore " + strings.Join(d.Rules, " ") + " -- <reason>"
	}
	return d
}

// cover finds the statement or declaration that a directive is about: the one
// it trails, or the one that starts below it.
func (d *Directive) cover(fset *token.FileSet, f *ast.File) {
	at := fset.Position(d.Pos)
	d.file, d.from, d.to = at.Filename, at.Line, at.Line
	var node ast.Node
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case ast.Stmt, *ast.ValueSpec, *ast.Field, *ast.FuncDecl, *ast.KeyValueExpr:
		default:
			return true
		}
		if _, isBlock := n.(*ast.BlockStmt); isBlock {
			return true
		}
		line := fset.Position(n.Pos()).Line
		if line != at.Line && line != at.Line+1 {
			return true
		}
		if node == nil || line == at.Line && fset.Position(node.Pos()).Line != line {
			node = n
		}
		return true
	})
	if node == nil {
		d.to = at.Line + 1
		return
	}
	d.from = min(d.from, fset.Position(node.Pos()).Line)
	d.to = fset.Position(head(node)).Line
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

// Silences reports whether a directive silences a rule at a place, and marks it used.
func (x *Index) Silences(rule string, pos token.Pos) bool {
	at := x.fset.Position(pos)
	silenced := false
	for _, d := range x.All {
		if d.Problem != "" || d.file != at.Filename || at.Line < d.from || at.Line > d.to {
			continue
		}
		for _, r := range d.Rules {
			if r == rule {
				silenced = true
				x.mu.Lock()
				if x.used[d] == nil {
					x.used[d] = map[string]bool{}
				}
				x.used[d][rule] = true
				x.mu.Unlock()
			}
		}
	}
	return silenced
}

// Used reports whether a directive silenced a rule.
func (x *Index) Used(d *Directive, rule string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.used[d][rule]
}
