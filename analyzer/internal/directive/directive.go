// Package directive reads //tenantvet: comments.
package directive

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
)

const prefix = "//tenantvet:"

// A Directive is one //tenantvet: comment.
type Directive struct {
	Pos, End token.Pos
	Verb     string   // "ignore" or "scoped"
	Rules    []string // or, of "scoped", parameters
	Reason   string
	// Shared: it stands at a text that other packages may send, so that nobody here
	// can say that it silences nothing.
	Shared bool
	// Problem says what is wrong with it, "" if nothing is.
	Problem string

	file   string
	covers []lines
	in     *ast.File
	node   ast.Node // what it stands at, nil for nothing
}

// An Index finds the directives that cover a place.
type Index struct {
	All  []*Directive
	fset *token.FileSet

	mu   sync.Mutex // rules run in parallel
	used map[*Directive]map[string]bool
	// scoped are the objects that are declared to be, here (by which directive) or
	// in a package that this one imports (nil).
	scoped map[types.Object]*Directive
	// elsewhere are the rules that other packages silence at their texts, by line.
	elsewhere map[string][]string
}

// NewAnalyzer returns the analyzer that collects the directives of a package.
func NewAnalyzer() *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:       "tenantdirectives",
		Doc:        "tenantdirectives: collect //tenantvet: comments",
		FactTypes:  []analysis.Fact{(*Scoped)(nil), (*Ignored)(nil)},
		ResultType: reflect.TypeFor[*Index](),
		Run: func(pass *analysis.Pass) (any, error) {
			x := collect(pass.Fset, pass.Files)
			x.declare(pass)
			x.shareIgnored(pass)
			return x, nil
		},
	}
}

func collect(fset *token.FileSet, files []*ast.File) *Index {
	x := &Index{fset: fset, used: map[*Directive]map[string]bool{}, scoped: map[types.Object]*Directive{}, elsewhere: map[string][]string{}}
	for _, f := range files {
		for _, group := range f.Comments {
			for _, c := range group.List {
				if text, ok := strings.CutPrefix(c.Text, prefix); ok {
					d := parse(text)
					d.Pos, d.End = c.Pos(), c.End()
					d.in = f
					d.file, d.node, d.covers = covered(fset, f, c, group)
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
	case d.Verb == "scoped":
	case d.Verb != "ignore":
		d.Problem = "unknown directive " + d.Verb + ": only //tenantvet:ignore <rule> -- <reason> and //tenantvet:scoped are known"
	case len(d.Rules) == 0:
		d.Problem = "directive names no rule: write //tenantvet:ignore <rule> -- <reason>"
	case !hasReason || d.Reason == "":
		d.Problem = "directive without a reason: write //tenantvet:ignore " + strings.Join(d.Rules, " ") + " -- <reason>"
	}
	return d
}

// Silences reports whether a directive silences a rule at one of the places that
// a finding is about, and marks all that do as used.
func (x *Index) Silences(rule string, places ...token.Pos) bool {
	silenced := false
	for _, d := range x.All {
		if d.Problem != "" || d.Verb != "ignore" || !slices.Contains(d.Rules, rule) {
			continue
		}
		if !slices.ContainsFunc(places, func(pos token.Pos) bool { return d.at(x.fset.Position(pos)) }) {
			continue
		}
		silenced = true
		x.mu.Lock()
		if x.used[d] == nil {
			x.used[d] = map[string]bool{}
		}
		x.used[d][rule] = true
		x.mu.Unlock()
	}
	return silenced
}

func (d *Directive) at(p token.Position) bool {
	return p.Filename == d.file && slices.ContainsFunc(d.covers, func(l lines) bool { return l.from <= p.Line && p.Line <= l.to })
}

// Used reports whether a directive silenced a rule.
func (x *Index) Used(d *Directive, rule string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.used[d][rule]
}
