// Package directive reads //tenantvet: comments.
package directive

import (
	"go/ast"
	"go/token"
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
	Verb     string // "ignore", ...
	Rules    []string
	Reason   string
	// Problem says what is wrong with it, "" if nothing is.
	Problem string

	file   string
	covers []lines
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
					d.file, d.covers = covered(fset, f, c, group)
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

// Silences reports whether a directive silences a rule at one of the places that
// a finding is about, and marks all that do as used.
func (x *Index) Silences(rule string, places ...token.Pos) bool {
	silenced := false
	for _, d := range x.All {
		if d.Problem != "" || !slices.Contains(d.Rules, rule) {
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
