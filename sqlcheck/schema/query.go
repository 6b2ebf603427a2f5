package schema

import (
	"slices"
	"strconv"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// maxRows bounds the result of a query in migration code.
const maxRows = 20_000

// A relationRows is one FROM item's rows; unknown when they can't be told.
type relationRows struct {
	alias   string
	rows    []value
	unknown bool
}

// query runs a SELECT over the catalog as it is now. It is false when the
// result depends on something that is not known.
func (e *env) query(s *pg.SelectStmt) (rows []value, ok bool) {
	if s.GetOp() != pg.SetOperation_SETOP_NONE && s.GetLarg() != nil {
		return e.setOperation(s)
	}
	q := &env{r: e.r, params: e.params, outer: e}
	for _, c := range s.GetWithClause().GetCtes() {
		_ = c
		return nil, false
	}
	if len(s.GetValuesLists()) > 0 {
		return e.values(s)
	}
	var items []relationRows
	var conds []*pg.Node
	for _, f := range s.GetFromClause() {
		items, conds = e.fromItem(q, f, items, conds)
	}
	if where := s.GetWhereClause(); where != nil {
		conds = append(conds, conjuncts(where)...)
	}
	if len(s.GetGroupClause()) > 0 || s.GetHavingClause() != nil || s.GetLimitOffset() != nil {
		return nil, false
	}
	var sortKeys []string
	ok = q.join(items, conds, func() bool {
		out, expanded := q.project(s.GetTargetList())
		if !expanded {
			return false
		}
		rows = append(rows, out...)
		if len(s.GetSortClause()) > 0 {
			k := q.sortKey(s.GetSortClause())
			for range out {
				sortKeys = append(sortKeys, k)
			}
		}
		return len(rows) <= maxRows
	})
	if !ok {
		return nil, false
	}
	rows = sorted(rows, sortKeys)
	if len(s.GetDistinctClause()) > 0 {
		rows = distinct(rows)
	}
	if n := s.GetLimitCount(); n != nil {
		count, err := strconv.Atoi(e.eval(n).text)
		if err != nil || count < 0 {
			return nil, false
		}
		rows = rows[:min(count, len(rows))]
	}
	return rows, true
}

func (e *env) setOperation(s *pg.SelectStmt) ([]value, bool) {
	left, ok := e.query(s.GetLarg())
	right, ok2 := e.query(s.GetRarg())
	if !ok || !ok2 {
		return nil, false
	}
	in := func(rows []value, v value) bool {
		return slices.ContainsFunc(rows, func(o value) bool { return rowKey(o) == rowKey(v) })
	}
	switch s.GetOp() {
	case pg.SetOperation_SETOP_UNION:
		rows := append(left, right...)
		if !s.GetAll() {
			rows = distinct(rows)
		}
		return rows, true
	case pg.SetOperation_SETOP_EXCEPT:
		return slices.DeleteFunc(left, func(v value) bool { return in(right, v) }), true
	case pg.SetOperation_SETOP_INTERSECT:
		return slices.DeleteFunc(left, func(v value) bool { return !in(right, v) }), true
	}
	return nil, false
}

func (e *env) values(s *pg.SelectStmt) ([]value, bool) {
	var rows []value
	for _, l := range s.GetValuesLists() {
		row := value{kind: valRow}
		for i, n := range l.GetList().GetItems() {
			row.cols = append(row.cols, "column"+strconv.Itoa(i+1))
			row.list = append(row.list, e.eval(n).single())
		}
		rows = append(rows, row)
	}
	return rows, true
}

// fromItem adds the relations of a FROM item, and its join conditions.
func (e *env) fromItem(q *env, n *pg.Node, items []relationRows, conds []*pg.Node) ([]relationRows, []*pg.Node) {
	switch {
	case n.GetRangeVar() != nil:
		v := n.GetRangeVar()
		alias := v.GetRelname()
		if v.GetAlias() != nil {
			alias = v.GetAlias().GetAliasname()
		}
		rows, ok := e.r.systemRows(v.GetSchemaname(), v.GetRelname())
		items = append(items, relationRows{alias, rows, !ok})
	case n.GetRangeSubselect() != nil:
		sub := n.GetRangeSubselect()
		rows, ok := e.query(sub.GetSubquery().GetSelectStmt())
		items = append(items, relationRows{sub.GetAlias().GetAliasname(), renameColumns(rows, sub.GetAlias()), !ok})
	case n.GetRangeFunction() != nil:
		items = append(items, e.functionRows(n.GetRangeFunction()))
	case n.GetJoinExpr() != nil:
		j := n.GetJoinExpr()
		inner := j.GetJointype() == pg.JoinType_JOIN_INNER && !j.GetIsNatural() && len(j.GetUsingClause()) == 0
		if !inner {
			return append(items, relationRows{unknown: true}), conds
		}
		items, conds = e.fromItem(q, j.GetLarg(), items, conds)
		items, conds = e.fromItem(q, j.GetRarg(), items, conds)
		if j.GetQuals() != nil {
			conds = append(conds, conjuncts(j.GetQuals())...)
		}
	default:
		items = append(items, relationRows{unknown: true})
	}
	return items, conds
}

func (e *env) functionRows(f *pg.RangeFunction) relationRows {
	out := relationRows{alias: f.GetAlias().GetAliasname(), unknown: true}
	if len(f.GetFunctions()) != 1 || f.GetOrdinality() {
		return out
	}
	items := f.GetFunctions()[0].GetList().GetItems()
	if len(items) == 0 || items[0].GetFuncCall() == nil {
		return out
	}
	list, ok := e.unnest(items[0].GetFuncCall())
	if !ok {
		return out
	}
	name := out.alias
	if name == "" {
		name = "unnest"
		out.alias = name
	}
	for _, v := range list {
		out.rows = append(out.rows, value{kind: valRow, cols: []string{name}, list: []value{v}})
	}
	out.rows, out.unknown = renameColumns(out.rows, f.GetAlias()), false
	return out
}

// unnest evaluates a set-returning function over constants.
func (e *env) unnest(f *pg.FuncCall) ([]value, bool) {
	_, name := qualified(f.GetFuncname())
	args := f.GetArgs()
	switch {
	case name == "unnest" && len(args) == 1:
		v := e.eval(args[0]).single()
		if v.kind == valText {
			v = parseArray(v.text)
		}
		return v.list, v.kind == valList
	case (name == "regexp_split_to_table" || name == "string_to_table") && len(args) == 2:
		v := builtin(e.r, "string_to_array", []value{e.eval(args[0]), e.eval(args[1])})
		return v.list, v.kind == valList && name == "string_to_table"
	case name == "generate_series" && len(args) == 2:
		low, err1 := strconv.Atoi(e.eval(args[0]).text)
		high, err2 := strconv.Atoi(e.eval(args[1]).text)
		if err1 != nil || err2 != nil || high-low > 1000 {
			return nil, false
		}
		var out []value
		for i := low; i <= high; i++ {
			out = append(out, numberValue(i))
		}
		return out, true
	}
	return nil, false
}

func renameColumns(rows []value, alias *pg.Alias) []value {
	cols := names(alias.GetColnames())
	for i := range rows {
		rows[i].cols = slices.Clone(rows[i].cols)
		copy(rows[i].cols, cols)
	}
	return rows
}

func conjuncts(n *pg.Node) []*pg.Node {
	if b := n.GetBoolExpr(); b != nil && b.GetBoolop() == pg.BoolExprType_AND_EXPR {
		var out []*pg.Node
		for _, a := range b.GetArgs() {
			out = append(out, conjuncts(a)...)
		}
		return out
	}
	return []*pg.Node{n}
}

// join goes through the combinations of rows that satisfy the conditions. A
// condition that is already false with the rows bound so far cuts the search;
// one that is not known with all of them bound makes the result unknown.
func (q *env) join(items []relationRows, conds []*pg.Node, emit func() bool) bool {
	var cond value
	for _, c := range conds {
		if cond = q.eval(c).single(); cond.isFalse() || len(items) == 0 && cond.kind == valNull {
			return true
		}
		if len(items) == 0 && !cond.known() {
			return false
		}
	}
	if len(items) == 0 {
		return emit()
	}
	if items[0].unknown {
		return false
	}
	q.rows = append(q.rows, boundRow{alias: items[0].alias})
	defer func() { q.rows = q.rows[:len(q.rows)-1] }()
	for _, row := range items[0].rows {
		q.rows[len(q.rows)-1].row = row
		if !q.join(items[1:], conds, emit) {
			return false
		}
	}
	return true
}

// project evaluates the target list for the rows bound; a set-returning
// function makes several rows.
func (q *env) project(targets []*pg.Node) ([]value, bool) {
	row := value{kind: valRow}
	expand, at := []value(nil), -1
	for _, n := range targets {
		t := n.GetResTarget()
		fields := t.GetVal().GetColumnRef().GetFields()
		name := t.GetName()
		switch {
		case len(fields) > 0 && fields[len(fields)-1].GetAStar() != nil:
			for _, b := range q.rows {
				if len(fields) == 1 || fields[0].GetString_().GetSval() == b.alias {
					row.cols, row.list = append(row.cols, b.row.cols...), append(row.list, b.row.list...)
				}
			}
			continue
		case name != "":
		case len(fields) > 0:
			name = fields[len(fields)-1].GetString_().GetSval()
		case t.GetVal().GetFuncCall() != nil:
			_, name = qualified(t.GetVal().GetFuncCall().GetFuncname())
		default:
			name = "?column?"
		}
		if f := t.GetVal().GetFuncCall(); f != nil {
			if list, ok := q.unnest(f); ok && at < 0 {
				expand, at = list, len(row.list)
				row.cols, row.list = append(row.cols, name), append(row.list, value{})
				continue
			}
			if isAggregate(f) {
				return nil, false
			}
		}
		row.cols, row.list = append(row.cols, name), append(row.list, q.eval(t.GetVal()).single())
	}
	if at < 0 {
		return []value{row}, true
	}
	var out []value
	for _, v := range expand {
		r := row
		r.list = slices.Clone(row.list)
		r.list[at] = v
		out = append(out, r)
	}
	return out, true
}

func isAggregate(f *pg.FuncCall) bool {
	switch _, name := qualified(f.GetFuncname()); name {
	case "count", "array_agg", "string_agg", "max", "min", "sum", "bool_or", "bool_and", "jsonb_agg", "json_agg":
		return true
	}
	return false
}

func (q *env) sortKey(clause []*pg.Node) string {
	row := value{kind: valRow}
	for _, n := range clause {
		row.list = append(row.list, q.eval(n.GetSortBy().GetNode()).single())
	}
	return rowKey(row)
}

// sorted orders rows by their keys; for what migrations do to each row the
// direction does not matter.
func sorted(rows []value, keys []string) []value {
	if len(keys) != len(rows) {
		return rows
	}
	index := make([]int, len(rows))
	for i := range index {
		index[i] = i
	}
	slices.SortStableFunc(index, func(a, b int) int { return compareStrings(keys[a], keys[b]) })
	out := make([]value, len(rows))
	for i, j := range index {
		out[i] = rows[j]
	}
	return out
}

func compareStrings(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func rowKey(v value) string {
	if v.kind != valRow && v.kind != valList {
		return strconv.Itoa(int(v.kind)) + v.text + "\x00"
	}
	k := ""
	for _, f := range v.list {
		k += rowKey(f)
	}
	return k
}

func distinct(rows []value) []value {
	seen := map[string]bool{}
	return slices.DeleteFunc(rows, func(v value) bool {
		k := rowKey(v)
		was := seen[k]
		seen[k] = true
		return was
	})
}

// sublink evaluates a sub-select in an expression.
func (e *env) sublink(n *pg.SubLink) value {
	s := n.GetSubselect().GetSelectStmt()
	if v, ok := e.aggregate(s); ok && n.GetSubLinkType() == pg.SubLinkType_EXPR_SUBLINK {
		return v
	}
	rows, ok := e.query(s)
	if !ok {
		return value{}
	}
	switch n.GetSubLinkType() {
	case pg.SubLinkType_EXISTS_SUBLINK:
		if len(rows) == 0 && asksForFunctions(n.GetSubselect()) {
			return value{}
		}
		return boolValue(len(rows) > 0)
	case pg.SubLinkType_EXPR_SUBLINK:
		if len(rows) == 0 {
			return null
		}
		return rows[0].single()
	case pg.SubLinkType_ARRAY_SUBLINK, pg.SubLinkType_ANY_SUBLINK:
		list := value{kind: valList}
		for _, row := range rows {
			list.list = append(list.list, row.single())
		}
		if n.GetSubLinkType() == pg.SubLinkType_ARRAY_SUBLINK {
			return list
		}
		op := "="
		if len(n.GetOperName()) > 0 {
			_, op = qualified(n.GetOperName())
		}
		left := e.eval(n.GetTestexpr()).single()
		var found []value
		for _, v := range list.list {
			found = append(found, compare(op, left, v))
		}
		return or(found...)
	}
	return value{}
}

// aggregate evaluates SELECT array_agg(x) / count(*) / string_agg(x, sep) over a query.
func (e *env) aggregate(s *pg.SelectStmt) (value, bool) {
	if len(s.GetTargetList()) != 1 || len(s.GetGroupClause()) > 0 {
		return value{}, false
	}
	f := s.GetTargetList()[0].GetResTarget().GetVal().GetFuncCall()
	if f == nil || !isAggregate(f) || f.GetAggFilter() != nil {
		return value{}, false
	}
	inner := &pg.SelectStmt{FromClause: s.GetFromClause(), WhereClause: s.GetWhereClause(), SortClause: f.GetAggOrder()}
	if len(f.GetArgs()) > 0 {
		inner.TargetList = []*pg.Node{{Node: &pg.Node_ResTarget{ResTarget: &pg.ResTarget{Val: f.GetArgs()[0]}}}}
	}
	rows, ok := e.query(inner)
	if !ok {
		return value{}, false
	}
	list := value{kind: valList}
	for _, row := range rows {
		list.list = append(list.list, row.single())
	}
	switch _, name := qualified(f.GetFuncname()); {
	case name == "count":
		return numberValue(len(rows)), true
	case name == "array_agg":
		return list, true
	case name == "string_agg" && len(f.GetArgs()) == 2:
		return textValue(joinTexts(e.eval(f.GetArgs()[1]).text, list.list)), true
	}
	return value{}, false
}
