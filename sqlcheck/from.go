package sqlcheck

import (
	"strconv"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// from reads FROM and returns the scope of the clauses that follow it.
func (b *builder) from(q *query, list []*pg.Node, s *scope) *scope {
	inner := &scope{parent: s}
	b.beside(q, inner, list)
	return inner
}

// beside reads items of FROM or USING beside what is there.
func (b *builder) beside(q *query, s *scope, list []*pg.Node) {
	for _, n := range list {
		if v := n.GetRangeVar(); v != nil {
			b.join(q, s, leaf(b.rangeVar(q, v)))
			continue
		}
		left := &scope{parent: s.parent, tree: q.tree}
		b.join(q, s, b.fromItem(q, n, left))
	}
}

// join adds a node to the tree of a query, beside what is there.
func (b *builder) join(q *query, s *scope, n *node) {
	if q.tree != nil {
		n = &node{left: q.tree, right: n, on: all(nil), from: q.tree.from, to: n.to, lateral: q.tree.lateral || n.lateral}
	}
	q.tree, s.tree = n, n
}

func (b *builder) newItem(q *query) *item {
	i := &item{number: len(b.items) + 1, relation: -1, owner: q, place: q.items}
	q.items++
	if b.items == nil {
		b.items = make([]*item, 0, 4)
	}
	b.items = append(b.items, i)
	return i
}

func leaf(i *item) *node {
	i.leaf = node{item: i, from: i.place, to: i.place + 1, lateral: i.lateral}
	return &i.leaf
}

// fromItem reads an item of FROM. The scope is that of the items to its left,
// which sub-selects see if they are LATERAL.
func (b *builder) fromItem(q *query, n *pg.Node, s *scope) *node {
	switch v := n.GetNode().(type) {
	case *pg.Node_RangeVar:
		return leaf(b.rangeVar(q, v.RangeVar))
	case *pg.Node_RangeSubselect:
		return leaf(b.derived(q, v.RangeSubselect, s))
	case *pg.Node_JoinExpr:
		return b.joinExpr(q, v.JoinExpr, s)
	case *pg.Node_RangeFunction:
		return leaf(b.rangeFunction(q, v.RangeFunction, s))
	case *pg.Node_RangeTableSample:
		i := leaf(b.rangeVar(q, v.RangeTableSample.GetRelation().GetRangeVar()))
		b.inside(q, s, v.RangeTableSample.GetArgs()...)
		return i
	}
	// XMLTABLE, JSON_TABLE: rows made of what they are given.
	i := b.newItem(q)
	if n != nil {
		i.args = []operand{b.operand(n, s)}
	}
	i.made = i.returns
	return leaf(i)
}

func (b *builder) rangeVar(q *query, v *pg.RangeVar) *item {
	i := b.newItem(q)
	i.alias = v.GetAlias().GetAliasname()
	i.renamed = names(v.GetAlias().GetColnames())
	if i.alias == "" {
		i.alias = v.GetRelname()
	}
	n, ok := b.relation(v)
	if !ok {
		b.mention(i, v.GetRelname())
		return i
	}
	i.relation = n
	b.describe(i, v)
	return i
}

// describe asks the catalog about a relation.
func (b *builder) describe(i *item, v *pg.RangeVar) {
	i.name = Name{Schema: v.GetSchemaname(), Name: v.GetRelname()}
	rel := b.st.Relations[i.relation]
	if b.catalog != nil && !rel.Hole && !rel.SchemaHole {
		i.columns, i.known = b.catalog.Columns(i.name)
	}
}

// mention finds the common table expression that a name is.
func (b *builder) mention(i *item, name string) {
	for n := len(b.ctes) - 1; n >= 0; n-- {
		t := b.ctes[n]
		if t.name != name {
			continue
		}
		i.cte = t
		if i.renamed == nil {
			i.renamed = t.renamed
		}
		if i.inner = t.q != nil && t.q.op == union && t.q.right == nil; i.inner {
			t.selfs = append(t.selfs, i)
		} else {
			t.mentions = append(t.mentions, i)
		}
		return
	}
}

func (b *builder) derived(q *query, v *pg.RangeSubselect, s *scope) *item {
	outer := s.parent
	if v.GetLateral() {
		outer = s
	}
	sub := b.query(v.GetSubquery(), outer)
	i := b.newItem(q)
	i.alias = v.GetAlias().GetAliasname()
	i.renamed = names(v.GetAlias().GetColnames())
	i.sub, i.lateral = sub, v.GetLateral()
	return i
}

func (b *builder) joinExpr(q *query, v *pg.JoinExpr, s *scope) *node {
	// The right side sees the left one if it is LATERAL.
	left := b.fromItem(q, v.GetLarg(), s)
	seen := &scope{parent: s.parent, tree: left}
	if s.tree != nil {
		seen.tree = &node{left: s.tree, right: left, on: all(nil)}
	}
	right := b.fromItem(q, v.GetRarg(), seen)
	n := &node{left: left, right: right, from: left.from, natural: v.GetIsNatural(), lateral: left.lateral || right.lateral}
	n.alias = v.GetAlias().GetAliasname()
	switch v.GetJointype() {
	case pg.JoinType_JOIN_LEFT:
		n.keepLeft = true
	case pg.JoinType_JOIN_RIGHT:
		n.keepRight = true
	case pg.JoinType_JOIN_FULL:
		n.keepLeft, n.keepRight = true, true
	}
	n.merge = b.newItem(q)
	n.merge.number = 0 // it is no rows of its own
	n.to = n.merge.place + 1
	for _, name := range names(v.GetUsingClause()) {
		n.using = append(n.using, &merged{name: name})
	}
	n.on = b.condition(v.GetQuals(), &scope{parent: s.parent, tree: n}, false)
	return n
}

func (b *builder) rangeFunction(q *query, v *pg.RangeFunction, s *scope) *item {
	i := b.newItem(q)
	i.lateral = true
	i.alias = v.GetAlias().GetAliasname()
	i.renamed = names(v.GetAlias().GetColnames())
	for _, c := range v.GetColdeflist() {
		i.renamed = append(i.renamed, c.GetColumnDef().GetColname())
	}
	for _, f := range v.GetFunctions() {
		items := f.GetList().GetItems()
		if len(items) == 0 {
			continue
		}
		if i.alias == "" {
			i.alias = functionName(items[0].GetFuncCall()).Name
		}
		o := b.operand(items[0], s)
		i.args = append(i.args, o)
	}
	i.columns, i.known = i.renamed, len(i.renamed) > 0
	i.made = i.returns
	return i
}

// returns gives the columns of a function: its rows are known when its
// arguments are.
func (i *item) returns(name string) *out {
	if len(i.args) == 0 {
		return nil
	}
	o := i.args[0]
	for _, a := range i.args[1:] {
		o = o.with(a)
	}
	o.isList, o.plain = true, false
	return &out{name: name, values: []operand{o}, q: i.owner}
}

func valuesName(i int) string { return "column" + strconv.Itoa(i+1) }

// mayAggregate reports whether a function could be an aggregate.
func mayAggregate(c *pg.FuncCall) bool {
	if c.GetAggStar() || c.GetAggDistinct() || c.GetAggFilter() != nil || len(c.GetAggOrder()) > 0 {
		return true
	}
	switch name := functionName(c).Name; name {
	case "min", "max", "any_value", "bool_and", "bool_or", "every", "bit_and", "bit_or", "xmlagg", "json_agg_strict",
		"jsonb_agg_strict", "range_agg", "range_intersect_agg", "corr", "regr_count", "var_pop", "var_samp",
		"stddev_pop", "stddev_samp":
		return true
	default:
		return counts(name)
	}
}

// each visits the items below a node.
func (n *node) each(visit func(*item)) {
	switch {
	case n == nil:
	case n.item != nil:
		visit(n.item)
	default:
		n.left.each(visit)
		n.right.each(visit)
	}
}

// merging reports whether * does not list the columns of each item in order.
func (n *node) merging() bool {
	if n == nil || n.item != nil {
		return false
	}
	return len(n.using) > 0 || n.natural || n.left.merging() || n.right.merging()
}

// names lists the columns of an item, if all are known.
func (i *item) names() ([]string, bool) {
	q := i.query()
	if q == nil {
		if !i.known || len(i.renamed) > 0 {
			return nil, false
		}
		return i.columns, true
	}
	for q.op != noOperation {
		q = q.left
	}
	var list []string
	for n, o := range q.columns().outs {
		if o == nil {
			return nil, false
		}
		if n < len(i.renamed) {
			list = append(list, i.renamed[n])
			continue
		}
		list = append(list, o.name)
	}
	return list, true
}
