package analyzer

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// boundset reports SET with a placeholder, which the server rejects or takes
// for the value itself.
func boundset(pass *analysis.Pass, res *site.Result) []*finding {
	var found []*finding
	for _, s := range res.Sites {
		if s.SimpleProtocol() || s.Inline {
			continue // pgx, or the library, interpolates on the client
		}
		for _, t := range s.Texts {
			set, ok := boundContext(s, t.Facts, res)
			if !ok {
				continue
			}
			why := "the server takes no parameters in SET and rejects the statement"
			if set.Value.QuotedPlaceholder {
				why = "inside quotes the placeholder is text, and that text becomes the value"
			}
			f := &finding{
				message: fmt.Sprintf("SET %s with a placeholder: %s", set.Name, why),
				advice:  "use " + bindStatement(set.Name),
				subject: set.Name,
				words:   settingWords(t.Template, set),
			}
			if fix, ok := bindPlaceholder(pass, s, t.Facts, set); ok {
				f.fixes = []analysis.SuggestedFix{fix}
			}
			found = append(found, at(s, f))
			break
		}
	}
	return found
}

func boundContext(s *site.Site, facts sqlcheck.Facts, res *site.Result) (sqlcheck.Setting, bool) {
	for _, st := range facts.Statements {
		for _, set := range st.Settings {
			if set.Form != sqlcheck.SetStatement || !ofContext(set.Name, res) {
				continue
			}
			if set.Value.Kind == sqlcheck.Bound || set.Value.QuotedPlaceholder {
				return set, true
			}
		}
	}
	return sqlcheck.Setting{}, false
}

// ofContext reports whether a setting is the tenant's, or one of those that a
// program with tenants sends along: they fail in the same way, and what fails in
// a transaction takes the tenant's context with it.
func ofContext(name string, res *site.Result) bool {
	custom := strings.Contains(name, ".") && len(res.Tenancy.Settings) > 0
	return custom || res.Tenancy.IsTenantSetting(name)
}
