package analyzer

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// outerhandle reports statements that go past the scoped transaction which is
// open for this work.
func outerhandle(pass *analysis.Pass, res *site.Result) []*finding {
	var found []*finding
	for _, s := range res.Sites {
		if s.Relation == "" || s.Verdict.Kind != scope.Unscoped || !past(s) {
			continue
		}
		scoped := "the scoped transaction"
		if s.Region.Name != "" {
			scoped = s.Region.Name
		}
		f := &finding{
			message: fmt.Sprintf("%s on %s runs on %s although a tenant-scoped transaction is open: it uses another connection, without the tenant context",
				s.Operation, s.Relation, s.Handle.Noun()),
			advice: "run it on " + scoped,
		}
		if s.Region.Call != nil {
			f.path = append([]step{{pos: s.Region.Call.Common().Pos(), message: "opens the tenant-scoped transaction"}}, chain(s)...)
		}
		if fix, ok := useScoped(pass, s); ok {
			f.fixes = []analysis.SuggestedFix{fix}
		}
		found = append(found, at(s, f))
	}
	return found
}

// past reports whether a statement goes past a scoped transaction.
func past(s *site.Site) bool {
	return s.Region != nil && (s.Handle.Kind != dbapi.Tx || s.Handle.IsPool())
}
