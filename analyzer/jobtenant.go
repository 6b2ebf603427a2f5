package analyzer

import (
	"fmt"
	"go/token"

	"github.com/tenantvet/tenantvet/analyzer/internal/job"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// jobtenant reports the payloads of jobs that leave their worker without a
// tenant, one finding a payload, and workers that don't go by the tenant they get.
func jobtenant(res *site.Result, a *job.Analysis) []*finding {
	var found []*finding
	causes := causesOf(res)
	for _, j := range a.Findings {
		f := &finding{
			message: fmt.Sprintf("job payload %s names no tenant, and its worker runs %s on %s without the tenant's context: %s",
				j.Name(), j.Operation, j.Relation, res.Tenancy.Consequence(j.Operation, j.Relation)),
			advice:  "add the tenant's id to the payload, and set the context from it",
			subject: j.Name() + " " + j.Relation,
		}
		if j.Named {
			f.message, f.advice = ignored(res, j)
			if j.Site != nil { // workers that share a pool are wrong in one way
				f.cause, _ = causes.of(j.Site)
			}
		}
		switch worker := j.Function; {
		case worker == nil: // of another package, and perhaps one of several
			f.apart = true
			f.pos, f.end = j.Registered, j.Registered
			if call := res.CallAt(j.Registered); call != nil {
				f.pos, f.end = call.Pos(), call.End()
			}
		default:
			f.pos, f.end = worker.Pos(), worker.Pos()+token.Pos(len(worker.Name()))
			if worker.Parent() != nil { // a literal begins with func
				f.end = worker.Pos() + token.Pos(len("func"))
			}
			f.function = worker.RelString(worker.Package().Pkg)
			f.path = []step{{pos: worker.Pos(), message: "the worker"}}
			if p := j.Payload; !j.Named && p != nil && p.Obj().Pkg() == worker.Package().Pkg {
				f.also = append(f.also, f.pos)
				f.pos, f.end = p.Obj().Pos(), p.Obj().Pos()+token.Pos(len(p.Obj().Name()))
			}
		}
		if j.Site != nil {
			f.function = j.Site.Func
			f.path = append(f.path, chain(j.Site)...)
		} else {
			f.path = append(f.path, step{posn: j.Posn, message: j.Operation + " on " + j.Relation})
		}
		found = append(found, f)
	}
	return found
}

// ignored says how a worker that gets a tenant works without its context.
func ignored(res *site.Result, j job.Finding) (message, advice string) {
	how := "never sets the tenant's context from it"
	if j.Sets {
		how = "runs that outside of the tenant's context, which it sets for other statements"
	}
	return fmt.Sprintf("job payload %s names a tenant, and its worker, which runs %s on %s, %s: %s",
			j.Name(), j.Operation, j.Relation, how, res.Tenancy.Consequence(j.Operation, j.Relation)),
		"set the context from the payload, before all statements on tenants' rows"
}
