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
	subs      map[*pg.Node]*query // of those in expressions
	ctes      []*cte              // in scope, the innermost last
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
	q.closed = true
	q.result = unknownResult()
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

// frames prepares the queries for what will be known about their rows.
func (b *builder) frames() {
	for _, q := range b.queries {
		if q.change != nil {
			b.openValues(q.change)
		}
		if c, ok := q.having.(all); !ok || len(c) > 0 {
			q.after = &frame{}
		}
		if c, ok := q.where.(all); ok {
			q.holds = c
		} else {
			q.holds = all{q.where}
		}
		if q.tree != nil {
			q.tree.share(&q.known)
			q.holds = q.tree.conditions(&q.known, q.holds[:len(q.holds):len(q.holds)])
		}
	}
}

func (b *builder) newQuery() *query {
	q := &query{where: all(nil), having: all(nil)}
	b.queries = append(b.queries, q)
	return q
}

// subquery reads a query in an expression, once.
func (b *builder) subquery(n *pg.Node, s *scope) *query {
	if q := b.subs[n]; q != nil {
		return q
	}
	q := b.query(n, s)
	put(&b.subs, n, q)
	return q
}

// inside reads the queries in expressions that are no conditions, and that are
// read late themselves or not at all.
func (b *builder) inside(q *query, s *scope, list ...*pg.Node) {
	if !b.nested {
		return
	}
	visit := func(*pg.Node) {}
	visit = func(n *pg.Node) {
		switch v := n.GetNode().(type) {
		case *pg.Node_SubLink:
			if t := v.SubLink.GetTestexpr(); t != nil {
				visit(t)
			}
			q.subs = append(q.subs, b.subquery(v.SubLink.GetSubselect(), s))
		case *pg.Node_SelectStmt:
			q.subs = append(q.subs, b.subquery(n, s))
		default:
			children(n, visit)
		}
	}
	for _, n := range list {
		if n != nil {
			visit(n)
		}
	}
}

// with brings common table expressions into scope.
func (b *builder) with(q *query, c *pg.WithClause, s *scope) (leave func()) {
	if c == nil {
		return func() {}
	}
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
		q.closed = true
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
	q.late = late{b: b, list: v.GetTargetList(), stmt: v, scope: inner}
	b.inside(q, inner, v.GetTargetList()...)
	b.inside(q, inner, v.GetValuesLists()...)
	b.inside(q, inner, v.GetGroupClause()...)
	b.inside(q, inner, v.GetWindowClause()...)
	b.inside(q, inner, v.GetDistinctClause()...)
	b.rest(q, v, inner)
	return q
}

// rest reads the clauses that hold no rows back by their values.
func (b *builder) rest(q *query, v *pg.SelectStmt, s *scope) {
	q.closed = q.closed || v.GetLimitCount() != nil || v.GetLimitOffset() != nil
	b.inside(q, s, v.GetSortClause()...)
	b.inside(q, s, v.GetLimitCount(), v.GetLimitOffset())
}

// targets reads the list of a SELECT or RETURNING.
func (b *builder) targets(q *query, list []*pg.Node, s *scope) result {
	r := result{outs: make([]*out, 0, len(list))}
	for _, n := range list {
		t := n.GetResTarget()
		switch {
		case isStar(t.GetVal()):
			b.star(q, &r, t.GetVal().GetColumnRef(), s)
		case b.isFragment(t.GetVal()):
			r.outs = append(r.outs, nil)
		default:
			values := []operand{b.operand(t.GetVal(), s)}
			r.outs = append(r.outs, &out{name: columnName(t), values: values, q: q})
		}
	}
	return r
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
func (b *builder) star(q *query, r *result, c *pg.ColumnRef, s *scope) {
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
				one := &ref{scope: s, name: name, resolved: true, columns: i.column(name), certain: true}
				r.outs = append(r.outs, &out{name: name, q: q, values: []operand{{refs: []*ref{one}, plain: true}}})
			}
			continue
		}
		// From here on, places are not known.
		r.outs = append(r.outs, nil)
		r.stars = append(r.stars, i)
	}
	if len(items) == 0 {
		r.outs = append(r.outs, nil)
	}
}

// values reads the rows of VALUES.
func (b *builder) values(q *query, r *result, rows []*pg.Node, s *scope) {
	for _, row := range rows {
		for i, n := range row.GetList().GetItems() {
			if i == len(r.outs) {
				r.outs = append(r.outs, &out{name: valuesName(i), q: q})
			}
			r.outs[i].values = append(r.outs[i].values, b.operand(n, s))
		}
	}
}
