// Package request follows what HTTP and RPC requests say to the statements that
// set the tenant's context: backward over the SSA form, from the value that is
// set to where it comes from, through functions, packages and contexts. What
// was compared with the caller's claims, or looked up together with them, on
// the way is trusted.
package request

import (
	"go/token"
	"go/types"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// NewAnalyzer returns the analyzer that finds tenants which come from requests.
// It rests on the sites of a package.
func NewAnalyzer(sites *analysis.Analyzer) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:       "tenantrequest",
		Doc:        "tenantrequest: follow what requests say to the tenant's context",
		Requires:   []*analysis.Analyzer{sites},
		FactTypes:  []analysis.Fact{(*Summary)(nil), (*Keys)(nil)},
		ResultType: reflect.TypeFor[*Analysis](),
		Run: func(pass *analysis.Pass) (any, error) {
			return run(pass, pass.ResultOf[sites].(*site.Result)), nil
		},
	}
}

func run(pass *analysis.Pass, res *site.Result) *Analysis {
	if !Matters(pass, res) {
		return &Analysis{}
	}
	module := res.Tenancy.Module
	imported := func(fn *types.Func) *Summary {
		var s Summary
		if pass.ImportObjectFact(fn, &s) {
			return &s
		}
		return nil
	}
	a := Analyze(Options{
		Pkg: res.SSA.Package(), Functions: res.SSA.Functions(),
		Local:  module.Has,
		Import: imported,
		Keys:   importedKeys(pass),
		Verified: func(fn *types.Func) bool {
			return fn.Pkg() != nil && module.Config.IsVerified(fn.Pkg().Path(), localName(fn), module.Path)
		},
		SQL:    sendsSQL,
		Handle: func(t types.Type) bool { return dbapi.Default().KindOf(t) != dbapi.NoHandle },
		Set:    settings(res),
		Posn:   func(pos token.Pos) string { return pass.Fset.Position(pos).String() },
	})
	a.imported = imported
	for fn, s := range a.Summaries {
		pass.ExportObjectFact(fn, s)
	}
	if len(a.Keys) > 0 {
		pass.ExportPackageFact(&Keys{a.Keys})
	}
	return a
}

// Matters reports whether a package can take part: it belongs to a program with
// tenants, and reads requests or contexts, sets the tenant, or uses what does.
func Matters(pass *analysis.Pass, res *site.Result) bool {
	if res.Tenancy.Module == nil || res.SSA == nil || !res.Tenancy.Module.Has(pass.Pkg.Path()) {
		return false
	}
	if len(res.Sites) > 0 {
		return true
	}
	for _, imp := range pass.Pkg.Imports() {
		if imp.Path() == "context" || slices.Contains(Imports(), imp.Path()) {
			return true
		}
	}
	return slices.ContainsFunc(pass.AllObjectFacts(), func(f analysis.ObjectFact) bool {
		_, ok := f.Fact.(*Summary)
		return ok
	})
}

// importedKeys joins the keys of what the package imports.
func importedKeys(pass *analysis.Pass) []KeyUse {
	var out []KeyUse
	for _, imp := range pass.Pkg.Imports() {
		var k Keys
		if pass.ImportPackageFact(imp, &k) {
			out = append(out, k.Uses...)
		}
	}
	return out
}

// settings are the values that statements of the package set the tenant to or, where
// each statement is to name its tenant, name it by.
func settings(res *site.Result) map[ssa.CallInstruction][]Setting {
	out := map[ssa.CallInstruction][]Setting{}
	for _, s := range res.Sites {
		if s.Call == nil || out[s.Call] != nil {
			continue
		}
		for _, t := range s.Texts {
			for _, st := range t.Facts.Statements {
				for _, set := range st.Settings {
					name := s.SettingName(set)
					if v := valueOf(s, set); v != nil && !set.Reset && (res.Tenancy.IsTenantSetting(name) || s.SchemaChoice(set) != scope.ForAll) {
						out[s.Call] = append(out[s.Call], Setting{name, v})
					}
				}
			}
			for _, named := range res.Tenancy.Named(t) {
				if v := s.Bound(named.Param); v != nil {
					out[s.Call] = append(out[s.Call], Setting{named.Column, v})
				}
			}
		}
	}
	return out
}

// valueOf is what a setting is set to: what is bound, or what is formatted into
// the text.
func valueOf(s *site.Site, set sqlcheck.Setting) ssa.Value {
	switch set.Value.Kind {
	case sqlcheck.Bound:
		return s.Bound(set.Value.Param)
	case sqlcheck.Formatted:
		return s.TextArg
	}
	return nil
}

// localName names a function within its package, a method with its type.
func localName(fn *types.Func) string {
	if recv := fn.Signature().Recv(); recv != nil {
		t := types.Unalias(recv.Type())
		if p, ok := t.(*types.Pointer); ok {
			t = types.Unalias(p.Elem())
		}
		if n, ok := t.(*types.Named); ok {
			return n.Obj().Name() + "." + fn.Name()
		}
	}
	return fn.Name()
}

// sendsSQL reports whether a method sends SQL.
func sendsSQL(fn *types.Func) bool {
	if _, ok := dbapi.Default().Method(fn); ok {
		return true
	}
	_, ok := dbapi.Default().Shape(fn.Signature())
	return ok
}
