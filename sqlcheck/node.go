package sqlcheck

// A node is an item of FROM or a join. Items that are separated by commas are
// joined without condition.
type node struct {
	item        *item // nil for a join
	left, right *node
	// keepLeft: rows of the left side come out even if nothing on the right fits,
	// as in a LEFT or FULL join. Then the right side can be NULL.
	keepLeft, keepRight bool
	natural             bool
	// lateral: an item below sees those to its left.
	lateral bool
	on      cond
	using   []*merged
	// alias names the join as a whole.
	alias string
	// merge has the columns of USING.
	merge *item
	// from and to bound the places of the items below, merge included.
	from, to int

	// known is about the rows that come out and matter, joint about the pairs of
	// rows for which the condition holds. See share.
	known, joint *frame
}

// A merged column is one of USING.
type merged struct {
	name        string
	left, right []column
	resolved    bool
	guessed     bool
}

// maxItems bounds the items of one FROM that are looked at.
const maxItems = 200

// share gives frames to a tree. What is known about the rows of a join is known
// about those of a side which can't be NULL there, and if neither can, about the
// pairs for which the condition holds: these have one frame.
func (n *node) share(f *frame) {
	n.known = f
	if n.item != nil {
		return
	}
	left, right := f, f
	if n.keepRight {
		left = &frame{}
	}
	if n.keepLeft {
		right = &frame{}
	}
	n.left.share(left)
	n.right.share(right)
	if n.joint = f; n.keepLeft || n.keepRight {
		n.joint = &frame{}
	}
}

// conditions gathers those of the joins that hold for the rows of a frame.
func (n *node) conditions(f *frame, list all) all {
	if n.item != nil {
		return list
	}
	list = n.right.conditions(f, n.left.conditions(f, list))
	if n.joint == f {
		if c, ok := n.on.(all); ok {
			return append(list, c...)
		}
		list = append(list, n.on)
	}
	return list
}

// holds reports whether an item is below the node.
func (n *node) holds(i *item, q *query) bool {
	return i.owner == q && i.place >= n.from && i.place < n.to
}

// named finds the item, or the join, that a qualified reference names.
func (n *node) named(r *ref) *node {
	if n == nil {
		return nil
	}
	if n.item != nil {
		i := n.item
		if i.alias == r.relation && (r.schema == "" || i.name.Schema == "" || i.name.Schema == r.schema) {
			return n
		}
		return nil
	}
	if n.alias != "" && n.alias == r.relation {
		return n
	}
	if found := n.left.named(r); found != nil {
		return found
	}
	return n.right.named(r)
}

// bare finds the columns that a name without qualifier can be; sure is true if
// it is known that there is one.
func (n *node) bare(name string) (cols []column, sure bool) {
	if n == nil || n.to-n.from > maxItems {
		return nil, false
	}
	if n.item != nil {
		a := n.item.has(name)
		if a == no {
			return nil, false
		}
		return n.item.column(name), a == yes
	}
	if m := n.merges(name); m != nil {
		return n.merge.column(name), !m.guessed
	}
	left, sureLeft := n.left.bare(name)
	right, sureRight := n.right.bare(name)
	switch {
	case sureLeft && !sureRight:
		return left, true
	case sureRight && !sureLeft:
		return right, true
	}
	return append(left[:len(left):len(left)], right...), false
}

// merges finds a column of USING or NATURAL. Where it is not known whether both
// sides of a NATURAL join have it, what is said about it holds for a side only
// if that has it: the same as for any column without qualifier.
func (n *node) merges(name string) *merged {
	for _, m := range n.using {
		if m.name == name {
			return m
		}
	}
	if !n.natural {
		return nil
	}
	left, sureLeft := n.left.bare(name)
	right, sureRight := n.right.bare(name)
	if len(left) == 0 || len(right) == 0 {
		return nil
	}
	m := &merged{name: name, left: left, right: right, resolved: true, guessed: !sureLeft || !sureRight}
	n.using = append(n.using, m)
	return m
}

func (m *merged) resolve(n *node) {
	if m.resolved {
		return
	}
	m.resolved = true
	m.left, _ = n.left.bare(m.name)
	m.right, _ = n.right.bare(m.name)
}
