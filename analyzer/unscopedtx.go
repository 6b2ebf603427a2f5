package analyzer

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// unscopedtx reports statements on tenant relations in a transaction in which
// the tenant's context is not surely set.
func unscopedtx(_ *analysis.Pass, res *site.Result) []*finding {
	var found []*finding
	for _, s := range res.Sites {
		if s.Relation == "" {
			continue
		}
		switch {
		case s.Verdict.Kind == scope.Unscoped && s.Handle.Kind == dbapi.Tx && !s.Handle.IsPool():
			why := "the tenant context is not set on every path before it"
			if s.Handle.State.Ended {
				why = "the transaction, and the tenant context with it, is over"
			}
			found = append(found, at(s, &finding{
				message: fmt.Sprintf("%s on %s in a transaction where %s: %s", s.Operation, s.Relation, why, res.Tenancy.Consequence(s.Relation)),
				advice:  "set it on this transaction first: " + res.Tenancy.SetStatement(),
			}))
		case s.Verdict.Kind == scope.Dropped:
			f := &finding{
				group:   Suspect,
				message: fmt.Sprintf("%s on %s runs although the tenant context may have failed to be set: the error is ignored", s.Operation, s.Relation),
				advice:  "return when setting the context fails",
			}
			if by := s.Verdict.Entry.By; by != nil {
				f.path = append(chain(s), step{pos: by.Common().Pos(), message: "sets the context, error ignored"})
			}
			if s.Handle.Kind == dbapi.Conn || s.Handle.Kind == dbapi.Session {
				f.group = Breach // nothing aborts a bare connection
			}
			found = append(found, at(s, f))
		}
	}
	return found
}
