package schema

import (
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

func (r *replay) createTableAs(s *pg.CreateTableAsStmt, text string) {
	into := s.GetInto()
	if r.isTemporary(into.GetRel()) {
		return
	}
	kind, what := BaseTable, "created from a query"
	if s.GetObjtype() == pg.ObjectType_OBJECT_MATVIEW {
		kind, what = MaterializedView, "created"
	}
	t := r.create(into.GetRel(), kind, what)
	if t == nil {
		return
	}
	columns, known := r.resultColumns(s.GetQuery().GetSelectStmt())
	rename(columns, names(into.GetColNames()))
	t.Columns, t.Incomplete = columns, !known
	if kind == MaterializedView {
		r.setQuery(t, s.GetQuery(), text)
	} else {
		t.CopyOf = slices.DeleteFunc(r.reads(s.GetQuery()), func(n string) bool { return n == t.key() }) // SELECT .. INTO names it
	}
}

func (r *replay) readsTemporary(query *pg.Node) bool {
	found := false
	if len(r.temporary) > 0 {
		walkRanges(query, func(v *pg.RangeVar) {
			found = found || v.GetSchemaname() == "" && r.temporary[v.GetRelname()]
		})
	}
	return found
}

// setQuery gives a view its query; text is that of the statement.
func (r *replay) setQuery(t *table, query *pg.Node, text string) {
	t.Reads, t.Calls = r.reads(query), r.callees(query)
	t.query = query.GetSelectStmt()
	if t.Query = queryText(text); t.Query == "" {
		t.Query = deparsed(query)
	}
}

// queryText cuts the query out of a statement that makes a view.
func queryText(text string) string {
	ts := tokens(text)
	depth := 0
	for i, t := range ts {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case t.is("recursive") && depth == 0:
			return "" // what is written is a part of the query
		case t.is("as") && depth == 0:
			return foldSpace(text, withoutTail(ts[i+1:]))
		}
	}
	return ""
}

// withoutTail cuts off WITH [NO] DATA and WITH .. CHECK OPTION.
func withoutTail(ts []token) []token {
	for i := len(ts) - 1; i >= 0; i-- {
		switch t := ts[i]; {
		case t.is("with"):
			return ts[:i]
		case !t.is("no") && !t.is("data") && !t.is("local") && !t.is("cascaded") && !t.is("check") && !t.is("option"):
			return ts
		}
	}
	return ts
}

// createView is CREATE [OR REPLACE] VIEW. What the new statement leaves out is
// lost: options don't stay, as owner and grants do.
func (r *replay) createView(s *pg.ViewStmt, text string) {
	if r.isTemporary(s.GetView()) {
		return
	}
	if s.GetView().GetSchemaname() == "" && r.readsTemporary(s.GetQuery()) { // a view on such a table is one too
		r.temporary[s.GetView().GetRelname()] = true
		return
	}
	schema, name := r.newKey(s.GetView())
	t := r.tables[key(schema, name)]
	if t != nil && s.GetReplace() {
		r.event(t, Replaced, "", "replaced")
	} else if t = r.create(s.GetView(), View, "created"); t == nil {
		return
	}
	var lost []*pg.Node
	for _, o := range viewOptionNames {
		if option(s.GetOptions(), o) == nil {
			lost = append(lost, &pg.Node{Node: &pg.Node_DefElem{DefElem: &pg.DefElem{Defname: o}}})
		}
	}
	r.resetViewOptions(t, lost)
	r.viewOptions(t, s.GetOptions())
	switch s.GetWithCheckOption() {
	case pg.ViewCheckOption_LOCAL_CHECK_OPTION:
		t.CheckOption = "local"
	case pg.ViewCheckOption_CASCADED_CHECK_OPTION:
		t.CheckOption = "cascaded"
	}
	columns, known := r.resultColumns(s.GetQuery().GetSelectStmt())
	rename(columns, names(s.GetAliases()))
	t.Columns, t.Incomplete = columns, !known
	r.setQuery(t, s.GetQuery(), text)
}

var viewOptionNames = []string{"security_invoker", "security_barrier", "check_option"}

// viewOptions sets options of a view.
func (r *replay) viewOptions(t *table, options []*pg.Node) {
	for _, n := range options {
		switch d := n.GetDefElem(); d.GetDefname() {
		case "security_invoker":
			r.viewFlag(t, &t.SecurityInvoker, isTrue(d), d.GetDefname())
		case "security_barrier":
			r.viewFlag(t, &t.SecurityBarrier, isTrue(d), d.GetDefname())
		case "check_option":
			t.CheckOption, _ = optionText(d)
		}
	}
}

func (r *replay) resetViewOptions(t *table, options []*pg.Node) {
	for _, n := range options {
		switch n.GetDefElem().GetDefname() {
		case "security_invoker":
			r.viewFlag(t, &t.SecurityInvoker, false, "security_invoker")
		case "security_barrier":
			r.viewFlag(t, &t.SecurityBarrier, false, "security_barrier")
		case "check_option":
			t.CheckOption = ""
		}
	}
}

func (r *replay) viewFlag(t *table, f *bool, value bool, name string) {
	if *f == value {
		return
	}
	*f = value
	if value {
		r.event(t, OptionSet, name, "%s set", name)
	} else {
		r.event(t, OptionLost, name, "%s lost", name)
	}
}

// dropViewsOf drops the views that use a column dropped with CASCADE.
func (r *replay) dropViewsOf(t *table, column string) {
	for _, v := range r.sortedTables() {
		if v.query == nil || !slices.Contains(v.Reads, t.key()) {
			continue
		}
		uses := false
		walk(queryNode(v.query), func(n *pg.Node) bool {
			if fields := n.GetColumnRef().GetFields(); len(fields) > 0 {
				last := fields[len(fields)-1]
				uses = uses || last.GetAStar() != nil || last.GetString_().GetSval() == column
			}
			return !uses
		})
		if uses {
			r.drop(v)
		}
	}
}
