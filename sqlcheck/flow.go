package sqlcheck

// step goes over a query once. The frame is that of the place where it stands.
func (e *engine) step(q *query, around *frame) {
	e.spend(1)
	if q == nil || e.gaveUp {
		return
	}
	q.known.parent = around
	for _, c := range q.ctes {
		e.pushAll(c)
		e.step(c.q, around)
	}
	if q.op != noOperation {
		e.step(q.left, around)
		if q.recursive != nil {
			e.askNext(q.recursive)
		}
		e.step(q.right, around)
		e.visit(q.subs, around)
		return
	}
	if c := q.change; c != nil {
		for i := range c.open {
			e.given(c, &c.open[i]) // so that what it rests on is asked for
		}
		e.step(c.source, around)
		e.arbiter(c)
	}
	e.deriveAll(q.holds, &q.known, q.settled)
	q.settled = true
	if q.tree != nil {
		e.node(q, q.tree, around, around)
	}
	if q.after != nil {
		e.groups(q)
	}
	e.visit(q.subs, &q.known)
}

// groups takes in what HAVING says. A column that it names is the same in all
// rows of a group.
func (e *engine) groups(q *query) {
	q.after.parent = &q.known
	e.derive(q.having, q.after)
	for i := range q.after.facts {
		if x := &q.after.facts[i]; x.level == strict || !q.shape().sets {
			e.add(&q.known, x.column, x.bound)
		}
	}
}

// arbiter notes in what the row that is there equals the one to insert.
func (e *engine) arbiter(c *change) {
	for _, name := range c.arbiter {
		if b, ok := e.result(c.inserted(name), nil); ok && c.target != nil {
			b.level = strict
			e.add(&c.q.known, column{c.target, name}, b)
		}
	}
}

func (e *engine) copy(from, to *frame, which func(*fact) bool) {
	for i := range from.facts {
		e.spend(1)
		if x := &from.facts[i]; which(x) {
			e.add(to, x.column, x.bound)
		}
	}
}

// node goes over an item or a join. Lateral items see the frame left.
func (e *engine) node(q *query, n *node, around, left *frame) {
	if n.item != nil {
		e.item(n, around, left)
		return
	}
	n.left.known.parent, n.right.known.parent, n.joint.parent = around, around, around
	n.merged(e)
	n.reduce(q)
	e.down(q, n, n.left, n.keepRight)
	e.down(q, n, n.right, n.keepLeft)
	e.node(q, n.left, around, left)
	if n.right.lateral {
		seen := &frame{parent: left, brief: true}
		e.copy(n.left.known, seen, func(*fact) bool { return true })
		left = seen
	}
	e.node(q, n.right, around, left)
	e.up(q, n, n.left, n.keepRight)
	e.up(q, n, n.right, n.keepLeft)
	if n.joint != &q.known { // else it is among what the query holds
		e.derive(n.on, n.joint)
	}
	e.using(q, n)
	if n.joint != n.known {
		e.fitting(q, n)
	}
}

// fitting takes what is known about the pairs of rows to the sides: the
// condition holds back the rows of a side that is not kept.
func (e *engine) fitting(q *query, n *node) {
	for i := range n.joint.facts {
		x := &n.joint.facts[i]
		switch {
		case n.left.holds(x.item, q):
			if !n.keepLeft {
				e.add(n.left.known, x.column, x.bound)
			}
		case n.right.holds(x.item, q):
			if !n.keepRight {
				e.add(n.right.known, x.column, x.bound)
			}
		case !n.keepLeft && !n.keepRight:
			e.add(n.known, x.column, x.bound)
		}
	}
}

// reduce turns an outer join of which the NULLs are refused later into one
// without them, as the server does.
func (n *node) reduce(q *query) {
	if !n.keepLeft && !n.keepRight {
		return
	}
	for i := range n.known.facts {
		x := &n.known.facts[i]
		if x.level != strict || !x.firm {
			continue
		}
		if n.left.holds(x.item, q) {
			n.keepRight = false
		}
		if n.right.holds(x.item, q) {
			n.keepLeft = false
		}
	}
}

// down takes what is known about the rows of a join to a side. Where the side
// can be NULL this must be something that refuses NULL.
func (e *engine) down(q *query, n, side *node, nullable bool) {
	if side.known == n.known {
		return
	}
	e.copy(n.known, side.known, func(x *fact) bool {
		if x.item.owner != q {
			return true // the same for all rows
		}
		return side.holds(x.item, q) && (!nullable || x.level == strict)
	})
}

// up takes what is known about the rows of a side to the pairs and to the join.
func (e *engine) up(q *query, n, side *node, nullable bool) {
	if side.known == n.known && n.joint == n.known {
		return
	}
	for i := range side.known.facts {
		e.spend(1)
		x := &side.known.facts[i]
		if x.item.owner == q && !side.holds(x.item, q) {
			continue // of the join, with which the side has its frame
		}
		e.add(n.joint, x.column, x.bound)
		if side.known == n.known {
			continue
		}
		b := x.bound
		if nullable {
			if x.item.owner != q || b.from == FromElsewhere {
				continue
			}
			b.level, b.firm = weak, false
		}
		e.add(n.known, x.column, b)
	}
}

// merged finds the columns of NATURAL that matter.
func (n *node) merged(e *engine) {
	if !n.natural {
		return
	}
	n.each(func(i *item) {
		for _, c := range i.used {
			e.spend(1)
			n.merges(c.name)
		}
	})
}

// using equates the columns of USING.
func (e *engine) using(q *query, n *node) {
	for _, m := range n.using {
		m.resolve(n)
		e.same(n.joint, m.left, m.right, true)
		both := []column{{n.merge, m.name}}
		switch {
		case n.keepLeft && n.keepRight:
			e.coalesced(n, m)
		case n.keepRight:
			e.same(n.known, both, m.right, false)
		default:
			e.same(n.known, both, m.left, false)
		}
	}
}

// same notes that two columns are equal, or that they are the same one.
func (e *engine) same(f *frame, left, right []column, notNull bool) {
	if len(left) == 0 || len(right) == 0 {
		return
	}
	l, r := &ref{resolved: true, columns: left, certain: len(left) == 1}, &ref{resolved: true, columns: right, certain: len(right) == 1}
	for _, side := range [][2]*ref{{l, r}, {r, l}} {
		b, ok := e.reference(side[1], f)
		if notNull {
			b.level = strict
		}
		if ok {
			e.hold(&operand{refs: []*ref{side[0]}, plain: true}, b, f)
		}
	}
}

// coalesced treats the column of a FULL JOIN .. USING: the left one's value, or
// where that is NULL the right one's.
func (e *engine) coalesced(n *node, m *merged) {
	c := column{n.merge, m.name}
	if b, ok := n.known.get(c); ok && b.level == strict && b.from != FromElsewhere {
		b.firm = false
		for _, side := range [][]column{m.left, m.right} {
			for _, col := range side {
				f := n.left.known
				if len(m.right) > 0 && col == m.right[0] {
					f = n.right.known
				}
				e.add(f, col, b)
			}
		}
	}
	left, ok := e.reference(&ref{resolved: true, columns: m.left}, n.left.known)
	right, ok2 := e.reference(&ref{resolved: true, columns: m.right}, n.right.known)
	if ok && ok2 {
		b := left.or(right)
		b.level = weak
		e.add(n.known, c, b)
	}
}

// item goes over an item of FROM.
func (e *engine) item(n *node, around, left *frame) {
	i := n.item
	if i.lateral {
		around = left
	}
	if i.sub != nil {
		for at := range n.known.facts {
			if x := &n.known.facts[at]; x.item == i {
				e.push(i.out(x.name), x.bound)
			}
		}
		e.step(i.sub, around)
	}
	for _, a := range i.args {
		e.visit(a.subs, around)
	}
	if i.query() == nil {
		return
	}
	for _, c := range i.used {
		if b, ok := e.fromItem(i, c.name); ok {
			e.add(n.known, c, b)
		}
	}
}

// fromItem gives what is known about a column of a sub-select or a common
// table expression in FROM.
func (e *engine) fromItem(i *item, name string) (bound, bool) {
	e.spend(len(i.query().columns().outs))
	b, ok := e.result(i.out(name), nil)
	if i.inner {
		if e.dropped[assumption{i.cte.number, name}] {
			return bound{}, false
		}
		b.level = weak
	}
	b.firm = false
	return b, ok
}

// push takes what is known about a column of a query's result into the query,
// if only rows with such values matter inside as well.
func (e *engine) push(o *out, b bound) {
	e.spend(1)
	if o == nil || o.q == nil || o.q.closed || e.gaveUp || b.from == FromElsewhere {
		return
	}
	if o.left != nil || o.right != nil {
		e.push(o.left, b)
		e.push(o.right, b)
		return
	}
	q := o.q
	if len(o.values) != 1 || b.level != strict && q.shape().sets {
		return
	}
	v := &o.values[0]
	if !v.plain || len(v.refs) != 1 || !q.shape().lets(v) {
		return
	}
	b.firm = false
	for _, c := range v.refs[0].resolve() {
		if c.item.made == nil {
			e.add(&q.known, c, b)
		}
	}
}
