package analyzer

import (
	"fmt"
	"go/types"
	"strings"
	"sync"

	"github.com/tenantvet/tenantvet/analyzer/internal/request"
	"github.com/tenantvet/tenantvet/analyzer/internal/route"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// untrustedtenant reports tenants that a request names and nothing vouches for.
// What a request says in one place is one finding, however often it is used; so is
// what many handlers take from one header or parameter, see gather.
func untrustedtenant(res *site.Result, a *request.Analysis) []*finding {
	if res.Tenancy.Privileged(a.Package) {
		return nil
	}
	var found []*finding
	seen := map[string]bool{}
	routes := sync.OnceValue(func() *route.Analysis { return route.Within(res) })
	for _, r := range a.Findings { // in the order of the source
		if routes().Behind(r.Function, r.Pos, func(mw *types.Func) bool { return a.Vouches(mw, r.Origin) }) {
			continue
		}
		if key := r.Setting + "\x00" + r.Origin.Words() + r.Origin.Posn; !seen[key] {
			seen[key] = true
			found = append(found, untrusted(res, r))
		}
	}
	return found
}

func untrusted(res *site.Result, r request.Finding) *finding {
	what := "tenant context " + r.Setting
	if !res.Tenancy.IsTenantSetting(r.Setting) {
		what = "tenant " + r.Setting // a column, where statements name their tenant
	}
	f := &finding{
		pos: r.Pos, end: r.Pos,
		message: fmt.Sprintf("%s is taken from %s: whoever sends the request chooses whose rows it sees", what, r.Origin.Words()),
		advice:  "take it from the verified token, or check that the caller belongs to it",
		subject: r.Setting + " " + r.Origin.Words(),
	}
	if r.Origin.Name != "" && r.Origin.What != "body" { // bodies have fields of the same name
		f.cause = r.Origin.Words() + " becomes " + column(r.Setting)
	}
	if call := res.CallAt(r.Pos); call != nil {
		f.pos, f.end = call.Fun.Pos(), call.Fun.End()
	}
	if fn := r.Function; fn != nil && fn.Package() != nil {
		f.function = fn.RelString(fn.Package().Pkg)
	}
	for _, s := range r.Steps {
		f.path = append(f.path, step{posn: s.Posn, message: s.Message})
	}
	return f
}

// column is the column of what statements name their tenant by, or a setting's name:
// that a setting has the same part behind its dot makes no difference.
func column(setting string) string { return setting[strings.LastIndex(setting, ".")+1:] }
