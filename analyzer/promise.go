package analyzer

import (
	"fmt"
	"path"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// promise judges a place that puts a handle into a context. Queries that take
// it from there count as scoped, because the module's code sets the tenant's
// context before it puts one there: so each place that does has to. It returns
// nil where the promise is kept, or nothing is known about it.
func promise(s *site.Site) *finding {
	if s.Promised == "" {
		return nil
	}
	f := &finding{subject: "put " + s.Promised}
	where := "the context as " + path.Base(s.Promised)
	if scope.IsRegistry(s.Promised) {
		where = path.Base(scope.RegistryName(s.Promised))
	}
	if s.Over != nil {
		f.message = fmt.Sprintf("goes on after %s in the context as %s is over: queries that take it from there fail", s.Handle.Noun(), path.Base(s.Promised))
		if !s.Handle.IsTx() {
			f.message = fmt.Sprintf("goes on after %s in the context as %s has lost the tenant context: queries that take it from there run outside the tenant's scope", s.Handle.Noun(), path.Base(s.Promised))
		}
		f.advice = "end it when the rest of the request is done"
		f.path = []step{{pos: s.Over.Put, message: "puts it into the context"}}
		return f
	}
	switch s.Verdict.Kind {
	case scope.Unscoped:
		f.path = leftOut(s)
		f.message = fmt.Sprintf("puts %s into %s without the tenant context: queries that take it from there run outside the tenant's scope", s.Handle.Noun(), where)
		f.advice = "put a transaction there that sets the tenant context first"
	case scope.Dropped:
		f.message = fmt.Sprintf("puts %s into %s although the tenant context may have failed to be set: the error is ignored", s.Handle.Noun(), where)
		f.advice = "return when setting the context fails"
		if s.Handle.IsTx() {
			f.group = Suspect // a server error aborts the transaction
		}
	default:
		return nil
	}
	return f
}
