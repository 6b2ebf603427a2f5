package analyzer

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// failopen reports hooks of a pool that hand out a connection without having
// set the tenant's context on it.
func failopen(_ *analysis.Pass, res *site.Result) []*finding {
	var found []*finding
	for _, s := range res.Sites {
		if s.Hook == nil {
			continue
		}
		f := &finding{subject: s.Hook.Setting, advice: "refuse the connection where there is no tenant, or its statement fails"}
		what := "a connection without " + s.Hook.Setting
		if s.Hook.Dropped {
			what = "the connection although setting " + s.Hook.Setting + " may have failed"
		}
		f.message = fmt.Sprintf("the pool's hook hands out %s: it still has the context of the tenant before", what)
		if s.Hook.Released || s.Hook.Elsewhere && res.Tenancy.Module != nil && res.Tenancy.Module.Hooks.Resets {
			f.group = Suspect
			f.message = fmt.Sprintf("the pool's hook hands out %s: queries on it go on without a tenant", what)
		}
		found = append(found, at(s, f))
	}
	return found
}
