package analyzer

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// bypassrole reports statements that switch row-level security off for what
// follows, outside the privileged packages.
func bypassrole(pass *analysis.Pass, res *site.Result) []*finding {
	if res.Tenancy.Privileged(pass.Pkg.Path()) {
		return nil
	}
	found := bypassingLogins(res)
	for _, s := range res.Sites {
		if s.Bypassed != nil && res.Tenancy.ByPolicies() {
			found = append(found, at(s, &finding{
				message: fmt.Sprintf("%s hands out a handle that row-level security does not bind: what runs on it sees every tenant's rows", s.Bypassed.Name()),
				advice:  "declare the package privileged in tenantvet.yaml, or stay within the tenant's context",
				subject: s.Bypassed.FullName(),
				cause:   s.Bypassed.FullName(), together: inPackage,
			}))
			continue
		}
		if f := grantsBypass(s, res); f != nil {
			found = append(found, at(s, f))
			continue
		}
		for _, t := range s.Texts {
			if message, set := bypass(s, t.Facts, res); message != "" {
				found = append(found, at(s, &finding{
					message: message,
					advice:  "do it in a package that tenantvet.yaml declares privileged, or stay within the tenant's context",
					subject: s.SettingName(set),
					words:   settingWords(t.Template, set),
				}))
				break
			}
		}
	}
	return found
}

// inPackage tells of the calls of a package that works past the policies in many places:
// whether it may is one question.
func inPackage(all []*finding) (message string, stepOf func(*finding) string) {
	return fmt.Sprintf("; so it does in %d more places of this package", len(all)-1), func(g *finding) string {
		what, _, _ := strings.Cut(g.message, ": ")
		return what
	}
}

// bypass says what a text opens, "" if nothing.
func bypass(s *site.Site, facts sqlcheck.Facts, res *site.Result) (message string, by sqlcheck.Setting) {
	for _, st := range facts.Statements {
		for _, set := range st.Settings {
			name := s.SettingName(set)
			value, known := s.Constant(set)
			if set.Reset || !known {
				continue
			}
			if why := res.Tenancy.Bypass(name, value); why != "" {
				return why + ": what follows sees every tenant's rows", set
			}
		}
	}
	return "", sqlcheck.Setting{}
}
