package sqlcheck

import (
	"sort"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// insertion notes the rows that an INSERT puts in.
func (w *walker) insertion(target int, s *pg.InsertStmt) {
	if target < 0 {
		return
	}
	in := Insertion{Relation: target, Pos: w.pos(s.GetRelation().GetLocation())}
	in.Columns, in.Loose = w.columns(s.GetCols())
	in.Positional = len(s.GetCols()) == 0
	var values []origin
	if q := s.GetSelectStmt().GetSelectStmt(); q != nil {
		var exact bool
		values, exact = w.output(q)
		in.Loose = in.Loose || !exact
	} else {
		in.Defaults, in.Positional = true, false
	}
	if in.Positional {
		in.Columns = w.inOrder(target, len(values), counted(s.GetSelectStmt().GetSelectStmt()))
	}
	w.give(in.Columns, values)
	inserted := map[string]origin{}
	for _, c := range in.Columns {
		inserted[c.Column] = origin{from: c.From, param: int32(c.Param), text: c.Text}
	}
	if c := s.GetOnConflictClause(); c != nil {
		in.Conflict = w.conflict(c)
		if in.Conflict.Update {
			w.assigned(target, c, c.GetTargetList(), c.GetLocation(), inserted)
		}
	}
	put(&w.inserts, any(s), len(w.st.Inserts))
	w.st.Inserts = append(w.st.Inserts, in)
}

// inOrder gives the columns that an INSERT without a column list fills: those of
// the table as the catalog has them, the ones left over with their default. It
// is nil where they are not known.
func (w *walker) inOrder(target, values int, counted bool) []ColumnValue {
	rel := w.st.Relations[target]
	if w.catalog == nil || rel.Hole || rel.SchemaHole {
		return nil
	}
	names, known := w.catalog.Columns(rel.Name)
	if !known || values > len(names) {
		return nil
	}
	out := make([]ColumnValue, len(names))
	for i, name := range names {
		out[i] = ColumnValue{Column: name, Pos: rel.Pos}
		if counted && i >= values {
			out[i].From = FromDefault
		}
	}
	return out
}

// counted reports whether the number of a query's columns can be read off it.
func counted(s *pg.SelectStmt) bool {
	if s == nil || s.GetOp() != pg.SetOperation_SETOP_NONE {
		return false
	}
	for _, n := range s.GetTargetList() {
		if isStar(n.GetResTarget().GetVal()) {
			return false
		}
	}
	return true
}

// columns reads the column list of an INSERT; loose is true if a hole is in it.
func (w *walker) columns(list []*pg.Node) (out []ColumnValue, loose bool) {
	for _, n := range list {
		c := n.GetResTarget()
		if w.isMarked(c.GetName()) {
			if w.isSyntax(c.GetName()) {
				return out, true
			}
			// A name that is filled in stands for one column, which keeps the others
			// in their places; its own name is "".
			out = append(out, ColumnValue{Pos: w.pos(c.GetLocation())})
			loose = true
			continue
		}
		out = append(out, ColumnValue{Column: c.GetName(), Pos: w.pos(c.GetLocation())})
	}
	return out, loose
}

// give sets the values of columns, in their order.
func (w *walker) give(columns []ColumnValue, values []origin) {
	for i := range columns {
		if i < len(values) {
			c := &columns[i]
			c.From, c.Param, c.Text = values[i].from, int(values[i].param), values[i].text
		}
	}
}

// output gives the origins of a query's columns, with VALUES what all rows have
// in common. It is not exact where a hole could bring in columns or rows.
func (w *walker) output(s *pg.SelectStmt) (out []origin, exact bool) {
	if s.GetOp() != pg.SetOperation_SETOP_NONE {
		return nil, true
	}
	exact = true
	for i, row := range s.GetValuesLists() {
		for j, n := range row.GetList().GetItems() {
			o := w.origin(n)
			exact = exact && !w.isFragment(n)
			switch {
			case i == 0:
				out = append(out, o)
			case j < len(out):
				out[j] = out[j].common(o)
			}
		}
	}
	for _, n := range s.GetTargetList() {
		v := n.GetResTarget().GetVal()
		if isStar(v) || w.isFragment(v) {
			return out, isStar(v)
		}
		out = append(out, w.origin(v))
	}
	return out, exact
}

// isFragment reports whether an expression is a hole that stands for syntax.
func (w *walker) isFragment(n *pg.Node) bool {
	fields := n.GetColumnRef().GetFields()
	if len(fields) != 1 {
		return false
	}
	_, ok := w.onlyMarkers(fields[0].GetString_().GetSval())
	return ok && !w.isValueHole(n.GetColumnRef())
}

// isSyntax reports whether a name was written for a hole that stands for syntax.
func (w *walker) isSyntax(name string) bool {
	ids, ok := w.onlyMarkers(name)
	return ok && w.holes[ids[0]].place == InFragment
}

// isStar reports whether an expression is * or a.*.
func isStar(n *pg.Node) bool {
	fields := n.GetColumnRef().GetFields()
	return len(fields) > 0 && fields[len(fields)-1].GetAStar() != nil
}

func (w *walker) conflict(s *pg.OnConflictClause) *Conflict {
	c := &Conflict{
		Update: s.GetAction() == pg.OnConflictAction_ONCONFLICT_UPDATE,
		Pos:    w.pos(s.GetLocation()),
	}
	infer := s.GetInfer()
	c.Partial = infer.GetWhereClause() != nil
	if name := infer.GetConname(); !w.isMarked(name) {
		c.Constraint = name
	}
	for _, n := range infer.GetIndexElems() {
		switch e := n.GetIndexElem(); {
		case e.GetExpr() != nil || w.isMarked(e.GetName()):
			c.Expression = true
		default:
			c.Columns = append(c.Columns, e.GetName())
		}
	}
	sort.Strings(c.Columns)
	return c
}

// assigned notes a SET list. What it takes from the row that was to be inserted
// has the origin of the value there.
func (w *walker) assigned(target int, by any, list []*pg.Node, location int32, inserted map[string]origin) {
	if target < 0 || len(list) == 0 {
		return
	}
	a := Assignments{Relation: target, Pos: w.pos(location)}
	for _, n := range list {
		t := n.GetResTarget()
		if w.isSyntax(t.GetName()) {
			a.Loose = true
			continue
		}
		c := ColumnValue{Column: t.GetName(), Pos: w.pos(t.GetLocation())}
		if w.isMarked(c.Column) {
			c.Column, a.Loose = "", true
		}
		val := t.GetVal()
		if m := val.GetMultiAssignRef(); m != nil {
			val = assignedPart(m)
		}
		o := w.origin(val)
		if name, ok := excluded(val); ok {
			o = inserted[name]
		}
		c.From, c.Param, c.Text = o.from, int(o.param), o.text
		c.Kept = c.Column != "" && w.keeps(target, c.Column, val)
		a.Columns = append(a.Columns, c)
	}
	put(&w.updates, by, len(w.st.Updates))
	w.st.Updates = append(w.st.Updates, a)
}

// assignedPart finds the value of one column in SET (a, b) = (1, 2), nil if
// the values come from a sub-select.
func assignedPart(m *pg.MultiAssignRef) *pg.Node {
	row := m.GetSource().GetRowExpr().GetArgs()
	if i := int(m.GetColno()) - 1; i >= 0 && i < len(row) {
		return row[i]
	}
	return nil
}

// excluded reads excluded.x, the value that was to be inserted.
func excluded(n *pg.Node) (column string, ok bool) {
	fields := uncast(n).GetColumnRef().GetFields()
	if len(fields) != 2 || fields[0].GetString_().GetSval() != "excluded" {
		return "", false
	}
	return fields[1].GetString_().GetSval(), fields[1].GetString_() != nil
}

// mergeAction notes the rows that a WHEN clause of a MERGE puts in or changes.
func (w *walker) mergeAction(target int, c *pg.MergeWhenClause, s *pg.MergeStmt) {
	location := s.GetRelation().GetLocation()
	switch c.GetCommandType() {
	case pg.CmdType_CMD_UPDATE:
		w.assigned(target, c, c.GetTargetList(), location, nil)
	case pg.CmdType_CMD_INSERT:
		if target < 0 {
			return
		}
		in := Insertion{Relation: target, Pos: w.pos(location)}
		in.Columns, in.Loose = w.columns(c.GetTargetList())
		var values []origin
		for _, n := range c.GetValues() {
			values = append(values, w.origin(n))
			in.Loose = in.Loose || w.isFragment(n)
		}
		in.Defaults = len(c.GetValues()) == 0
		in.Positional = len(in.Columns) == 0 && !in.Defaults
		w.give(in.Columns, values)
		put(&w.inserts, any(c), len(w.st.Inserts))
		w.st.Inserts = append(w.st.Inserts, in)
	}
}
