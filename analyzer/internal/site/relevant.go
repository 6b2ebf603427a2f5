package site

import (
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// relevant tells which tenant relation of an event needs the tenant's context.
func (j *judge) relevant(ev *scope.Event) (relation, operation string, ok bool) {
	relation, operation, _, ok = j.relevantWord(ev)
	return relation, operation, ok
}

// A Word is a place in a text that a site sends.
type Word struct {
	Text scope.Text
	Pos  int // byte offset in the rendered text
}

// relevantWord also tells where the relation stands in the site's own text.
func (j *judge) relevantWord(ev *scope.Event) (relation, operation string, word *Word, ok bool) {
	if !ev.IsStatement() {
		return "", "", nil, false
	}
	if ev.Need != nil {
		return ev.Need.Relation, ev.Need.Operation, nil, !ev.Need.MustTx
	}
	if j.dialect.of(ev) {
		return "", "", nil, false
	}
	if ev.Batched {
		return "", "", nil, false // an earlier item of the batch set the context
	}
	for _, t := range ev.Texts {
		scoped := false
		for _, st := range t.Facts.Statements {
			if scoped {
				break
			}
			if relation, pos, ok := j.needs(st); ok {
				return relation, operationName(st), &Word{t, pos}, true
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
	return "", "", nil, false
}

// needs returns the first relation of a statement that needs the context, and
// where it stands in the text.
func (j *judge) needs(st sqlcheck.Statement) (relation string, pos int, ok bool) {
	switch st.Op {
	case sqlcheck.Select, sqlcheck.Insert, sqlcheck.Update, sqlcheck.Delete, sqlcheck.Merge,
		sqlcheck.CopyFrom, sqlcheck.CopyTo:
	default:
		return "", 0, false
	}
	for _, r := range st.Relations {
		if t, ok := j.Relation(r.Name); ok {
			if t != nil && t.Schema != "" && t.Schema != "public" {
				return t.Schema + "." + t.Name, r.Pos, true
			}
			return r.Name.Name, r.Pos, true
		}
	}
	return "", 0, false
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
