package sqlcheck

// An assumption is that a column of a recursive query is in every row what it
// is in those of the first part.
type assumption struct {
	cte  int
	name string
}

// refuted finds the assumptions that don't hold.
func (e *engine) refuted() []assumption {
	var out []assumption
	for _, c := range e.ctes {
		if c.q == nil || c.q.recursive != c {
			continue
		}
		seen := map[string]bool{}
		for _, i := range c.selfs {
			for _, name := range i.used {
				a := assumption{c.number, name}
				if seen[name] || e.dropped[a] {
					continue
				}
				seen[name] = true
				if !e.kept(i, name) {
					out = append(out, a)
				}
			}
		}
	}
	return out
}

// kept reports whether the second part of a recursive query gives a column the
// same value as the first one.
func (e *engine) kept(i *item, name string) bool {
	first, ok := e.result(i.out(name), nil)
	if !ok {
		return true // nothing was assumed
	}
	all := *i
	all.inner = false
	o := all.out(name)
	if o == nil {
		return false
	}
	next, ok := e.result(o.right, nil)
	return ok && next.origin == first.origin
}

// pushAll takes into a common table expression what all its mentions say.
func (e *engine) pushAll(c *cte) {
	if len(c.mentions) == 0 || c.changes || c.q == nil || c.q.recursive != nil {
		return
	}
	for _, name := range c.mentions[0].used {
		b, ok := c.mentions[0].fact(name)
		for _, i := range c.mentions[1:] {
			other, ok2 := i.fact(name)
			if ok = ok && ok2; ok {
				b = b.or(other)
			}
		}
		if ok && b.level != weak {
			e.push(c.mentions[0].out(name), b)
		}
	}
}

// fact gives what is known about a column of an item where it stands.
func (i *item) fact(name string) (bound, bool) {
	n := i.owner.tree.leafOf(i)
	if n == nil {
		return bound{}, false
	}
	return n.known.get(column{i, name})
}

// leafOf finds the node of an item.
func (n *node) leafOf(i *item) *node {
	switch {
	case n == nil || i.place < n.from || i.place >= n.to:
		return nil
	case n.item == i:
		return n
	case n.item != nil:
		return nil
	}
	if found := n.left.leafOf(i); found != nil {
		return found
	}
	return n.right.leafOf(i)
}
