package site

import (
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// relevant tells which tenant relation of an event needs the tenant's context.
func (j *judge) relevant(ev *scope.Event) (relation, operation string, ok bool) {
	if ev.Leak != nil || ev.Fallback || ev.Bypassed != nil {
		return "", "", false
	}
	if ev.Need != nil {
		return ev.Need.Relation, ev.Need.Operation, !ev.Need.MustTx
	}
	if ev.Batched {
		return "", "", false // an earlier item of the batch set the context
	}
	for _, t := range ev.Texts {
		scoped := false
		for _, st := range t.Facts.Statements {
			if scoped {
				break
			}
			if relation, ok := j.needs(st); ok {
				return relation, operationName(st), true
			}
			// One Exec with several statements is one implicit transaction: a
			// context set first scopes what follows.
			for _, set := range st.Settings {
				if !set.Reset && set.Certain && j.IsTenantSetting(set.Name) {
					scoped = true
				}
			}
		}
	}
	return "", "", false
}

// needs returns the first relation of a statement that needs the context.
func (j *judge) needs(st sqlcheck.Statement) (string, bool) {
	switch st.Op {
	case sqlcheck.Select, sqlcheck.Insert, sqlcheck.Update, sqlcheck.Delete, sqlcheck.Merge,
		sqlcheck.CopyFrom, sqlcheck.CopyTo:
	default:
		return "", false
	}
	for _, r := range st.Relations {
		if t, ok := j.Relation(r.Name); ok {
			if t != nil && t.Schema != "" && t.Schema != "public" {
				return t.Schema + "." + t.Name, true
			}
			return r.Name.Name, true
		}
	}
	return "", false
}

func operationName(st sqlcheck.Statement) string {
	switch st.Op {
	case sqlcheck.Insert:
		return "INSERT"
	case sqlcheck.Update:
		return "UPDATE"
	case sqlcheck.Delete:
		return "DELETE"
	case sqlcheck.Merge:
		return "MERGE"
	case sqlcheck.CopyFrom, sqlcheck.CopyTo:
		return "COPY"
	}
	return "SELECT"
}
