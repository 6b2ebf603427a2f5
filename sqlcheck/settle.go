package sqlcheck

// reads reports whether what a condition says depends on what is known already.
// One that does not has said all when it has been derived once.
func reads(c cond) bool {
	switch c := c.(type) {
	case all:
		return anyReads(c)
	case some:
		return anyReads(c)
	case *equal:
		return c.left.reads() && c.right.reads() || len(c.left.subs)+len(c.right.subs) > 0
	case *among:
		for i := range c.list {
			if c.list[i].reads() {
				return true
			}
		}
		return len(c.left.subs) > 0
	case *null:
		return len(c.arg.subs) > 0
	case *opaque:
		return len(c.subs) > 0
	}
	return true
}

func anyReads(list []cond) bool {
	for _, c := range list {
		if reads(c) {
			return true
		}
	}
	return false
}

// reads reports whether the value depends on columns or queries.
func (o *operand) reads() bool { return len(o.refs)+len(o.scalars)+len(o.subs) > 0 }

// isFlat reports whether one round finds everything: there is no other query
// whose facts could be of use, and no side of a join that has its own.
func (b *builder) isFlat() bool {
	trees := 0
	for _, q := range b.queries {
		if q.op != noOperation || q.after != nil || len(q.ctes) > 0 || q.tree != nil && !q.tree.isFlat(&q.known) {
			return false
		}
		if q.tree != nil {
			trees++
		}
	}
	return trees <= 1 && !b.nested
}

func (n *node) isFlat(f *frame) bool {
	if n.item != nil {
		return n.known == f && n.item.query() == nil && len(n.item.args) == 0
	}
	return n.joint == f && len(n.using) == 0 && !n.natural && n.left.isFlat(f) && n.right.isFlat(f)
}
