package analyzer

import (
	"cmp"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// dynamicsql reports texts that can't be resolved: whether their tenant is set
// can't be proven. It is an audit rule, for programs that want no such texts.
func dynamicsql(_ *analysis.Pass, res *site.Result) []*finding {
	var found []*finding
	for _, s := range res.Sites {
		if !unresolved(s, res) {
			continue
		}
		found = append(found, at(s, &finding{
			message: "SQL that is not known before the program runs: " + cmp.Or(s.TextCause, "the text is put together elsewhere"),
			advice:  "build the text of constants and placeholders, so that its tables can be told",
			subject: "dynamic",
		}))
	}
	return found
}

// unresolved reports whether a site may send a text of which nothing is known.
func unresolved(s *site.Site, res *site.Result) bool {
	if res.Tenancy.Strategy == "" || s.Need != nil || !s.IsStatement() {
		return false
	}
	for _, t := range s.Texts {
		if t.Facts.Err != nil && t.Facts.Err.Cause == sqlcheck.Opaque {
			return true
		}
	}
	return s.Unresolved || len(s.Texts) == 0
}
