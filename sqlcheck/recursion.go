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
			for _, used := range i.used {
				name := used.name
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
	next, ok := e.result(i.next(name), nil)
	return ok && next.origin == first.origin
}

// next is the column of the second part of a recursive query in which an item
// is a mention of it; nil if it is not known.
func (i *item) next(name string) *out {
	all := *i
	all.inner = false
	if o := all.out(name); o != nil {
		return o.right
	}
	return nil
}

// askNext asks for what the columns of the second part rest on of which
// something is assumed, so that it is known whether they keep it.
func (e *engine) askNext(c *cte) {
	for _, i := range c.selfs {
		for n := 0; n < len(i.used); n++ { // more are asked for meanwhile
			e.result(i.next(i.used[n].name), nil)
		}
	}
}

// pushAll takes into a common table expression what all its mentions say.
func (e *engine) pushAll(c *cte) {
	if len(c.mentions) == 0 || c.changes || c.q == nil || c.q.recursive != nil {
		return
	}
	for _, used := range c.mentions[0].used {
		name := used.name
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
	if i.leaf.known == nil {
		return bound{}, false
	}
	return i.leaf.known.get(column{i, name})
}
