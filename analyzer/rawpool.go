package analyzer

import (
	"fmt"
	"maps"
	"path"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// rawpool reports statements on tenant relations over pools and bare
// connections. Where a scoped transaction is open around one, outerhandle
// says so instead; transactions are unscopedtx's.
func rawpool(_ *analysis.Pass, res *site.Result) []*finding {
	var found []*finding
	causes := causesOf(res)
	for _, s := range res.Sites {
		if s.Fallback && res.Tenancy.ByPolicies() && !res.Tenancy.Module.Hooks.SetsContext {
			found = append(found, at(s, &finding{
				group:   Suspect,
				message: "runs its callback on the pool here, and in a tenant-scoped transaction elsewhere: its callers can't tell which",
				advice:  "return an error instead, or keep the two in two functions",
				subject: "fallback",
			}))
			continue
		}
		if f := promise(s); f != nil && s.Handle.Kind != dbapi.Tx {
			found = append(found, at(s, f))
			continue
		}
		if s.Relation == "" || s.Verdict.Kind != scope.Unscoped || s.Region != nil {
			continue
		}
		if s.Handle.Kind == dbapi.Tx {
			continue
		}
		field, function := causes.of(s)
		f := &finding{
			field: field, cause: function,
			group: doubt(s, res),
			message: fmt.Sprintf("%s on %s runs on %s, outside a tenant-scoped transaction: %s",
				s.Operation, s.Relation, s.Handle.Noun(), res.Tenancy.Consequence(s.Operation, s.Relation)),
			advice: "run it in a transaction that sets the tenant context first",
		}
		if key := fromContext(f, s, res); key != "" && s.Handle.CarriedKey() != "" {
			f.message = fmt.Sprintf("%s on %s runs on %s that the context carries as %s, where nobody sets the tenant context: %s",
				s.Operation, s.Relation, s.Handle.Noun(), path.Base(key), res.Tenancy.Consequence(s.Operation, s.Relation))
		}
		found = append(found, at(s, f))
	}
	return append(found, fallsBack(res)...)
}

// fallsBack reports the functions that return the pool where no transaction is
// registered, each with the statements that it serves.
func fallsBack(res *site.Result) []*finding {
	served := map[string][]*site.Site{}
	for _, s := range sorted(res.Sites) {
		if s.Relation != "" && s.Verdict.Cause == scope.FallsBack {
			served[s.Handle.FallsAt()] = append(served[s.Handle.FallsAt()], s)
		}
	}
	var found []*finding
	for _, posn := range slices.Sorted(maps.Keys(served)) {
		first := served[posn][0]
		f := at(first, &finding{
			group: Suspect,
			message: fmt.Sprintf("returns the pool where no transaction is registered: %s on %s then runs outside a tenant-scoped transaction: %s",
				first.Operation, first.Relation, res.Tenancy.Consequence(first.Operation, first.Relation)),
			advice:  "return an error there, or begin a transaction that sets the tenant context",
			subject: "falls back",
		})
		f.path = nil
		for _, s := range served[posn] {
			f.path = append(append(f.path, step{pos: s.Start, message: "the handle goes to " + s.Operation + " on " + s.Relation}), chain(s)...)
		}
		if here, ok := res.FallsAt[posn]; ok {
			f.pos, f.end, f.function, f.site, f.words = here.Pos, here.Pos, here.Func, nil, nil
		} else {
			f.message = "runs on what " + f.message
			f.path = append([]step{{posn: posn, message: "returns the pool"}}, f.path...)
		}
		found = append(found, f)
	}
	return found
}

// doubt is the group of what is said about a statement without context, and the
// verdict on it.
func doubt(s *site.Site, res *site.Result) Group {
	conn := s.Handle != nil && (s.Handle.Kind == dbapi.Conn || s.Handle.Kind == dbapi.Session)
	switch {
	case s.Verdict.Kind == scope.Dropped && !conn, // nothing aborts a bare connection
		s.Verdict.Kind == scope.Unscoped && !past(s) && (s.Shared || res.Tenancy.Excused(s.Operation, s.Relation)):
		return Suspect
	}
	return Breach
}
