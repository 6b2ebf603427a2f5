package site

import (
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// relevant tells which tenant relation of an event needs the tenant's context.
func (j *judge) relevant(ev *scope.Event) (scope.Wants, bool) {
	wants, _, ok := j.relevantWord(ev)
	return wants, ok
}

// A Word is a place in a text that a site sends.
type Word struct {
	Text scope.Text
	Pos  int // byte offset in the rendered text
}

// relevantWord also tells where the relation stands in the site's own text.
func (j *judge) relevantWord(ev *scope.Event) (wants scope.Wants, word *Word, ok bool) {
	if !ev.IsStatement() {
		return scope.Wants{}, nil, false
	}
	if ev.Need != nil {
		return ev.Need.Wants, nil, !ev.Need.MustTx
	}
	if j.dialect.of(ev) {
		return scope.Wants{}, nil, false
	}
	if ev.Batched {
		return scope.Wants{}, nil, false // an earlier item of the batch set the context
	}
	for _, t := range ev.Texts {
		scoped := false
		for _, st := range t.Facts.Statements {
			if scoped {
				break
			}
			if w, pos, found := j.needs(st); found && (!ok || !w.Shared) {
				wants, word, ok = w, &Word{t, pos}, true
				if !w.Shared {
					return wants, word, true
				}
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
	return wants, word, ok
}

// needs returns the first relation of a statement that needs the context, and
// where it stands in the text. One of which the statement may want no more than the
// rows that are everybody's comes last.
func (j *judge) needs(st sqlcheck.Statement) (wants scope.Wants, pos int, ok bool) {
	switch st.Op {
	case sqlcheck.Select, sqlcheck.Insert, sqlcheck.Update, sqlcheck.Delete, sqlcheck.Merge,
		sqlcheck.CopyFrom, sqlcheck.CopyTo:
	default:
		return scope.Wants{}, 0, false
	}
	for i, r := range st.Relations {
		t, isTenants := j.Relation(r.Name)
		if !isTenants {
			continue
		}
		shared := j.maySuffice(t, st, i)
		if ok && shared {
			continue
		}
		name := r.Name.Name
		if t != nil && t.Schema != "" && t.Schema != "public" {
			name = t.Schema + "." + t.Name
		}
		wants, pos, ok = scope.Wants{Relation: name, Operation: operationName(st), Shared: shared}, r.Pos, true
		if !shared {
			break
		}
	}
	return wants, pos, ok
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
