package job

import (
	"go/token"
	"go/types"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/request"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// Rule is the rule that the analysis is for: where it is off, nothing is done.
const Rule = "jobtenant"

// NewAnalyzer returns the analyzer that judges the workers of queues. It rests on
// the sites of a package, and on what becomes the tenant.
func NewAnalyzer(sites, requests *analysis.Analyzer) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:       "tenantjob",
		Doc:        "tenantjob: find the workers of queues whose jobs name no tenant",
		Requires:   []*analysis.Analyzer{sites, requests},
		FactTypes:  []analysis.Fact{(*Bare)(nil)},
		ResultType: reflect.TypeFor[*Analysis](),
		Run: func(pass *analysis.Pass) (any, error) {
			return run(pass, pass.ResultOf[sites].(*site.Result), pass.ResultOf[requests].(*request.Analysis)), nil
		},
	}
}

func run(pass *analysis.Pass, res *site.Result, requests *request.Analysis) *Analysis {
	if !res.Tenancy.On(Rule, true) || !request.Matters(pass, res) || !slices.ContainsFunc(queues().packages(), res.Tenancy.Module.MayUse) {
		return &Analysis{}
	}
	posn := func(pos token.Pos) string { return pass.Fset.Position(pos).String() }
	j := &judge{
		Result: res, requests: requests, posn: posn,
		impls: scope.NewImplementations(pass.Pkg, res.Tenancy.Module.Has, posn),
		bare: func(fn *types.Func) *Bare {
			var b Bare
			if pass.ImportObjectFact(fn, &b) {
				return &b
			}
			return nil
		},
	}
	for _, fn := range res.SSA.Functions() {
		if obj := declared(fn); obj != nil {
			if b, _ := j.bareIn(fn, true); b != nil {
				pass.ExportObjectFact(obj, b)
			}
		}
	}
	return &Analysis{Findings: j.find()}
}
