package analyzer

import (
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/directive"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// Single returns the suite as one new analyzer, for drivers that know analyzers
// one by one: it reports what all rules find, each message after its rule's name.
func Single(cfg Config) *analysis.Analyzer {
	cfg.PathInMessage = true
	s, rules := newRules(cfg)
	return &analysis.Analyzer{
		Name:     "tenantvet",
		Doc:      "tenantvet: queries that can reach another tenant's rows",
		URL:      "https://github.com/tenantvet/tenantvet",
		Requires: append(slices.Clone(rules), s.sites, s.directives),
		Run: func(pass *analysis.Pass) (any, error) {
			res := pass.ResultOf[s.sites].(*site.Result)
			for _, rule := range rules {
				for _, f := range pass.ResultOf[rule].([]*finding) {
					d := f.diagnostic()
					d.Message, d.Related = fmt.Sprintf("%s: %s", rule.Name, f.told(pass, res)), nil
					d.URL = rule.URL
					pass.Report(d)
				}
			}
			for _, rule := range schemaRules() {
				found, err := embedded(pass, cfg, pass.ResultOf[s.directives].(*directive.Index), rule.Name)
				if err != nil {
					return nil, err
				}
				for _, d := range found {
					d.Message, d.URL = rule.Name+": "+d.Message, rule.URL
					pass.Report(d)
				}
			}
			return nil, nil
		},
	}
}
