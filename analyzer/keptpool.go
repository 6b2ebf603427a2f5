package analyzer

import (
	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// keptpool reports pools of one tenant's database that are kept where all tenants'
// statements find them.
func keptpool(_ *analysis.Pass, res *site.Result) []*finding {
	var found []*finding
	for _, s := range res.Sites {
		if s.Kept == nil {
			continue
		}
		f := &finding{
			message: "this tenant's pool is kept where the next one finds it: that one's statements run in this one's database",
			advice:  "keep it in a map, under the tenant",
			subject: "pool",
		}
		if s.Kept.Posn != "" {
			f.message = "the pool is that of whoever asked first, and not this tenant's: its statements run in the other's database"
			f.path = []step{{posn: s.Kept.Posn, message: s.Callee.Name() + " keeps it for all here"}}
		}
		found = append(found, at(s, f))
	}
	return found
}
