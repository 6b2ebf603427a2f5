package site

import (
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
)

// A Fallback is what uses a pool, or another handle, where contexts carry none.
type Fallback struct {
	Function string
	Posn     string // of a statement, "" where the function only hands out the handle
}

// FallsBack finds something in sight that falls back where contexts carry nothing
// under a key.
func (r *Result) FallsBack(pass *analysis.Pass, key string) (Fallback, bool) {
	var found Fallback
	consider := func(fn *types.Func, s *scope.Summary) {
		n, falls := s.FallsBack(key)
		if !falls {
			return
		}
		f := Fallback{Function: fn.FullName()}
		if n != nil {
			f.Posn = n.Posn
		}
		if found.Function == "" || (f.Posn != "") != (found.Posn != "") && f.Posn != "" || (f.Posn != "") == (found.Posn != "") && f.Function < found.Function {
			found = f
		}
	}
	for fn, s := range r.summaries {
		consider(fn, s)
	}
	for _, fact := range pass.AllObjectFacts() {
		fn, isFunc := fact.Object.(*types.Func)
		s, isSummary := fact.Fact.(*scope.Summary)
		if isFunc && isSummary && fn.Pkg() != pass.Pkg {
			consider(fn, s)
		}
	}
	return found, found.Function != ""
}
