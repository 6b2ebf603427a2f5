package analyzer

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// lostcontext reports transaction-local tenant context where no transaction is open.
func lostcontext(_ *analysis.Pass, res *site.Result) []*finding {
	var found []*finding
	for _, s := range res.Sites {
		name, said, ok := localContext(s, res)
		if !ok {
			continue
		}
		for i := range s.Handles {
			h := &s.Handles[i]
			if !outsideTx(h) {
				continue
			}
			f := &finding{
				message: fmt.Sprintf("%s is set for the transaction, but %s has none open: it ends with this very statement and protects nothing", name, h.Noun()),
				advice:  "begin a transaction, set it there, and run the queries in it",
				subject: name,
				words:   said,
			}
			switch {
			case name == scope.SearchPath:
				f.message = fmt.Sprintf("search_path is set for the transaction, but %s has none open: it ends with this very statement, and what follows runs in the connection's own schema", h.Noun())
			case s.Need == nil && !res.Tenancy.IsTenantSetting(name):
				f.message = fmt.Sprintf("%s is set for the transaction, but %s has none open: it ends with this very statement, and nothing that follows can read it", name, h.Noun())
			}
			found = append(found, at(s, f))
			break
		}
	}
	return found
}

// localContext returns the tenant setting that a site sets for the transaction
// only, unless statements of the same text follow it, which it does scope.
func localContext(s *site.Site, res *site.Result) (name string, said *words, ok bool) {
	if s.Need != nil {
		return s.Need.Operation, nil, s.Need.MustTx
	}
	if s.Queued {
		return "", nil, false // a batch is one implicit transaction
	}
	for _, t := range s.Texts {
		inTx := false
		for i, st := range t.Facts.Statements {
			inTx = inTx || st.Tx == sqlcheck.Begin
			for _, set := range st.Settings {
				name := s.SettingName(set)
				last := i == len(t.Facts.Statements)-1
				if !set.Reset && !inTx && last && s.IsLocal(set) &&
					(res.Tenancy.IsTenantSetting(name) || sentAlong(set, res) || s.SchemaChoice(set) != scope.ForAll) {
					return name, settingWords(t.Template, set), true
				}
			}
		}
	}
	return "", nil, false
}

// sentAlong reports whether SET LOCAL names one of the program's own settings
// that go with the tenant's, such as who acts. A SELECT of set_config is another
// matter: what else it computes may read the setting.
func sentAlong(set sqlcheck.Setting, res *site.Result) bool {
	prefix, _, custom := strings.Cut(set.Name, ".")
	return custom && set.Form == sqlcheck.SetStatement && !res.Tenancy.IsBypassFlag(set.Name) &&
		slices.ContainsFunc(res.Tenancy.Settings, func(tenants string) bool { return strings.HasPrefix(tenants, prefix+".") })
}

// outsideTx reports whether a handle surely has no transaction open.
func outsideTx(h *scope.Handle) bool {
	if h.IsPool() {
		return true
	}
	if h.Kind != dbapi.Conn && h.Kind != dbapi.Session {
		return false
	}
	return !h.State.InTx && !h.OpenTx
}
