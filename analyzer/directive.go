package analyzer

import (
	"fmt"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/directive"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/rules"
)

// directive makes the analyzer that looks after the directives themselves. It
// requires every rule, to know which directives silenced something.
func (s *suite) directive(doc Rule) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name: doc.Name, Doc: doc.Doc, URL: doc.URL,
		Requires:   append([]*analysis.Analyzer{s.sites, s.directives}, s.rules...),
		ResultType: findingsType,
		Run: func(pass *analysis.Pass) (any, error) {
			index := pass.ResultOf[s.directives].(*directive.Index)
			res := pass.ResultOf[s.sites].(*site.Result)
			if !res.Tenancy.On(doc.Name, true) {
				return []*finding(nil), nil
			}
			found := contradictions(res)
			for _, d := range index.All {
				if message := s.problem(index, d, res); message != "" && !res.Skip(d.Pos) {
					found = append(found, &finding{group: Breach, pos: d.Pos, end: d.End, message: message, subject: d.Verb})
				}
			}
			found = tidy(doc.Name, found)
			for _, f := range found {
				pass.Report(f.diagnostic())
			}
			return found, nil
		},
	}
}

// problem says what is wrong with a directive, "" if nothing is.
func (s *suite) problem(index *directive.Index, d *directive.Directive, res *site.Result) string {
	if d.Problem != "" {
		return d.Problem
	}
	if d.Verb == "scoped" {
		return useless(index.Declared(d), res)
	}
	for _, rule := range d.Rules {
		switch {
		case isSchemaRule(rule): // whether it silences something, the command line knows
		case !isRule(rule):
			return fmt.Sprintf("directive ignores unknown rule %s", rule)
		case !index.Used(d, rule) && !d.Shared && res.Tenancy.On(rule, true):
			return fmt.Sprintf("directive ignores %s, but there is nothing to silence here: remove it", rule)
		}
	}
	return ""
}

// useless says why a declaration is of no use, "" if it is or may be.
func useless(objs []types.Object, res *site.Result) string {
	for _, obj := range objs {
		if res.Declared == nil || res.Declared[obj] {
			return ""
		}
	}
	for _, obj := range objs {
		fn, isFunc := obj.(*types.Func)
		switch {
		case isFunc && !isInterfaceMethod(fn):
			return fmt.Sprintf("directive declares %s scoped, but it hands out no handle, or that is proven without: remove it", obj.Name())
		case !reachesOthers(obj):
			return fmt.Sprintf("directive declares %s scoped, but no query depends on that, or it is proven without: remove it", obj.Name())
		}
	}
	return ""
}

func isInterfaceMethod(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type())
}

// reachesOthers reports whether other packages may use an object. They judge its
// declaration; here nothing is known of that.
func reachesOthers(obj types.Object) bool {
	v, isVar := obj.(*types.Var)
	return obj.Exported() && (!isVar || v.IsField() || v.Parent() == v.Pkg().Scope())
}

// contradictions are the places that do what a declaration denies.
func contradictions(res *site.Result) []*finding {
	var found []*finding
	for _, s := range res.Sites {
		if s.Contradicts == nil || res.Skip(s.Pos) {
			continue
		}
		obj := s.Contradicts.Of
		what := "arrives at " + obj.Name()
		if _, ok := obj.(*types.Func); ok {
			what = "is returned"
		}
		found = append(found, &finding{
			group: Breach, pos: s.Pos, end: s.Pos, subject: obj.Name(),
			message: fmt.Sprintf("%s is declared to be scoped, but a handle without the tenant context %s here", obj.Name(), what),
			advice:  "set the context on it, or remove the declaration",
		})
	}
	return found
}

func isRule(name string) bool {
	for _, c := range checks {
		if c.name == name {
			return true
		}
	}
	return false
}

func isSchemaRule(name string) bool {
	return slices.ContainsFunc(rules.All(), func(r rules.Rule) bool { return r.Name == name })
}
