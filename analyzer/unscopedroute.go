package analyzer

import (
	"fmt"
	"go/ast"
	"path"

	"github.com/tenantvet/tenantvet/analyzer/internal/interceptor"
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
		if r.Kind != "" {
			served(res, r, f)
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
		mounted := " is mounted"
		if r.Kind != "" {
			mounted = " is served"
		}
		what := r.Need.Operation + " on " + r.Need.Relation
		if r.Need.Relation == "" {
			what = "the tenant is taken from the context"
		}
		f.path = []step{
			{posn: r.Posn, message: r.Handler + mounted},
			{posn: r.Need.Posn, message: what},
		}
		switch {
		case r.Skip != "":
			f.path = append(f.path, step{posn: r.SkipPosn, message: r.Layer.By + " lets it past"})
		case r.Layer.By != "":
			f.path = append(f.path, step{posn: r.Layer.Posn, message: r.Layer.By + " comes before " + r.Other})
		}
		found = append(found, f)
	}
	return found
}

// served words the finding for a method of a service of gRPC or connect.
func served(res *site.Result, r route.Finding, f *finding) {
	who := r.Handler
	switch r.Also {
	case 0:
		who += " is"
	case 1:
		who += " and another method of the service are"
	default:
		who += fmt.Sprintf(" and %d other methods of the service are", r.Also)
	}
	puts := fmt.Sprintf("puts %s into the context", path.Base(r.Need.Key))
	f.advice = "give the server or handler " + r.Layer.By + " as well"
	switch {
	case r.Skip != "":
		f.message = fmt.Sprintf("%s let past %s, which %s of other methods: %s", who, r.Layer.By, puts, lacking(res, r.Need))
		f.advice = "take " + r.Skip + " off the methods that " + r.Layer.By + " lets past"
	case r.Layer.By == "":
		f.message = fmt.Sprintf("%s served where nothing %s: %s", who, puts, lacking(res, r.Need))
		f.advice = "give the server or handler an interceptor that does"
	default:
		f.message = fmt.Sprintf("%s served without %s, which %s of %s: %s", who, r.Layer.By, puts, r.Other, lacking(res, r.Need))
		if r.Kind == interceptor.Stream && r.Layer.Kind == interceptor.Unary {
			f.advice = r.Layer.By + " runs before unary calls: give the server or handler one that runs before streams as well"
		}
	}
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
