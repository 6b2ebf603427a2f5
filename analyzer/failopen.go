package analyzer

import (
	"fmt"
	"path"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// failopen reports hooks of a pool that hand out a connection without having
// set the tenant's context on it, and middleware that goes on without.
func failopen(pass *analysis.Pass, res *site.Result) []*finding {
	var found []*finding
	for _, s := range res.Sites {
		if s.GoesOn != nil && res.Tenancy.ByPolicies() {
			if f := goesOn(pass, res, s); f != nil {
				found = append(found, at(s, f))
			}
			continue
		}
		if s.Hook == nil {
			continue
		}
		f := &finding{subject: s.Hook.Setting, advice: "refuse the connection where there is no tenant, or its statement fails"}
		what := "a connection without " + s.Hook.Setting
		if s.Hook.Dropped {
			what = "the connection although setting " + s.Hook.Setting + " may have failed"
		}
		f.message = fmt.Sprintf("the pool's hook hands out %s: it still has the context of the tenant before", what)
		if s.Hook.Released || s.Hook.Cleared || s.Hook.Elsewhere && res.Tenancy.Module != nil && res.Tenancy.Module.Hooks.Resets {
			f.group = Suspect
			f.message = fmt.Sprintf("the pool's hook hands out %s: queries on it go on without a tenant", what)
		}
		found = append(found, at(s, f))
	}
	return found
}

// goesOn judges middleware that goes on without tenant, where something in sight
// then falls back on a pool.
func goesOn(pass *analysis.Pass, res *site.Result, s *site.Site) *finding {
	fallback, ok := res.FallsBack(pass, s.GoesOn.Key)
	if !ok {
		return nil
	}
	f := &finding{
		group: Suspect,
		message: fmt.Sprintf("goes on without the tenant's transaction where the request names no tenant: what takes it from the context as %s falls back on a handle that nothing scopes",
			path.Base(s.GoesOn.Key)),
		advice:  "answer with an error there, and mount what needs no tenant before this",
		subject: "goes on " + s.GoesOn.Key,
		path: []step{
			{pos: s.GoesOn.Read, message: "reads the tenant from the request"},
			{pos: s.GoesOn.Put, message: "puts the transaction into the context of the other requests"},
		},
	}
	if fallback.Posn != "" {
		f.path = append(f.path, step{posn: fallback.Posn, message: fallback.Function + " falls back here"})
	}
	return f
}
