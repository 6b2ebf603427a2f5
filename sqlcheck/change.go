package sqlcheck

import (
	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A change is what INSERT, UPDATE, DELETE and MERGE do to their target.
type change struct {
	q      *query
	target *item
	// source has the rows of an INSERT.
	source *query
	// inserts and updates are indexes into the facts, -1 for none.
	insert  int
	columns []string // of the INSERT, "" for one that is not known
	// arbiter are the columns in which a row that is there equals the new one.
	arbiter []string
	given   []values
	open    []openValue
}

// values are one list of values for the target.
type values struct {
	insert, update int // index into the facts, -1 for none
	columns        []string
	// given are the values, nil for one that is not known. Of most of them the
	// text says enough, so that they are read when they are asked for.
	given []*pg.Node
	scope *scope
}

func (b *builder) newChange(target *pg.RangeVar) (*query, *change) {
	q := b.newQuery()
	q.closed = true
	q.change = &change{q: q, insert: -1}
	b.changes = append(b.changes, q.change)
	if target == nil {
		return q, q.change
	}
	i := b.newItem(q)
	i.alias = target.GetAlias().GetAliasname()
	if i.alias == "" {
		i.alias = target.GetRelname()
	}
	if n, ok := b.relation(target); ok {
		i.relation = n
		b.describe(i, target)
	}
	q.change.target = i
	return q, q.change
}

func (b *builder) updateQuery(v *pg.UpdateStmt, s *scope) *query {
	q, c := b.newChange(v.GetRelation())
	leave := b.with(q, v.GetWithClause(), s)
	defer leave()
	inner := b.fromBeside(q, c, v.GetFromClause(), s)
	b.where(q, v.GetWhereClause(), inner)
	set := b.sets(q, v.GetTargetList(), inner)
	set.update = b.updateOf(v)
	c.given = append(c.given, set)
	b.returning(q, v, inner, func(name string) *out {
		for i, column := range set.columns {
			if column == name {
				return &out{name: name, values: []operand{b.given(&set, i)}}
			}
			if column == "" {
				return nil
			}
		}
		return c.kept(name)
	})
	return q
}

func (b *builder) deleteQuery(v *pg.DeleteStmt, s *scope) *query {
	q, c := b.newChange(v.GetRelation())
	leave := b.with(q, v.GetWithClause(), s)
	defer leave()
	inner := b.fromBeside(q, c, v.GetUsingClause(), s)
	b.where(q, v.GetWhereClause(), inner)
	list := pg.Returning(v)
	q.late = late{b: b, list: list, scope: inner}
	b.inside(q, inner, list...)
	return q
}

// fromBeside reads FROM or USING beside the target.
func (b *builder) fromBeside(q *query, c *change, list []*pg.Node, s *scope) *scope {
	inner := &scope{parent: s}
	if c.target != nil {
		b.join(q, inner, leaf(c.target))
	}
	b.beside(q, inner, list)
	return inner
}

// returning reads RETURNING, where the columns of the target are what made says.
func (b *builder) returning(q *query, stmt any, s *scope, made func(name string) *out) {
	list := pg.Returning(stmt)
	if len(list) == 0 {
		return
	}
	s = b.returned(q, s, made)
	q.late = late{b: b, list: list, scope: s}
	b.inside(q, s, list...)
}

// where reads the condition of a change. That of a cursor is not in the text.
func (b *builder) where(q *query, n *pg.Node, s *scope) {
	if n.GetCurrentOfExpr() != nil {
		if t := q.change.target; t.relation >= 0 {
			b.st.Relations[t.relation].Loose = true
		}
		return
	}
	q.where = b.condition(n, s, false)
}

// sets reads a SET list.
func (b *builder) sets(q *query, list []*pg.Node, s *scope) values {
	a := values{insert: -1, update: -1, scope: s, columns: make([]string, len(list)), given: make([]*pg.Node, len(list))}
	for i, n := range list {
		t := n.GetResTarget()
		name := t.GetName()
		if b.isSyntax(name) {
			continue // any column may be set here
		}
		if !b.isMarked(name) {
			a.columns[i] = name
		}
		m := t.GetVal().GetMultiAssignRef()
		if a.given[i] = t.GetVal(); m != nil {
			a.given[i] = assignedPart(m)
		}
		if a.given[i] == nil && m.GetColno() == 1 {
			b.inside(q, s, m.GetSource())
		}
		b.inside(q, s, a.given[i])
	}
	return a
}

// given is the value of a column.
func (b *builder) given(a *values, i int) operand { return b.operand(a.given[i], a.scope) }

// indexOf is the place of a column in a SET list or VALUES, -1 if it has none.
func (a *values) indexOf(column string) int {
	for i, c := range a.columns {
		if c == column && c != "" && i < len(a.given) {
			return i
		}
	}
	return -1
}

// kept is a column of the target as it was.
func (c *change) kept(name string) *out {
	if c.target == nil {
		return nil
	}
	r := &ref{name: name, resolved: true, columns: c.target.column(name), certain: true}
	return &out{name: name, values: []operand{{refs: []*ref{r}, plain: true}}}
}

// returned is the scope of RETURNING, where the target's columns have their
// new values.
func (b *builder) returned(q *query, s *scope, made func(name string) *out) *scope {
	t := q.change.target
	if t == nil {
		return s
	}
	i := &item{relation: -1, alias: t.alias, name: t.name, columns: t.columns, known: t.known, made: made}
	out := &scope{parent: s.parent, tree: leaf(i)}
	if q.tree != nil && q.tree.item == nil {
		out.tree = &node{left: out.tree, right: q.tree.without(t), on: all(nil)}
	}
	return out
}

// without is the tree beside its first item.
func (n *node) without(t *item) *node {
	if n.item == t {
		return nil
	}
	if n.item != nil {
		return n
	}
	left := n.left.without(t)
	if left == nil {
		return n.right
	}
	if left == n.left {
		return n
	}
	out := *n
	out.left = left
	return &out
}

func (b *builder) insertQuery(v *pg.InsertStmt, s *scope) *query {
	q, c := b.newChange(v.GetRelation())
	leave := b.with(q, v.GetWithClause(), s)
	defer leave()
	c.insert = b.insertOf(v)
	for _, n := range v.GetCols() {
		name := n.GetResTarget().GetName()
		if b.isMarked(name) {
			name = ""
		}
		c.columns = append(c.columns, name)
	}
	if n := v.GetSelectStmt(); n != nil {
		c.source = b.query(n, s)
	}
	inner := &scope{parent: s}
	made := c.inserted
	if t := v.GetOnConflictClause(); t.GetAction() == pg.OnConflictAction_ONCONFLICT_UPDATE && c.target != nil {
		excluded := &item{relation: -1, alias: "excluded", columns: c.target.columns, known: c.target.known, made: c.inserted}
		b.join(q, inner, leaf(c.target))
		inner.extra = []*item{excluded}
		if f := t.GetInfer(); f.GetWhereClause() == nil {
			c.arbiter = b.conflict(t).Columns
		}
		b.where(q, t.GetWhereClause(), inner)
		set := b.sets(q, t.GetTargetList(), inner)
		set.update = b.updateOf(t)
		c.given = append(c.given, set)
		made = func(name string) *out {
			new, old := c.inserted(name), c.kept(name)
			for i, column := range set.columns {
				if column == name || column == "" {
					old = &out{name: name, values: []operand{b.given(&set, i)}, q: q}
				}
			}
			if new == nil || old == nil {
				return nil
			}
			old.q = q
			return &out{name: name, left: new, right: old, op: union}
		}
	}
	b.returning(q, v, &scope{parent: s}, made)
	return q
}

// inserted is the value of a column of the rows that an INSERT makes.
func (c *change) inserted(name string) *out {
	for i, column := range c.columns {
		if column == name {
			return c.source.outAt(i)
		}
	}
	return nil
}

// mergeQuery reads MERGE as a join: rows of the source for which nothing fits
// are kept if something is done with them, and so are those of the target.
func (b *builder) mergeQuery(v *pg.MergeStmt, s *scope) *query {
	q, c := b.newChange(v.GetRelation())
	leave := b.with(q, v.GetWithClause(), s)
	defer leave()
	if c.target == nil {
		return q
	}
	source := b.fromItem(q, v.GetSourceRelation(), &scope{parent: s})
	target := leaf(c.target)
	n := &node{left: source, right: target, from: 0, to: q.items}
	inner := &scope{parent: s, tree: n}
	n.on = b.condition(v.GetJoinCondition(), inner, false)
	q.tree = n
	matched := some{}
	for _, w := range v.GetMergeWhenClauses() {
		when := w.GetMergeWhenClause()
		switch {
		case pg.WhenMatched(when):
			matched = append(matched, b.condition(when.GetCondition(), inner, false))
		case pg.WhenNotMatchedBySource(when):
			n.keepRight = true
			b.inside(q, inner, when.GetCondition())
		default:
			n.keepLeft = true
			b.inside(q, inner, when.GetCondition())
		}
		a := b.sets(q, when.GetTargetList(), inner)
		if when.GetCommandType() == pg.CmdType_CMD_INSERT {
			a.given = when.GetValues()
			b.inside(q, inner, a.given...)
			a.insert = b.insertOf(when)
		} else {
			a.update = b.updateOf(when)
		}
		c.given = append(c.given, a)
	}
	if !n.keepLeft && !n.keepRight {
		q.where = matched
	}
	b.returning(q, v, inner, func(string) *out { return nil })
	return q
}
