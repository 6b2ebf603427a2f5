package analyzer

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// sessioncontext reports tenant context that stays on a pooled connection.
func sessioncontext(pass *analysis.Pass, res *site.Result) []*finding {
	// A hook of the pool that takes the settings back covers every connection;
	// what it drops itself is still said.
	hooked := res.Tenancy.Module != nil && res.Tenancy.Module.Hooks.Resets
	var found []*finding
	for _, s := range res.Sites {
		if s.Leak != nil && (res.Tenancy.ByPolicies() || s.Leak.Schema != scope.ForAll) {
			if !hooked || s.Leak.DroppedReset {
				f := leak(s)
				if fix, ok := makeLocal(pass, res, s); ok && !s.Leak.DroppedReset {
					f.fixes = []analysis.SuggestedFix{fix}
				}
				found = append(found, at(s, f))
			}
			continue
		}
		if hooked || s.Leak != nil {
			continue
		}
		if s.Need != nil {
			continue
		}
		name, said, schema, ok := sessionOnPool(s, res)
		if !ok {
			continue
		}
		f := &finding{
			message: fmt.Sprintf("%s is set for the session on a connection that goes straight back to the pool: %s", name, borrower(name)),
			advice:  "set it in a transaction: " + res.Tenancy.SetStatement(),
			subject: name,
			words:   said,
		}
		if schema != scope.ForAll {
			f.advice = "set it in a transaction: SET LOCAL search_path"
		}
		f.group = schemaGroup(schema)
		found = append(found, at(s, f))
	}
	return found
}

// borrower says what becomes of a connection's next borrower.
func borrower(setting string) string {
	if setting == scope.SearchPath {
		return "its next borrower's statements run in this tenant's schema"
	}
	return "its next borrower works as this tenant"
}

// schemaGroup is the group of a finding about search_path: a schema that the
// caller passes may be that of all tenants.
func schemaGroup(c scope.SchemaChoice) Group {
	if c == scope.ForCaller {
		return Suspect
	}
	return "" // the rule's
}

func leak(s *site.Site) *finding {
	if s.Leak.DroppedReset {
		f := &finding{
			group:   Suspect,
			message: fmt.Sprintf("the error of resetting %s is ignored: if it fails, the connection goes back to the pool with this tenant's context", s.Leak.Setting),
			advice:  "close the connection when the reset fails, or set the context for the transaction only",
			subject: s.Leak.Setting,
		}
		if s.Leak.SetBy != nil {
			f.path = []step{{pos: s.Leak.SetBy.Common().Pos(), message: "sets it for the session"}}
		}
		return f
	}
	return &finding{
		group:   schemaGroup(s.Leak.Schema),
		message: fmt.Sprintf("%s is set for the session and not reset before the connection goes back to the pool: %s", s.Leak.Setting, borrower(s.Leak.Setting)),
		advice:  "set it for the transaction only: SET LOCAL, or set_config(.., true)",
		subject: s.Leak.Setting,
		words:   leakedWords(s),
	}
}

// leakedWords is where the leaked setting is set in the site's own text.
func leakedWords(s *site.Site) *words {
	for _, t := range s.Leak.Texts {
		for _, st := range t.Facts.Statements {
			for _, set := range st.Settings {
				if s.SettingName(set) == s.Leak.Setting && !set.Reset {
					return settingWords(t.Template, set)
				}
			}
		}
	}
	return nil
}

// sessionOnPool returns the tenant setting that a site sets for the session of
// whichever connection the pool hands out.
func sessionOnPool(s *site.Site, res *site.Result) (name string, said *words, schema scope.SchemaChoice, ok bool) {
	onPool := false
	for i := range s.Handles {
		onPool = onPool || s.Handles[i].IsPool() && !s.Handles[i].Closed
	}
	if !onPool {
		return "", nil, scope.ForAll, false
	}
	for _, t := range s.Texts {
		for _, st := range t.Facts.Statements {
			for _, set := range st.Settings {
				name := s.SettingName(set)
				if set.Reset || set.Lifetime == sqlcheck.Stored || s.IsLocal(set) {
					continue
				}
				if schema := s.SchemaChoice(set); schema != scope.ForAll || res.Tenancy.IsTenantSetting(name) {
					return name, settingWords(t.Template, set), schema, true
				}
			}
		}
	}
	return "", nil, scope.ForAll, false
}
