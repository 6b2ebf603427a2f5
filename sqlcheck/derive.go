package sqlcheck

// maxSteps bounds the work on one statement.
const maxSteps = 1_000_000

// An engine finds what the conditions of a statement hold columns to. It goes
// over the queries again and again until nothing new is found: each fact that
// it adds is implied by those before, so that the order doesn't matter.
type engine struct {
	ctes    []*cte
	catalog Catalog // may be nil
	// dropped are assumptions about recursive queries that turned out wrong.
	dropped map[assumption]bool
	steps   int
	gaveUp  bool
	changed bool
}

func (e *engine) spend(n int) {
	if e.steps += n; e.steps > maxSteps {
		e.gaveUp = true
	}
}

// derive adds to a frame what a condition says about the rows for which it
// holds. It reports false if there are none.
func (e *engine) derive(c cond, f *frame) bool {
	e.spend(1)
	if e.gaveUp {
		return true
	}
	switch c := c.(type) {
	case all:
		return e.deriveAll(c, f, false)
	case some:
		return e.deriveSome(c, f)
	case never:
		return false
	case *equal:
		e.equal(c, f)
	case *among:
		e.among(c, f)
	case *in:
		e.in(c, f)
	case *null:
		e.visit(c.arg.subs, f)
		e.hold(&c.arg, bound{origin: origin{from: FromLiteral}, level: exact, at: c.at}, f)
	case *opaque:
		e.visit(c.subs, f)
		for i := range c.refuses {
			o := &c.refuses[i]
			e.hold(o, bound{level: strict, firm: true, at: o.at}, f)
		}
	}
	return true
}

// deriveAll derives from AND until nothing new is found; settled says that it has
// been derived into the frame before.
func (e *engine) deriveAll(c all, f *frame, settled bool) bool {
	for found := false; ; settled = true {
		changed := false
		for _, part := range c {
			if settled && !reads(part) {
				continue
			}
			f.changed = false
			if !e.derive(part, f) {
				return false
			}
			changed = changed || f.changed
		}
		found = found || changed
		if !changed || len(c) < 2 || e.gaveUp {
			f.changed = found
			return true
		}
	}
}

// deriveSome takes from OR what all its branches say that can be true.
func (e *engine) deriveSome(c some, f *frame) bool {
	var branches []*frame
	for _, part := range c {
		b := &frame{parent: f, brief: true}
		if e.derive(part, b) {
			branches = append(branches, b)
		}
	}
	if len(branches) == 0 {
		return false
	}
	for _, first := range branches[0].facts {
		b, ok := first.bound, true
		for _, other := range branches[1:] {
			e.spend(1)
			o, has := other.get(first.column)
			if !has {
				ok = false
				break
			}
			b = b.or(o)
		}
		if ok {
			e.add(f, first.column, b)
		}
	}
	return true
}

// hold notes a bound of an operand that is a column.
func (e *engine) hold(o *operand, b bound, f *frame) {
	if !o.plain || len(o.refs) != 1 {
		return
	}
	r := o.refs[0]
	columns := r.resolve()
	b.firm = b.level == strict && len(columns) == 1 && r.certain
	for _, c := range columns {
		if c.item.made == nil {
			e.add(f, c, b)
		}
	}
}

func (e *engine) equal(c *equal, f *frame) {
	e.visit(c.left.subs, f)
	e.visit(c.right.subs, f)
	e.equate(c, &c.left, &c.right, f)
	e.equate(c, &c.right, &c.left, f)
}

// equate holds one side of an equality to the other.
func (e *engine) equate(c *equal, side, other *operand, f *frame) {
	if !side.plain {
		other.ask()
		return
	}
	b, ok := e.value(other, f)
	if !ok && !c.strict {
		return
	}
	if c.strict {
		if !ok {
			b = bound{}
		}
		b.level = strict
	}
	b.at = c.at
	e.hold(side, b, f)
	if m, ok := matched(side, other); ok && c.strict {
		e.identify([]match{m}, f)
		e.follow(m, f)
	}
}

func (e *engine) among(c *among, f *frame) {
	e.visit(c.left.subs, f)
	known := true
	var b bound
	for i := range c.list {
		o := &c.list[i]
		e.visit(o.subs, f)
		v, ok := e.value(o, f)
		known = known && ok
		if i == 0 {
			b = v
		} else if known {
			b = b.or(v)
		}
	}
	if !known {
		b = bound{}
	}
	b.level, b.at = strict, c.at
	e.hold(&c.left, b, f)
}

// in derives from x IN (SELECT ..) and EXISTS (SELECT ..).
func (e *engine) in(c *in, f *frame) {
	for i := range c.left {
		o := &c.left[i]
		e.visit(o.subs, f)
		v, ok := e.value(o, f)
		if ok && !c.scalar && v.level != weak {
			// Rows of the query with another value are never equal.
			v.level = strict
			e.push(c.q.outAt(i), v)
		}
	}
	e.step(c.q, f)
	var same []match
	for i := range c.left {
		o, result := &c.left[i], c.q.outAt(i)
		if l, ok := o.column(); ok {
			if r, ok := result.base(); ok {
				same = append(same, match{l, r})
			}
		}
		b, ok := e.result(result, f)
		if !ok {
			b = bound{}
		}
		b.level, b.at = strict, c.at
		e.hold(o, b, f)
	}
	if len(same) == len(c.left) {
		e.identify(same, f)
	}
	for _, m := range same {
		e.follow(m, f)
	}
	if !c.scalar {
		e.outward(c.q, f)
	}
}

// outward adds what a query that has a row says about the columns around it.
func (e *engine) outward(q *query, f *frame) {
	if q.op != noOperation || q.change != nil || q.shape().whole {
		return
	}
	outer := func(x *fact) bool { return x.item.owner != q }
	e.copy(&q.known, f, outer)
	if q.after != nil {
		e.copy(q.after, f, outer)
	}
}

// visit goes over queries in an expression of which the value is not used.
func (e *engine) visit(list []*query, f *frame) {
	for _, q := range list {
		e.step(q, f)
	}
}

// value gives what is known about an operand's value.
func (e *engine) value(o *operand, f *frame) (bound, bool) {
	e.spend(1)
	if o.unknown || o.origin.from == FromDefault {
		return bound{}, false
	}
	out := bound{origin: o.origin, level: exact}
	started := o.origin.from != FromElsewhere
	join := func(b bound) {
		if o.plain && !started {
			out = b
		} else if !started {
			out = bound{origin: origin{from: FromLiteral}, level: exact}.with(b)
		} else {
			out = out.with(b)
		}
		started = true
	}
	for _, r := range o.refs {
		b, ok := e.reference(r, f)
		if !ok {
			return bound{}, false
		}
		join(b)
	}
	for _, q := range o.scalars {
		b, ok := e.result(q.outAt(0), f)
		if !ok {
			return bound{}, false
		}
		if q.tree != nil || q.op != noOperation || !q.always() {
			b.level = weak // there may be no row
		}
		join(b)
	}
	if o.orNull {
		out.level = weak
	}
	if o.isList && out.from != FromLookup && out.from != FromElsewhere {
		out.origin = origin{from: FromList, param: out.param, fixed: out.isFixed()}
	}
	return out, started
}

// reference gives what is known about a column that is used as a value. Where it may
// be one of several, all must be known.
func (e *engine) reference(r *ref, f *frame) (out bound, ok bool) {
	for i, c := range r.resolve() {
		b, ok := e.columnValue(c, f)
		if !ok {
			return bound{}, false
		}
		if i == 0 {
			out = b
		} else {
			out = out.or(b)
		}
	}
	return out, len(r.columns) > 0
}

func (e *engine) columnValue(c column, f *frame) (bound, bool) {
	if c.item.made != nil {
		return e.result(c.item.made(c.name), f)
	}
	b, ok := f.get(c)
	if ok && b.from != FromElsewhere && b.from != FromLookup {
		return b, true
	}
	lookups := b.lookups
	for _, s := range f.choices(c.item) {
		lookups = addLookup(lookups, s)
	}
	level := weak
	if ok {
		level = b.level
	}
	return bound{origin: origin{from: FromLookup}, level: level, lookups: lookups, at: b.at}, len(lookups) > 0
}

// result gives what is known about a column of a query's result. The columns
// that belong to no query are judged in the frame that is given.
func (e *engine) result(o *out, f *frame) (bound, bool) {
	e.spend(1)
	if o == nil || e.gaveUp {
		return bound{}, false
	}
	if o.left != nil || o.right != nil {
		return e.combined(o, f)
	}
	if o.q != nil {
		f = o.q.groups()
	}
	var out bound
	for i := range o.values {
		b, ok := e.value(&o.values[i], f)
		if !ok {
			return bound{}, false
		}
		if i == 0 {
			out = b
		} else {
			out = out.or(b)
		}
	}
	if o.q != nil && o.q.shape().sets {
		out.level = weak
	}
	return out, len(o.values) > 0
}

func (e *engine) combined(o *out, f *frame) (bound, bool) {
	left, ok := e.result(o.left, f)
	right, ok2 := e.result(o.right, f)
	switch {
	case o.op == except:
		return left, ok
	case o.op == intersect && ok && ok2:
		return left.and(right), true
	case o.op == intersect && ok2:
		return right, true
	case o.op == intersect:
		return left, ok
	}
	if !ok || !ok2 {
		return bound{}, false
	}
	return left.or(right), true
}
