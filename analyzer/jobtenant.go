package analyzer

import (
	"fmt"
	"go/token"

	"github.com/tenantvet/tenantvet/analyzer/internal/job"
	"github.com/tenantvet/tenantvet/analyzer/internal/request"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// jobtenant reports the payloads of jobs that leave their worker without a
// tenant: one finding a payload.
func jobtenant(res *site.Result, a *request.Analysis) []*finding {
	var found []*finding
	for _, j := range job.Find(res, a) {
		payload, worker := j.Payload.Obj(), j.Function
		f := &finding{
			pos: worker.Pos(), end: worker.Pos() + token.Pos(len(worker.Name())),
			message: fmt.Sprintf("job payload %s names no tenant, and its worker runs %s on %s without the tenant's context: %s",
				payload.Name(), j.Site.Operation, j.Site.Relation, res.Tenancy.Consequence(j.Site.Operation, j.Site.Relation)),
			advice:   "add the tenant's id to the payload, and set the context from it",
			subject:  payload.Name() + " " + j.Site.Relation,
			function: j.Site.Func,
			path:     append([]step{{pos: worker.Pos(), message: "the worker"}}, chain(j.Site)...),
		}
		if worker.Parent() != nil { // a literal begins with func
			f.end = worker.Pos() + token.Pos(len("func"))
		}
		if payload.Pkg() == worker.Package().Pkg {
			f.also = append(f.also, f.pos)
			f.pos, f.end = payload.Pos(), payload.Pos()+token.Pos(len(payload.Name()))
		}
		found = append(found, f)
	}
	return found
}
