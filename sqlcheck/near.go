package sqlcheck

import (
	"slices"
	"strings"
)

// nearPins notes for each relation the columns that its conditions speak of
// without holding them to a value.
func (w *walker) nearPins(b *builder, e *engine) {
	for _, q := range b.queries {
		n := nears{walker: w, engine: e, frame: &q.known}
		n.cond(q.where, 0)
		n.frame = q.groups()
		n.cond(q.having, 0)
		n.joins(q, q.tree)
	}
	for i := range w.st.Relations {
		near := w.st.Relations[i].Near
		slices.SortFunc(near, func(a, b NearPin) int { return strings.Compare(a.Column, b.Column) })
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
	n.frame = t.joint
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
				if null, ok := part.(*null); ok && !null.arg.unknown && len(null.arg.refs) == 0 {
					why = Optional
				}
			}
		}
		for _, part := range c {
			n.cond(part, why)
		}
	case *equal:
		n.compared(&c.left, why, c.at, func() bool { return n.known(&c.right) })
		n.compared(&c.right, why, c.at, func() bool { return n.known(&c.left) })
	case *among:
		n.compared(&c.left, why, c.at, func() bool {
			known := true
			for i := range c.list {
				known = known && n.known(&c.list[i])
			}
			return known
		})
	case *in:
		for i := range c.left {
			n.compared(&c.left[i], why, c.at, func() bool {
				_, known := n.engine.result(c.q.outAt(i), n.frame)
				return known
			})
		}
	case *opaque:
		for i := range c.compared {
			n.note(&c.compared[i], NotEquality, c.at)
		}
	}
}

func (n *nears) known(o *operand) bool {
	_, ok := n.engine.value(o, n.frame)
	return ok
}

// compared notes that an operand is to equal a value.
func (n *nears) compared(o *operand, why Why, at int32, known func() bool) {
	switch {
	case !n.open(o):
		return
	case !known():
		why = UnknownValue
	case !o.plain:
		why = OfExpression
	}
	n.note(o, why, at)
}

// open reports whether an operand has a column that is not pinned.
func (n *nears) open(o *operand) bool {
	for _, r := range o.refs {
		for _, c := range r.resolve() {
			if c.item.relation >= 0 && !n.pinned(c) {
				return true
			}
		}
	}
	return false
}

func (n *nears) pinned(c column) bool {
	for i := range n.st.Relations[c.item.relation].Pins {
		if n.st.Relations[c.item.relation].Pins[i].Column == c.name {
			return true
		}
	}
	return false
}

func (n *nears) note(o *operand, why Why, at int32) {
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
	if n.pinned(c) {
		return
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
