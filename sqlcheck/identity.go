package sqlcheck

// Two mentions of a relation that agree in a unique key are about the same row,
// as in UPDATE jobs .. WHERE id IN (SELECT id FROM jobs WHERE ..).

// A match is an equality of columns.
type match struct{ left, right column }

// identify takes what is known about the rows of one mention to the other.
func (e *engine) identify(list []match, f *frame) {
	if e.catalog == nil || len(list) == 0 {
		return
	}
	left, right := list[0].left.item, list[0].right.item
	var names []string
	for _, m := range list {
		if m.left.item != left || m.right.item != right || m.left.name != m.right.name {
			return
		}
		names = append(names, m.left.name)
	}
	if left == right || left.relation < 0 || left.name != right.name {
		return
	}
	if unique, ok := e.catalog.Unique(left.name, names); !unique || !ok {
		return
	}
	known := right.leaf.known
	if known == nil {
		return
	}
	for i := range known.facts {
		x := &known.facts[i]
		if x.item == right && x.level != weak && x.from != FromElsewhere {
			b := x.bound
			b.firm = false
			e.add(f, column{left, x.name}, b)
		}
	}
}

// follow takes what is known about a row that the one of a match refers to, or that
// refers to it, in the columns of a foreign key that the equality doesn't name.
func (e *engine) follow(m match, f *frame) {
	keys, ok := e.catalog.(Follower)
	left, right := m.left.item, m.right.item
	if !ok || left == right || left.relation < 0 || right.relation < 0 {
		return
	}
	for _, p := range keys.Follows(left.name, m.left.name, right.name, m.right.name) {
		e.tie(column{left, p[0]}, column{right, p[1]}, f)
	}
	for _, p := range keys.Follows(right.name, m.right.name, left.name, m.left.name) {
		e.tie(column{left, p[1]}, column{right, p[0]}, f)
	}
}

// tie takes what is known about a column to one that is equal.
func (e *engine) tie(to, from column, f *frame) {
	b, ok := f.get(from)
	if !ok && from.item.leaf.known != nil {
		b, ok = from.item.leaf.known.get(from)
	}
	if ok && b.level != weak && b.from != FromElsewhere {
		b.firm = false
		e.add(f, to, b)
	}
}

// matched gives the columns of relations that an equality compares: of the left
// side as it is named, of the right side where it comes from.
func matched(left, right *operand) (m match, ok bool) {
	l, ok := left.column()
	if !ok {
		return m, false
	}
	r, ok := right.column()
	if !ok {
		return m, false
	}
	r, ok = r.base()
	return match{l, r}, ok
}

// column is the one column that an operand is.
func (o *operand) column() (column, bool) {
	if !o.plain || len(o.refs) != 1 {
		return column{}, false
	}
	columns := o.refs[0].resolve()
	if len(columns) != 1 || !o.refs[0].certain {
		return column{}, false
	}
	return columns[0], true
}

// base is the relation's column that a column of a sub-select or a common table
// expression is.
func (c column) base() (column, bool) {
	for range maxItems {
		i := c.item
		if i.relation >= 0 {
			return c, true
		}
		if i.made != nil || i.inner {
			return c, false
		}
		var ok bool
		if c, ok = i.out(c.name).column(); !ok {
			return c, false
		}
	}
	return c, false
}

func (o *out) base() (column, bool) {
	c, ok := o.column()
	if !ok {
		return c, false
	}
	return c.base()
}

// column is the column that a column of a result is.
func (o *out) column() (column, bool) {
	if o == nil || o.left != nil || len(o.values) != 1 {
		return column{}, false
	}
	return o.values[0].column()
}
