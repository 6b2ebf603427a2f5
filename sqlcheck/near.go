package sqlcheck

import "sort"

// nearPins notes for each relation the columns that its conditions speak of
// without holding them to a value.
func (w *walker) nearPins(b *builder, e *engine) {
	for _, q := range b.queries {
		n := nears{walker: w, engine: e, frame: q.known}
		n.cond(q.where, 0)
		n.frame = &q.after
		n.cond(q.having, 0)
		n.joins(q, q.tree)
	}
	for i := range w.st.Relations {
		near := w.st.Relations[i].Near
		sort.Slice(near, func(i, j int) bool { return near[i].Column < near[j].Column })
	}
}

// nears looks for comparisons at one place.
type nears struct {
	*walker
	engine *engine
	frame  *frame
	// kept tells of columns whose rows an outer join keeps in any case.
	kept func(*item) bool
}

func (n *nears) joins(q *query, t *node) {
	if t == nil || t.item != nil {
		return
	}
	n.joins(q, t.left)
	n.joins(q, t.right)
	n.frame = &t.joint
	n.kept = func(i *item) bool {
		return t.left.holds(i, q) && t.keepLeft || t.right.holds(i, q) && t.keepRight
	}
	n.cond(t.on, 0)
	n.kept = nil
}

// cond looks through a condition; why says what is around it.
func (n *nears) cond(c cond, why Why) {
	n.engine.spend(1)
	switch c := c.(type) {
	case all:
		for _, part := range c {
			n.cond(part, why)
		}
	case some:
		if why == 0 {
			why = InOr
			for _, part := range c {
				if null, ok := part.(null); ok && !null.arg.unknown && len(null.arg.refs) == 0 {
					why = Optional
				}
			}
		}
		for _, part := range c {
			n.cond(part, why)
		}
	case equal:
		n.compared(c.left, n.known(c.right), why, c.at)
		n.compared(c.right, n.known(c.left), why, c.at)
	case among:
		known := true
		for _, o := range c.list {
			known = known && n.known(o)
		}
		n.compared(c.left, known, why, c.at)
	case in:
		for i, o := range c.left {
			_, known := n.engine.result(c.q.outAt(i), n.frame)
			n.compared(o, known, why, c.at)
		}
	case opaque:
		for _, o := range c.compared {
			if len(o.refs) > 0 {
				n.note(o, NotEquality, c.at)
			}
		}
	}
}

func (n *nears) known(o operand) bool {
	_, ok := n.engine.value(o, n.frame)
	return ok
}

// compared notes that an operand is to equal a value.
func (n *nears) compared(o operand, known bool, why Why, at int32) {
	switch {
	case !known:
		why = UnknownValue
	case !o.plain:
		why = OfExpression
	}
	n.note(o, why, at)
}

func (n *nears) note(o operand, why Why, at int32) {
	for _, r := range o.refs {
		for _, c := range r.resolve() {
			if c.item.relation < 0 {
				continue
			}
			why := why
			if why == 0 && n.kept != nil && n.kept(c.item) {
				why = KeptByJoin
			}
			if why != 0 {
				n.add(c, why, at)
			}
		}
	}
}

func (n *nears) add(c column, why Why, at int32) {
	rel := &n.st.Relations[c.item.relation]
	for _, p := range rel.Pins {
		if p.Column == c.name {
			return
		}
	}
	for _, other := range rel.Near {
		if other.Column == c.name {
			return
		}
	}
	if len(rel.Near) < maxItems {
		rel.Near = append(rel.Near, NearPin{Column: c.name, Why: why, Pos: n.pos(at)})
	}
}
