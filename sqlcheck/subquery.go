package sqlcheck

// A query is a SELECT, VALUES or set operation, or a statement that changes
// rows, as far as it matters which rows reach its result.
type query struct {
	ctes []*cte
	tree *node // nil without FROM
	// items counts the items of the tree.
	items int
	// where holds for the rows that matter, having for the groups.
	where, having cond
	// late is what the result and the shape are read from once they are asked for.
	late   late
	result result
	// subs are the queries in expressions that no condition holds.
	subs []*query

	// arms are the sides of a set operation.
	left, right *query
	op          setOperation
	// closed: nothing can be pushed into the query (LIMIT, a change of rows).
	closed bool
	// settled: what it holds has been derived once.
	settled   bool
	recursive *cte // the query is the body of a recursive one

	shaped *shape

	// known is about the rows for which the condition holds.
	known frame
	// holds is where, and the conditions of the joins that hold for the same rows.
	holds  all
	after  *frame // what HAVING adds, nil without
	change *change
}

// groups is the frame of what comes out of the query.
func (q *query) groups() *frame {
	if q.after != nil {
		return q.after
	}
	return &q.known
}

type setOperation uint8

const (
	noOperation setOperation = iota
	union
	intersect
	except
)

// An out is a column of a query's result.
type out struct {
	name string
	// values are alternatives: one for each row of VALUES, else one.
	values []operand
	q      *query
	// left and right are the columns of the sides of a set operation.
	left, right *out
	op          setOperation
}

// A cte is a common table expression.
type cte struct {
	number   int
	name     string
	q        *query
	renamed  []string
	mentions []*item // but those in itself
	selfs    []*item // those in itself
	changes  bool    // it is no SELECT
}

// shape is the query of which the columns are those of a mention. Inside a
// recursive one these are the columns of its first part.
func (c *cte) shape(inner bool) *query {
	if c.q != nil && c.q.op != noOperation && c.q.left == nil {
		return nil // its first part is being read, and names it
	}
	if inner && c.q != nil && c.q.left != nil {
		return c.q.left
	}
	return c.q
}

// has reports whether the result has a column of a name, the first few being
// named otherwise.
func (q *query) has(name string, renamed int, s *search) answer {
	if q.op != noOperation {
		return q.left.has(name, renamed, s)
	}
	r := q.columns()
	for n, o := range r.outs {
		if n >= renamed && o != nil && o.name == name {
			return yes
		}
	}
	if len(r.stars) == 0 {
		return no
	}
	key := searched{q, renamed}
	if a, ok := s.asked[key]; ok {
		return a
	}
	put(&s.asked, key, maybe) // should the query be behind itself
	best := no
	for _, i := range r.stars {
		best = max(best, i.hasIn(name, s))
	}
	s.asked[key] = best
	return best
}

// outNamed finds a column of the result; nil if it is not known.
func (q *query) outNamed(name string) *out {
	if q.op != noOperation {
		left := q.left.outNamed(name)
		if left == nil {
			return nil
		}
		var right *out
		if n := q.left.indexOf(name); n >= 0 {
			right = q.right.outAt(n)
		} else if len(q.right.columns().stars) > 0 {
			// * on both sides: of relations that are made alike.
			right = q.right.outNamed(name)
		}
		return q.combined(left, right)
	}
	r := q.columns()
	for _, o := range r.outs {
		if o != nil && o.name == name {
			return o
		}
	}
	var cols []column
	for _, i := range r.stars {
		if i.has(name) != no {
			cols = append(cols, i.column(name)...)
		}
	}
	if len(cols) == 0 {
		return nil
	}
	star := &ref{name: name, resolved: true, columns: cols, certain: len(cols) == 1}
	return &out{name: name, q: q, values: []operand{{refs: []*ref{star}, plain: true}}}
}

// indexOf is the place of a named column, -1 if it is not known.
func (q *query) indexOf(name string) int {
	if q.op != noOperation {
		return q.left.indexOf(name)
	}
	for n, o := range q.columns().outs {
		if o == nil {
			return -1
		}
		if o.name == name {
			return n
		}
	}
	return -1
}

// outAt finds a column of the result by its place; nil if it is not known.
func (q *query) outAt(n int) *out {
	if q == nil {
		return nil
	}
	if q.op != noOperation {
		return q.combined(q.left.outAt(n), q.right.outAt(n))
	}
	for i, o := range q.columns().outs {
		if o == nil {
			return nil
		}
		if i == n {
			return o
		}
	}
	return nil
}

func (q *query) combined(left, right *out) *out {
	if left == nil || right == nil && q.op == union {
		return nil
	}
	return &out{name: left.name, q: q, left: left, right: right, op: q.op}
}

// always reports whether a query without FROM has its row in any case.
func (q *query) always() bool {
	where, ok := q.where.(all)
	having, ok2 := q.having.(all)
	return ok && ok2 && len(where) == 0 && len(having) == 0 && !q.closed
}
