package sqlcheck

import (
	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// topSelect walks a SELECT that is the statement.
func (w *walker) topSelect(s *pg.SelectStmt) {
	if w.isHole(s) {
		w.with(s.GetWithClause())
		w.onlyHole = s.GetWithClause() == nil
		w.st.Op = Other
		return
	}
	w.selectStmt(s, where{certain: true})
	if onlySetsConfig(s) {
		w.st.Op = Set
	}
}

// isHole reports whether a SELECT is what fill wrote for a whole query.
func (w *walker) isHole(s *pg.SelectStmt) bool {
	list := s.GetTargetList()
	if len(list) != 1 {
		return false
	}
	_, ok := w.onlyMarkers(list[0].GetResTarget().GetName())
	return ok && list[0].GetResTarget().GetVal().GetAConst() != nil
}

// onlySetsConfig reports whether all that a SELECT does is to call set_config.
func onlySetsConfig(s *pg.SelectStmt) bool {
	if s.GetOp() != pg.SetOperation_SETOP_NONE || len(s.GetFromClause()) > 0 || len(s.GetTargetList()) == 0 || s.GetWithClause() != nil {
		return false
	}
	for _, t := range s.GetTargetList() {
		v := t.GetResTarget().GetVal()
		for v.GetTypeCast() != nil {
			v = v.GetTypeCast().GetArg()
		}
		if !isSetConfig(v.GetFuncCall()) {
			return false
		}
	}
	return true
}

// query walks a statement inside another one.
func (w *walker) query(n *pg.Node, at where) {
	switch n := n.GetNode().(type) {
	case *pg.Node_SelectStmt:
		w.selectStmt(n.SelectStmt, at)
	case *pg.Node_InsertStmt:
		w.insert(n.InsertStmt)
	case *pg.Node_UpdateStmt:
		w.update(n.UpdateStmt)
	case *pg.Node_DeleteStmt:
		w.delete(n.DeleteStmt)
	case *pg.Node_MergeStmt:
		w.merge(n.MergeStmt)
	}
}

// plain reports whether a SELECT evaluates its target list exactly once.
func plain(s *pg.SelectStmt) bool {
	return s.GetOp() == pg.SetOperation_SETOP_NONE && s.GetWhereClause() == nil && s.GetHavingClause() == nil &&
		len(s.GetGroupClause()) == 0 && s.GetWithClause() == nil && s.GetLimitCount() == nil && s.GetLimitOffset() == nil &&
		len(s.GetDistinctClause()) == 0 && s.GetIntoClause() == nil
}

func (w *walker) selectStmt(s *pg.SelectStmt, at where) {
	leave := w.with(s.GetWithClause())
	defer leave()
	at.certain = at.certain && plain(s)
	inner := at.inner()
	list := at
	from := s.GetFromClause()
	list.certain = at.certain && len(from) == 0
	for _, n := range s.GetTargetList() {
		w.expr(n.GetResTarget().GetVal(), list)
	}
	for _, n := range from {
		f := inner
		f.certain = at.certain && len(from) == 1
		w.from(n, AsFrom, f)
	}
	w.expr(s.GetWhereClause(), inner)
	w.exprs(s.GetGroupClause(), inner)
	w.expr(s.GetHavingClause(), inner)
	w.exprs(s.GetWindowClause(), inner)
	for _, row := range s.GetValuesLists() {
		w.exprs(row.GetList().GetItems(), at)
	}
	w.exprs(s.GetSortClause(), inner)
	w.exprs(s.GetDistinctClause(), inner)
	w.expr(s.GetLimitOffset(), inner)
	w.expr(s.GetLimitCount(), inner)
	if l := s.GetLarg(); l != nil {
		w.selectStmt(l, inner)
	}
	if r := s.GetRarg(); r != nil {
		w.selectStmt(r, inner)
	}
}

// from walks an item of a FROM clause.
func (w *walker) from(n *pg.Node, role Role, at where) {
	switch v := n.GetNode().(type) {
	case *pg.Node_RangeVar:
		w.relation(v.RangeVar, role)
	case *pg.Node_RangeSubselect:
		w.subselect(v.RangeSubselect.GetSubquery(), at)
	case *pg.Node_JoinExpr:
		w.from(v.JoinExpr.GetLarg(), AsJoin, at.inner())
		w.from(v.JoinExpr.GetRarg(), AsJoin, at.inner())
		w.expr(v.JoinExpr.GetQuals(), at.inner())
	case *pg.Node_RangeFunction:
		w.rangeFunction(v.RangeFunction, at)
	case *pg.Node_RangeTableSample:
		w.from(v.RangeTableSample.GetRelation(), AsSample, at.inner())
		w.exprs(v.RangeTableSample.GetArgs(), at.inner())
		w.expr(v.RangeTableSample.GetRepeatable(), at.inner())
	case nil:
	default: // XMLTABLE, JSON_TABLE
		w.generic(n, at.inner())
	}
}

// subselect walks a query in FROM or in an expression.
func (w *walker) subselect(n *pg.Node, at where) {
	leave := w.enter(InSubselect)
	defer leave()
	w.query(n, at.inner())
}

func (w *walker) rangeFunction(f *pg.RangeFunction, at where) {
	for _, item := range f.GetFunctions() {
		// Each item is a list of the call and its column definitions.
		items := item.GetList().GetItems()
		if len(items) == 0 {
			continue
		}
		call := items[0].GetFuncCall()
		if call != nil && !isSetConfig(call) {
			if name := functionName(call); !w.isMarked(name.Name) && !w.isMarked(name.Schema) {
				w.st.Functions = append(w.st.Functions, name)
			}
		}
		w.expr(items[0], at)
	}
}

func functionName(c *pg.FuncCall) Name {
	var n Name
	parts := c.GetFuncname()
	if k := len(parts); k > 0 {
		n.Name = parts[k-1].GetString_().GetSval()
		if k > 1 {
			n.Schema = parts[k-2].GetString_().GetSval()
		}
	}
	return n
}

func (w *walker) insert(s *pg.InsertStmt) {
	leave := w.with(s.GetWithClause())
	defer leave()
	target := w.target(s.GetRelation(), true)
	for _, c := range s.GetCols() {
		w.exprs(c.GetResTarget().GetIndirection(), where{})
	}
	if q := s.GetSelectStmt(); q != nil {
		w.query(q, where{})
	}
	if c := s.GetOnConflictClause(); c != nil {
		w.exprs(c.GetInfer().GetIndexElems(), where{})
		w.expr(c.GetInfer().GetWhereClause(), where{})
		w.assignments(c.GetTargetList())
		w.expr(c.GetWhereClause(), where{})
	}
	w.returning(target, s)
	w.insertion(target, s)
}

func (w *walker) update(s *pg.UpdateStmt) {
	leave := w.with(s.GetWithClause())
	defer leave()
	target := w.target(s.GetRelation(), true)
	w.assignments(s.GetTargetList())
	for _, n := range s.GetFromClause() {
		w.from(n, AsUsing, where{})
	}
	w.expr(s.GetWhereClause(), where{})
	w.returning(target, s)
	w.assigned(target, s, s.GetTargetList(), s.GetRelation().GetLocation(), nil)
}

func (w *walker) delete(s *pg.DeleteStmt) {
	leave := w.with(s.GetWithClause())
	defer leave()
	target := w.target(s.GetRelation(), true)
	for _, n := range s.GetUsingClause() {
		w.from(n, AsUsing, where{})
	}
	w.expr(s.GetWhereClause(), where{})
	w.returning(target, s)
}

func (w *walker) merge(s *pg.MergeStmt) {
	leave := w.with(s.GetWithClause())
	defer leave()
	target := w.target(s.GetRelation(), true)
	w.from(s.GetSourceRelation(), AsUsing, where{})
	w.expr(s.GetJoinCondition(), where{})
	for _, n := range s.GetMergeWhenClauses() {
		c := n.GetMergeWhenClause()
		w.expr(c.GetCondition(), where{})
		w.assignments(c.GetTargetList())
		w.exprs(c.GetValues(), where{})
		w.mergeAction(target, c, s)
	}
	w.returning(target, s)
}

// returning walks the RETURNING list of a statement.
func (w *walker) returning(target int, stmt any) {
	list := pg.Returning(stmt)
	if len(list) > 0 && target >= 0 {
		w.st.Relations[target].Returned = true
	}
	w.exprs(list, where{})
}

// assignments walks the targets of SET (..).
func (w *walker) assignments(list []*pg.Node) {
	for _, n := range list {
		t := n.GetResTarget()
		w.exprs(t.GetIndirection(), where{})
		if m := t.GetVal().GetMultiAssignRef(); m != nil {
			// (a, b) = (SELECT ..) repeats its source for each column.
			if m.GetColno() == 1 {
				w.expr(m.GetSource(), where{})
			}
			continue
		}
		w.expr(t.GetVal(), where{})
	}
}
