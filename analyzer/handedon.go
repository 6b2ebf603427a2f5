package analyzer

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// A helper that begins transactions and hands them on without the tenant's context has a
// finding in each function that works in one. Where none of a package sets it, it is the
// helper that is at fault, and the findings are one; see gather.

// handing names the functions that hand on transactions on which some code of the package
// sets the context: those that don't are at fault themselves.
func handing(res *site.Result) map[string]bool {
	out := map[string]bool{}
	for _, s := range res.Sites {
		if s.Relation == "" || s.Verdict.Kind != scope.Safe {
			continue
		}
		for _, h := range s.Handles {
			if fn := h.HandedBy(); fn != nil {
				out[fn.FullName()] = true
			}
		}
	}
	return out
}

// handedOn completes a finding about a transaction that a helper hands on.
func handedOn(f *finding, s *site.Site, scoped map[string]bool) {
	if s.Handle == nil || f.field != "" || f.cause != "" || s.Verdict.Kind != scope.Unscoped {
		return
	}
	fn := s.Handle.HandedBy()
	if fn == nil || scoped[fn.FullName()] {
		return
	}
	f.cause = "transactions of " + fn.FullName()
	f.together = func(all []*finding) (string, func(*finding) string) { return inTransactionsOf(fn, all) }
}

// inTransactionsOf tells of statements in the transactions of one helper.
func inTransactionsOf(fn *types.Func, all []*finding) (message string, stepOf func(*finding) string) {
	statements := "statements"
	if len(all) == 2 {
		statements = "statement"
	}
	return fmt.Sprintf("; so do %d more %s in transactions of %s, on which nothing here sets it", len(all)-1, statements, fn.Name()), func(g *finding) string {
		what, _, _ := strings.Cut(g.message, " in a transaction")
		return what + ", in a transaction of " + fn.Name()
	}
}
