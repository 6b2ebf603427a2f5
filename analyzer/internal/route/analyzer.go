// Package route follows the values of routers to the routes that are mounted on
// them, and tells what runs before each: which of the things that contexts have to
// carry for a handler's queries to run in the tenant's scope are put there.
package route

import (
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/request"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// Rule is the rule that the analysis is for: where it is off, nothing is done.
const Rule = "unscopedroute"

// NewAnalyzer returns the analyzer that follows routers. It rests on the sites of
// a package, and on what requests say.
func NewAnalyzer(sites, requests *analysis.Analyzer) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:       "tenantroute",
		Doc:        "tenantroute: follow routers to the handlers that are mounted on them",
		Requires:   []*analysis.Analyzer{sites, requests},
		FactTypes:  []analysis.Fact{(*Summary)(nil)},
		ResultType: reflect.TypeFor[*Analysis](),
		Run: func(pass *analysis.Pass) (any, error) {
			return run(pass, pass.ResultOf[sites].(*site.Result), pass.ResultOf[requests].(*request.Analysis)), nil
		},
	}
}

func run(pass *analysis.Pass, res *site.Result, requests *request.Analysis) *Analysis {
	if !res.Tenancy.On(Rule, false) || !request.Matters(pass, res) {
		return &Analysis{}
	}
	posn := func(pos token.Pos) string { return pass.Fset.Position(pos).String() }
	a := Analyze(Options{
		Pkg: res.SSA.Package(), Functions: res.SSA.Functions(), Local: res.Tenancy.Module.Has,
		Import: func(fn *types.Func) *Summary {
			var s Summary
			if pass.ImportObjectFact(fn, &s) {
				return &s
			}
			return nil
		},
		Statements: statements(res, requests, posn), Takes: takes(requests, posn),
		Everyone: everyone(res, func(s *site.Site) string { return posn(s.Start) }), Asked: asked(requests),
		Named: res.Tenancy.ByFilter(), Privileged: res.Tenancy.Privileged(pass.Pkg.Path()),
		Tenant: func(key string) bool {
			return slices.ContainsFunc(requests.Keys, func(k request.KeyUse) bool { return k.Key == key })
		},
		Works: works(res),
		Posn:  posn,
	})
	for fn, s := range a.Summaries {
		pass.ExportObjectFact(fn, s)
	}
	return a
}

// statements are the package's sites that are scoped, or not, as contexts decide.
// Who logs in has no tenant yet, and what is reported where it stands needs no more.
func statements(res *site.Result, requests *request.Analysis, posn func(token.Pos) string) []Statement {
	var out []Statement
	for _, s := range res.Sites {
		if s.Relation == "" || s.Call == nil || !s.IsStatement() || s.Verdict.Kind == scope.Unscoped || logsIn(requests, s.Call) {
			continue
		}
		carried, falls := res.RestsOn(s)
		for _, o := range carried {
			at := posn(s.Start)
			if s.Need != nil {
				at = s.Need.Posn
			}
			out = append(out, Statement{
				Call: s.Call, Context: o.Value, Key: o.CarriedKey(), Relation: s.Relation, Operation: s.Operation, Posn: at,
				Falls: falls, Open: s.Need == nil && open(s),
			})
		}
	}
	return out
}

// open reports whether a site's statement on its relation is about rows that no
// value picks: it is not one that finds out who somebody is.
func open(s *site.Site) bool {
	for _, t := range s.Texts {
		for _, st := range t.Facts.Statements {
			if len(st.Inserts) > 0 {
				continue
			}
			for _, r := range st.Relations {
				if r.Name.Name != "" && (r.Name.Name == s.Relation || r.Name.Schema+"."+r.Name.Name == s.Relation) && !r.Loose &&
					!slices.ContainsFunc(r.Pins, picks) {
					return true
				}
			}
		}
	}
	return false
}

// picks reports whether a pin may pick a row: not deleted, or enabled, many are.
func picks(p sqlcheck.Pin) bool {
	return p.To != sqlcheck.FromLiteral || !slices.Contains([]string{"", "null", "true", "false", "t", "f"}, strings.ToLower(p.Text))
}

func takes(requests *request.Analysis, posn func(token.Pos) string) []Take {
	var out []Take
	for _, t := range requests.Takes {
		if logsIn(requests, t.Call) {
			continue
		}
		out = append(out, Take{t.Call, t.Key, posn(t.Call.Pos())})
	}
	return out
}

// logsIn reports whether the function around a call checks a password, or hands
// out a token.
func logsIn(requests *request.Analysis, call ssa.CallInstruction) bool {
	fn := call.Parent()
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	s := requests.Summaries[declared(fn)]
	return s != nil && s.LogsIn
}

// works tells whether a call leads to statements on tenant relations.
func works(res *site.Result) func(ssa.CallInstruction) bool {
	sends := map[ssa.CallInstruction]bool{}
	for _, s := range res.Sites {
		if s.Call != nil && s.Relation != "" {
			sends[s.Call] = true
		}
	}
	return func(call ssa.CallInstruction) bool {
		if sends[call] {
			return true
		}
		fn := declared(call.Common().StaticCallee())
		if fn == nil {
			return false
		}
		s := res.Summary(fn)
		return s != nil && (len(s.Needs)+len(s.Reads)+len(s.Sends)+len(s.Callbacks) > 0 || s.Touch != nil)
	}
}
