package analyzer

import (
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// formattedset reports tenant context into which a free text is formatted.
func formattedset(pass *analysis.Pass, res *site.Result) []*finding {
	var found []*finding
	for _, s := range res.Sites {
		for _, t := range s.Texts {
			set, ok := formattedContext(s, t, res)
			if !ok {
				continue
			}
			name := s.SettingName(set)
			f := &finding{
				message: fmt.Sprintf("tenant context %s is built by formatting a value into SQL: a hostile value sets another tenant's context", name),
				advice:  "bind it: " + bindStatement(name),
				subject: name,
				words:   settingWords(t.Template, set),
			}
			if set.Form == sqlcheck.FunctionCall {
				f.advice = "bind it to the function's parameter"
			}
			if name == scope.SearchPath {
				f.message = "search_path is built by formatting a value into SQL: a hostile value runs what follows in another tenant's schema"
				f.advice = "quote it with pgx.Identifier{schema}.Sanitize()"
			} else if fix, ok := bindFormatted(pass, s, t, set); ok {
				f.fixes = []analysis.SuggestedFix{fix}
			}
			found = append(found, at(s, f))
			break
		}
	}
	return found
}

func bindStatement(setting string) string {
	return fmt.Sprintf("SELECT set_config('%s', $1, true)", setting)
}

// formattedContext returns the tenant setting of a text whose value has a hole
// that can hold SQL.
func formattedContext(s *site.Site, t scope.Text, res *site.Result) (sqlcheck.Setting, bool) {
	for _, st := range t.Facts.Statements {
		for _, set := range st.Settings {
			name := s.SettingName(set)
			schemaPerTenant := name == scope.SearchPath && (s.IsLocal(set) || s.SchemaChoice(set) != scope.ForAll)
			if set.Reset || set.Value.Kind != sqlcheck.Formatted || !schemaPerTenant && !res.Tenancy.IsTenantSetting(name) {
				continue
			}
			for _, use := range st.Holes {
				h := t.Template.Parts[use.Part].Hole
				if slices.Contains(set.Value.Holes, use.Part) && !h.Trust.Safe(use.Place) {
					return set, true
				}
			}
		}
	}
	return sqlcheck.Setting{}, false
}
