package analyzer

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/directive"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// directive makes the analyzer that looks after the directives themselves. It
// requires every rule, to know which directives silenced something.
func (s *suite) directive(doc Rule) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name: doc.Name, Doc: doc.Doc, URL: doc.URL,
		Requires:   append([]*analysis.Analyzer{s.sites, s.directives}, s.rules...),
		ResultType: findingsType,
		Run: func(pass *analysis.Pass) (any, error) {
			index := pass.ResultOf[s.directives].(*directive.Index)
			res := pass.ResultOf[s.sites].(*site.Result)
			if !res.Tenancy.On(doc.Name, true) {
				return []*finding(nil), nil
			}
			var found []*finding
			for _, d := range index.All {
				if message := s.problem(index, d, res); message != "" && !res.Skip(d.Pos) {
					found = append(found, &finding{group: Breach, pos: d.Pos, end: d.End, message: message, subject: d.Verb})
				}
			}
			found = tidy(doc.Name, found)
			for _, f := range found {
				pass.Report(f.diagnostic())
			}
			return found, nil
		},
	}
}

// problem says what is wrong with a directive, "" if nothing is.
func (s *suite) problem(index *directive.Index, d *directive.Directive, res *site.Result) string {
	if d.Problem != "" {
		return d.Problem
	}
	for _, rule := range d.Rules {
		switch {
		case !isRule(rule):
			return fmt.Sprintf("directive ignores unknown rule %s", rule)
		case !index.Used(d, rule) && res.Tenancy.On(rule, true):
			return fmt.Sprintf("directive ignores %s, but there is nothing to silence here: remove it", rule)
		}
	}
	return ""
}

func isRule(name string) bool {
	for _, c := range checks {
		if c.name == name {
			return true
		}
	}
	return false
}
