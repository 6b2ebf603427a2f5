package analyzer

import (
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// droppedtx reports functions that set the tenant's context on a handle and then
// call code that can't reach it.
func droppedtx(_ *analysis.Pass, res *site.Result) []*finding {
	var found []*finding
	for _, s := range res.Sites {
		if s.Idle == nil || !res.Tenancy.ByPolicies() {
			continue
		}
		handle := s.Idle.Handle.Noun()
		f := &finding{
			message: fmt.Sprintf("the tenant context is set on %s, which is used for nothing and handed to nobody: what is called here works without it", handle),
			advice:  "hand " + handle + " on, as an argument or in the context",
			subject: "idle",
			path:    []step{{pos: s.Idle.SetAt, message: "sets the tenant context"}},
		}
		if t := s.Idle.Touch; t != nil {
			f.group = Suspect
			f.message = fmt.Sprintf("the tenant context is set on %s, which is used for nothing and handed to nobody: what is called here sets it anew on a handle of its own", handle)
			f.path = append(f.path, step{posn: t.Posn, message: t.Operation + " on " + t.Relation})
		}
		found = append(found, at(s, f))
	}
	return found
}
