package sqlcheck

import (
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A builder reads the queries of a statement. Its recursion is bounded by the
// limits on the text's depth.
type builder struct {
	*walker
	relations []*pg.RangeVar // as in Statement.Relations
	byNode    map[*pg.RangeVar]int
	queries   []*query
	subs      map[*pg.SubLink]*query
	ctes      []*cte // in scope, the innermost last
	all       []*cte
	items     []*item
	changes   []*change
}

func (b *builder) insertOf(by any) int { return indexOf(b.inserts, by) }
func (b *builder) updateOf(by any) int { return indexOf(b.updates, by) }

func indexOf(m map[any]int, by any) int {
	if i, ok := m[by]; ok {
		return i
	}
	return -1
}

// relation finds the index of the relation that a node names.
func (b *builder) relation(v *pg.RangeVar) (int, bool) {
	const few = 16 // are looked through faster than a map is made
	if len(b.relations) <= few {
		i := slices.Index(b.relations, v)
		return max(i, 0), i >= 0
	}
	if b.byNode == nil {
		b.byNode = make(map[*pg.RangeVar]int, len(b.relations))
		for i, n := range b.relations {
			b.byNode[n] = i
		}
	}
	i, ok := b.byNode[v]
	return i, ok
}

// query reads any query.
func (b *builder) query(n *pg.Node, s *scope) *query {
	switch v := n.GetNode().(type) {
	case *pg.Node_SelectStmt:
		return b.selectQuery(v.SelectStmt, s)
	case *pg.Node_InsertStmt:
		return b.insertQuery(v.InsertStmt, s)
	case *pg.Node_UpdateStmt:
		return b.updateQuery(v.UpdateStmt, s)
	case *pg.Node_DeleteStmt:
		return b.deleteQuery(v.DeleteStmt, s)
	case *pg.Node_MergeStmt:
		return b.mergeQuery(v.MergeStmt, s)
	}
	q := b.newQuery()
	q.shape.closed = true
	q.outs = []*out{nil}
	return q
}

// tooWide reports whether a query has more items than are looked at.
func (b *builder) tooWide() bool {
	for _, q := range b.queries {
		if q.items > maxItems {
			return true
		}
	}
	return false
}

func (b *builder) newQuery() *query {
	q := &query{where: all{}, having: all{}}
	q.known = &frame{}
	b.queries = append(b.queries, q)
	return q
}

// subquery reads the query in an expression, once.
func (b *builder) subquery(v *pg.SubLink, s *scope) *query {
	if q := b.subs[v]; q != nil {
		return q
	}
	q := b.query(v.GetSubselect(), s)
	put(&b.subs, v, q)
	return q
}

// with brings common table expressions into scope.
func (b *builder) with(q *query, c *pg.WithClause, s *scope) (leave func()) {
	before := len(b.ctes)
	var list []*cte
	for _, n := range c.GetCtes() {
		v := n.GetCommonTableExpr()
		t := &cte{number: len(b.all), name: v.GetCtename(), renamed: names(v.GetAliascolnames())}
		t.changes = v.GetCtequery().GetSelectStmt() == nil
		b.all = append(b.all, t)
		list = append(list, t)
	}
	if c.GetRecursive() {
		b.ctes = append(b.ctes, list...)
	}
	for i, t := range list {
		b.cte(t, c.GetCtes()[i].GetCommonTableExpr().GetCtequery(), c.GetRecursive(), s)
		if !c.GetRecursive() {
			b.ctes = append(b.ctes, t)
		}
	}
	q.ctes = list
	return func() { b.ctes = b.ctes[:before] }
}

// cte reads the query of a common table expression.
func (b *builder) cte(t *cte, n *pg.Node, recursive bool, s *scope) {
	v := n.GetSelectStmt()
	if !recursive || v == nil || v.GetOp() != pg.SetOperation_SETOP_UNION {
		t.q = b.query(n, s)
		return
	}
	// The first part is read first: the second one needs its columns.
	q := b.newQuery()
	t.q = q
	leave := b.with(q, v.GetWithClause(), s)
	defer leave()
	q.op = union
	b.rest(q, v, &scope{parent: s})
	q.left = b.selectQuery(v.GetLarg(), s)
	q.right = b.selectQuery(v.GetRarg(), s)
	if len(t.selfs) > 0 {
		q.recursive = t
		q.shape.closed = true
	}
}

func names(list []*pg.Node) []string {
	var out []string
	for _, n := range list {
		out = append(out, n.GetString_().GetSval())
	}
	return out
}

func (b *builder) selectQuery(v *pg.SelectStmt, s *scope) *query {
	q := b.newQuery()
	leave := b.with(q, v.GetWithClause(), s)
	defer leave()
	switch v.GetOp() {
	case pg.SetOperation_SETOP_UNION:
		q.op = union
	case pg.SetOperation_SETOP_INTERSECT:
		q.op = intersect
	case pg.SetOperation_SETOP_EXCEPT:
		q.op = except
	}
	if q.op != noOperation {
		q.left = b.selectQuery(v.GetLarg(), s)
		q.right = b.selectQuery(v.GetRarg(), s)
		b.rest(q, v, &scope{parent: s})
		return q
	}
	inner := b.from(q, v.GetFromClause(), s)
	q.where = b.condition(v.GetWhereClause(), inner, false)
	q.having = b.condition(v.GetHavingClause(), inner, false)
	b.targets(q, v.GetTargetList(), inner)
	b.values(q, v.GetValuesLists(), inner)
	b.group(q, v, inner)
	b.rest(q, v, inner)
	return q
}

// rest reads the clauses that hold no rows back by their values.
func (b *builder) rest(q *query, v *pg.SelectStmt, s *scope) {
	q.shape.closed = q.shape.closed || v.GetLimitCount() != nil || v.GetLimitOffset() != nil
	for _, n := range v.GetSortClause() {
		b.beside(q, n, s)
	}
	b.beside(q, v.GetLimitCount(), s)
	b.beside(q, v.GetLimitOffset(), s)
}

// beside reads an expression that is no condition.
func (b *builder) beside(q *query, n *pg.Node, s *scope) operand {
	if n == nil {
		return operand{}
	}
	o := b.operand(n, s)
	q.subs = append(q.subs, o.subs...)
	return o
}

// targets reads the list of a SELECT or RETURNING.
func (b *builder) targets(q *query, list []*pg.Node, s *scope) {
	for _, n := range list {
		t := n.GetResTarget()
		if isStar(t.GetVal()) {
			b.star(q, t.GetVal().GetColumnRef(), s)
			continue
		}
		if b.isFragment(t.GetVal()) {
			q.outs = append(q.outs, nil)
			continue
		}
		o := b.beside(q, t.GetVal(), s)
		q.outs = append(q.outs, &out{name: columnName(t), values: []operand{o}, q: q})
	}
}

// columnName is the name that the server gives to a column of a result.
func columnName(t *pg.ResTarget) string {
	if t.GetName() != "" {
		return t.GetName()
	}
	n := uncast(t.GetVal())
	if i := n.GetAIndirection(); i != nil {
		list := i.GetIndirection()
		return list[len(list)-1].GetString_().GetSval()
	}
	if f := n.GetColumnRef().GetFields(); len(f) > 0 {
		return f[len(f)-1].GetString_().GetSval()
	}
	switch {
	case n.GetFuncCall() != nil:
		return functionName(n.GetFuncCall()).Name
	case n.GetCoalesceExpr() != nil:
		return "coalesce"
	case n.GetSubLink().GetSubLinkType() == pg.SubLinkType_EXPR_SUBLINK && n.GetSubLink() != nil:
		if list := n.GetSubLink().GetSubselect().GetSelectStmt().GetTargetList(); len(list) == 1 {
			return columnName(list[0].GetResTarget())
		}
	}
	return "?column?"
}

// star reads * or a.*.
func (b *builder) star(q *query, c *pg.ColumnRef, s *scope) {
	fields := c.GetFields()
	tree := s.tree
	if len(fields) > 1 {
		tree = nil
		name := fields[len(fields)-2].GetString_().GetSval()
		for at := s; at != nil && tree == nil; at = at.parent {
			tree = at.tree.named(&ref{relation: name})
		}
	}
	var items []*item
	tree.each(func(i *item) { items = append(items, i) })
	exact := tree != nil && !tree.merging()
	for _, i := range items {
		list, ok := i.names()
		if exact && ok {
			for _, name := range list {
				r := &ref{scope: s, name: name, resolved: true, columns: columnOf(i, name), certain: true}
				q.outs = append(q.outs, &out{name: name, q: q, values: []operand{{refs: []*ref{r}, plain: true}}})
			}
			continue
		}
		// From here on, places are not known.
		q.outs = append(q.outs, nil)
		q.stars = append(q.stars, i)
	}
	if len(items) == 0 {
		q.outs = append(q.outs, nil)
	}
}

// values reads the rows of VALUES.
func (b *builder) values(q *query, rows []*pg.Node, s *scope) {
	for _, row := range rows {
		for i, n := range row.GetList().GetItems() {
			o := b.beside(q, n, s)
			if i == len(q.outs) {
				q.outs = append(q.outs, &out{name: valuesName(i), q: q})
			}
			q.outs[i].values = append(q.outs[i].values, o)
		}
	}
}

// group reads what gathers rows.
func (b *builder) group(q *query, v *pg.SelectStmt, s *scope) {
	sh := &q.shape
	for _, n := range v.GetGroupClause() {
		if set := n.GetGroupingSet(); set != nil {
			sh.sets = true
			b.groupingSet(q, set, s)
			continue
		}
		o := b.beside(q, n, s)
		if k := uncast(n).GetAConst().GetIval(); k != nil { // GROUP BY 1
			if o := q.outAt(int(k.GetIval()) - 1); o != nil {
				sh.keys = append(sh.keys, o.values...)
			}
			continue
		}
		if o.plain && len(o.refs) == 1 && o.refs[0].relation == "" && s.tree != nil {
			// The name of a result's column, unless an item has one of that name.
			if _, sure := s.bare(o.refs[0].name); !sure {
				if named := q.outNamed(o.refs[0].name); named != nil {
					sh.keys = append(sh.keys, named.values...)
				}
			}
		}
		sh.keys = append(sh.keys, o)
	}
	aggregates := false
	windows := func(n *pg.Node) {}
	windows = func(n *pg.Node) {
		if c := n.GetFuncCall(); c != nil {
			if o := c.GetOver(); o != nil {
				if o.GetName() == "" && o.GetRefname() == "" {
					sh.splits = append(sh.splits, b.operands(o.GetPartitionClause(), s))
				}
			} else if mayAggregate(c) {
				aggregates = true
			}
		}
		if n.GetSubLink() == nil {
			children(n, windows)
		}
	}
	for _, n := range v.GetTargetList() {
		windows(n)
	}
	for _, n := range v.GetSortClause() {
		windows(n)
	}
	for _, n := range v.GetWindowClause() {
		w := n.GetWindowDef()
		b.beside(q, n, s)
		if w.GetRefname() == "" {
			sh.splits = append(sh.splits, b.operands(w.GetPartitionClause(), s))
		}
	}
	if d := v.GetDistinctClause(); len(d) > 0 && d[0].GetNode() != nil {
		sh.splits = append(sh.splits, b.operands(d, s))
	}
	sh.grouped = aggregates || len(v.GetGroupClause()) > 0 || v.GetHavingClause() != nil
	sh.whole = sh.grouped && (len(v.GetGroupClause()) == 0 || sh.sets)
}

// groupingSet reads the keys of ROLLUP, CUBE and GROUPING SETS.
func (b *builder) groupingSet(q *query, set *pg.GroupingSet, s *scope) {
	for _, n := range set.GetContent() {
		switch {
		case n.GetGroupingSet() != nil:
			b.groupingSet(q, n.GetGroupingSet(), s)
		case n.GetRowExpr() != nil:
			for _, k := range n.GetRowExpr().GetArgs() {
				q.shape.keys = append(q.shape.keys, b.beside(q, k, s))
			}
		default:
			q.shape.keys = append(q.shape.keys, b.beside(q, n, s))
		}
	}
}

func (b *builder) operands(list []*pg.Node, s *scope) []operand {
	var out []operand
	for _, n := range list {
		out = append(out, b.operand(n, s))
	}
	return out
}
