package analyzer

import (
	"fmt"
	"path"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// unscopedtx reports statements on tenant relations in a transaction in which
// the tenant's context is not surely set: one finding a transaction, at the
// first statement.
func unscopedtx(_ *analysis.Pass, res *site.Result) []*finding {
	type key struct {
		tx   *scope.Object
		kind scope.VerdictKind
	}
	first := map[key]*finding{}
	dropped := map[ssa.CallInstruction]bool{} // said at a statement
	scoped := handing(res)
	var found []*finding
	for _, s := range sorted(res.Sites) {
		f := unscoped(s, res)
		if f != nil && s.Verdict.Entry.By != nil {
			dropped[s.Verdict.Entry.By] = true
		}
		if f == nil {
			continue
		}
		k := key{s.Handle.Object, s.Verdict.Kind}
		if have := first[k]; have != nil && !s.Wired {
			if s.Relation != "" { // else it goes into a context there
				have.path = append(have.path, step{pos: s.Start, message: s.Operation + " on " + s.Relation + ", in the same transaction"})
			}
			continue
		}
		first[k] = at(s, f)
		handedOn(f, s, scoped)
		found = append(found, f)
	}
	for _, s := range sorted(res.Sites) {
		if s.Unheeded != "" && !dropped[s.Call] && res.Tenancy.ByPolicies() {
			found = append(found, at(s, unheeded(s)))
		}
	}
	return found
}

// registered is the path of a finding about a handle that was looked up where nothing
// puts one with the tenant's context.
func registered(s *site.Site) []step {
	r := s.Handle.Registration()
	if r == nil || r.Posn == "" {
		return nil
	}
	return append([]step{{posn: r.Posn, message: "puts it into " + path.Base(scope.RegistryName(r.Key)) + " without the tenant context"}}, chain(s)...)
}

// leftOut is the path of a finding about a handle on which a called function would have
// set the context for another argument, nil for others.
func leftOut(s *site.Site) []step {
	l := s.Handle.State.LeftOut
	if l.Call == nil {
		return nil
	}
	return append([]step{{pos: l.Call.Common().Pos(), message: l.String()}}, chain(s)...)
}

// unheeded is the finding at a helper that drops the error of setting the
// context on a handle that it hands on.
func unheeded(s *site.Site) *finding {
	f := &finding{
		group:   Suspect,
		message: fmt.Sprintf("the error of setting %s is ignored: the handle goes on although it may not carry the tenant's context", s.Unheeded),
		advice:  "return when setting the context fails",
		subject: s.Unheeded,
	}
	if h := s.Handles[0]; h.Kind == dbapi.Conn || h.Kind == dbapi.Session {
		f.group = Breach // nothing aborts a bare connection
	}
	return f
}

// unscoped judges one site.
func unscoped(s *site.Site, res *site.Result) *finding {
	if s.Promised != "" && s.Handle != nil && s.Handle.IsTx() {
		return promise(s)
	}
	if s.Relation == "" {
		return nil
	}
	switch {
	case s.Verdict.Kind == scope.Unscoped && s.Handle.IsTx() && !s.Handle.IsPool():
		why := "the tenant context is not set on every path before it"
		if s.Handle.State.Ended {
			why = "the transaction, and the tenant context with it, is over"
		}
		f := &finding{
			path:    leftOut(s),
			group:   doubt(s, res),
			message: fmt.Sprintf("%s on %s in a transaction where %s: %s", s.Operation, s.Relation, why, res.Tenancy.Consequence(s.Operation, s.Relation)),
			advice:  "set it on this transaction first: " + res.Tenancy.SetStatement(),
		}
		if from := registered(s); from != nil {
			f.path = from
		}
		fromContext(f, s, res)
		return f
	case s.Verdict.Kind == scope.Dropped:
		f := &finding{
			group:   doubt(s, res),
			message: fmt.Sprintf("%s on %s runs although the tenant context may have failed to be set: the error is ignored", s.Operation, s.Relation),
			advice:  "return when setting the context fails",
		}
		if by := s.Verdict.Entry.By; by != nil {
			f.path = append(chain(s), step{pos: by.Common().Pos(), message: "sets the context, error ignored"})
		}
		return f
	}
	return nil
}

// sorted returns sites in the order of the source.
func sorted(sites []*site.Site) []*site.Site {
	sites = slices.Clone(sites)
	slices.SortStableFunc(sites, func(a, b *site.Site) int { return int(a.Start) - int(b.Start) })
	return sites
}
