package analyzer

import (
	"fmt"
	"go/ast"
	"path"

	"github.com/tenantvet/tenantvet/analyzer/internal/route"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// unscopedroute reports handlers that are mounted without the middleware that
// puts into the context what their queries need, while others are behind it.
func unscopedroute(res *site.Result, a *route.Analysis) []*finding {
	var found []*finding
	for _, r := range a.Findings {
		f := &finding{
			pos: r.Pos, end: r.Pos,
			message: fmt.Sprintf("%s is mounted without %s, which puts %s into the context of %s: %s",
				r.Handler, r.Layer.By, path.Base(r.Need.Key), r.Other, lacking(res, r.Need)),
			advice:  "mount it behind " + r.Layer.By,
			subject: r.Handler + " " + r.Need.Key,
			apart:   true,
		}
		if r.Need.Everyone {
			f.advice = "mount it where only those come who may see all of them, or have it name the tenant that " + r.Layer.By + " finds"
		}
		if r.Layer.By == "" {
			f.message = fmt.Sprintf("%s is mounted where nothing puts %s into the context: %s", r.Handler, path.Base(r.Need.Key), lacking(res, r.Need))
			f.advice = "mount it behind middleware that does"
		}
		if call := res.CallAt(r.Pos); call != nil {
			f.pos, f.end = call.Fun.Pos(), call.Fun.End()
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok { // of a chain over several lines
				f.pos = sel.Sel.Pos()
			}
		}
		if fn := r.Function; fn != nil && fn.Package() != nil {
			f.function = fn.RelString(fn.Package().Pkg)
		}
		what := r.Need.Operation + " on " + r.Need.Relation
		if r.Need.Relation == "" {
			what = "the tenant is taken from the context"
		}
		f.path = []step{
			{posn: r.Posn, message: r.Handler + " is mounted"},
			{posn: r.Need.Posn, message: what},
		}
		if r.Layer.By != "" {
			f.path = append(f.path, step{posn: r.Layer.Posn, message: r.Layer.By + " comes before " + r.Other})
		}
		found = append(found, f)
	}
	return found
}

// lacking says what a handler does without what it needs.
func lacking(res *site.Result, n route.Need) string {
	what := n.Operation + " on " + n.Relation
	switch {
	case n.Everyone && n.Operation == "SELECT":
		return what + " names no tenant, and whoever asks is shown every tenant's rows"
	case n.Everyone:
		return what + " names no tenant, and whoever asks changes every tenant's rows"
	case n.Relation == "":
		return "without it there is no tenant for its queries, which fail, or see no rows"
	case n.Falls:
		return "without it, " + what + " runs outside the tenant's scope: " + res.Tenancy.Consequence(n.Operation, n.Relation)
	}
	return "without it, " + what + " has no handle to run on"
}
