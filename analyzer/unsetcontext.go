package analyzer

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// unsetcontext reports tenant context that no policy reads, where what the
// policies do read is not set beside it.
func unsetcontext(_ *analysis.Pass, res *site.Result) []*finding {
	if res.Tenancy.Module == nil || len(res.Tenancy.Module.Unread) == 0 {
		return nil
	}
	read := slices.DeleteFunc(slices.Clone(res.Tenancy.Settings), func(name string) bool {
		return slices.Contains(res.Tenancy.Module.Unread, name)
	})
	if len(read) == 0 {
		return nil
	}
	beside := map[string]bool{} // functions that set what the policies read
	for _, s := range res.Sites {
		for _, t := range s.Texts {
			if _, ok := sets(s, t.Facts, read); ok {
				beside[s.FullFunc] = true
			}
		}
	}
	var found []*finding
	seen := map[token.Pos]bool{}
	for _, s := range res.Sites {
		if seen[s.Start] {
			continue
		}
		for _, t := range s.Texts {
			set, ok := sets(s, t.Facts, res.Tenancy.Module.Unread)
			if !ok {
				continue
			}
			name := s.SettingName(set)
			if beside[s.FullFunc] && !misspells(res.Tenancy.Module, name, read) {
				continue
			}
			seen[s.Start] = true
			found = append(found, at(s, &finding{
				message: fmt.Sprintf("%s is set, but nothing reads it: the policies read %s, and what runs under them sees no rows, or those of whoever set that before", name, strings.Join(read, " and ")),
				advice:  "set " + read[0],
				subject: name,
				words:   settingWords(t.Template, set),
			}))
			break
		}
	}
	return found
}

// misspells reports whether a name is as good as that of a setting which is read
// and which no code sets. Then others that are set beside it don't help.
func misspells(m *evidence.Module, name string, read []string) bool {
	return slices.ContainsFunc(read, func(other string) bool {
		return evidence.Alike(name, other) && !slices.Contains(m.SettingsInCode, other)
	})
}

// sets returns what a text sets of some settings.
func sets(s *site.Site, facts sqlcheck.Facts, names []string) (sqlcheck.Setting, bool) {
	for _, st := range facts.Statements {
		for _, set := range st.Settings {
			if !set.Reset && slices.Contains(names, s.SettingName(set)) {
				return set, true
			}
		}
	}
	return sqlcheck.Setting{}, false
}
