package analyzer

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// bypassrole reports statements that switch row-level security off for what
// follows, outside the privileged packages.
func bypassrole(pass *analysis.Pass, res *site.Result) []*finding {
	if res.Tenancy.Privileged(pass.Pkg.Path()) {
		return nil
	}
	var found []*finding
	for _, s := range res.Sites {
		for _, t := range s.Texts {
			if message, name := bypass(s, t.Facts, res); message != "" {
				found = append(found, at(s, &finding{
					message: message,
					advice:  "do it in a package that tenantvet.yaml declares privileged, or stay within the tenant's context",
					subject: name,
				}))
				break
			}
		}
	}
	return found
}

// bypass says what a text opens, "" if nothing.
func bypass(s *site.Site, facts sqlcheck.Facts, res *site.Result) (message, name string) {
	for _, st := range facts.Statements {
		for _, set := range st.Settings {
			if set.Reset {
				continue
			}
			name := s.SettingName(set)
			value, known := settingValue(s.Event, set)
			switch {
			case !known:
			case name == "role" || name == "session_authorization":
				if why, ok := res.Tenancy.BypassRole(value); ok {
					return fmt.Sprintf("switches to role %s, %s: what follows sees every tenant's rows", value, why), name
				}
			case name == "row_security" && isFalse(value):
				return "switches row_security off: what follows fails, or sees every tenant's rows where the role may bypass", name
			case res.Tenancy.IsBypassFlag(name) && !isFalse(value) && value != "":
				return fmt.Sprintf("sets %s, which the policies accept as a bypass: what follows sees every tenant's rows", name), name
			}
		}
	}
	return "", ""
}

// settingValue returns the constant that a setting is set to.
func settingValue(ev *scope.Event, set sqlcheck.Setting) (string, bool) {
	switch set.Value.Kind {
	case sqlcheck.Literal:
		return strings.ToLower(set.Value.Text), true
	case sqlcheck.Bound:
		v, ok := ev.BoundString(set.Value.Param)
		return strings.ToLower(v), ok
	}
	return "", false
}

func isFalse(value string) bool {
	switch value {
	case "off", "false", "no", "0", "f", "n":
		return true
	}
	return false
}
