package sqlcheck

// An item is something with rows that a query names: a relation, a sub-select,
// a common table expression, a function, or the rows that a statement makes.
type item struct {
	number   int // from 1; 0 for items without one
	relation int // index into Statement.Relations, -1 for others
	owner    *query
	place    int    // among the items of the owner
	alias    string // the name that columns are qualified with
	name     Name   // of a relation

	columns []string // of a relation that the catalog knows, and of aliases
	known   bool     // columns are all there are
	renamed []string // column aliases

	sub *query // a sub-select
	cte *cte   // a mention of one
	// inner: the mention is in the common table expression itself.
	inner bool
	// lateral items see those to their left.
	lateral bool
	// made gives the values of columns that are computed when they are used:
	// those of functions, of rows to insert, of RETURNING.
	made func(name string) *out
	args []operand // of a function

	// leaf is its node. One that has no frame is in no tree: the target of an
	// INSERT, of which no row is read.
	leaf node
	used []column // those that are asked for, in order
	// busy: its columns are being looked for. Common table expressions may name
	// each other in a circle, though no server takes that.
	busy bool
}

// bit is the set of just this item.
func (i *item) bit() itemSet {
	if i.number < 1 || i.number > 63 {
		return 0
	}
	return 1 << i.number
}

// use notes that a column is asked for.
func (i *item) use(name string) []column {
	for n := range i.used {
		if i.used[n].name == name {
			return i.used[n : n+1 : n+1]
		}
	}
	if i.used == nil {
		i.used = make([]column, 0, 4)
	}
	i.used = append(i.used, column{i, name})
	return i.used[len(i.used)-1 : len(i.used) : len(i.used)]
}

// An answer says whether an item has a column.
type answer uint8

const (
	no answer = iota
	maybe
	yes
)

// has reports whether the item has a column of a name.
func (i *item) has(name string) answer { return i.hasIn(name, &search{}) }

// A search remembers the queries that were asked for a column: one may be behind
// many mentions, and a recursive one behind itself.
type search struct {
	asked map[searched]answer
}

type searched struct {
	q       *query
	renamed int
}

func (i *item) hasIn(name string, s *search) answer {
	if name == "" {
		return no
	}
	for _, r := range i.renamed {
		if r == name {
			return yes
		}
	}
	if q := i.query(); q != nil {
		return q.has(name, len(i.renamed), s)
	}
	for _, c := range i.columns {
		if c == name {
			return yes
		}
	}
	if len(i.args) > 0 && !i.known && name == i.alias {
		return yes // a function's one column has its name
	}
	if i.known {
		return no
	}
	return maybe
}

// query is the query that the item's rows come from, nil if there is none.
func (i *item) query() *query {
	switch {
	case i.sub != nil:
		return i.sub
	case i.cte != nil:
		return i.cte.shape(i.inner)
	}
	return nil
}

// column is the item's column of a name, by the name that it has in the
// relation; there is none when that is not known.
func (i *item) column(name string) []column {
	if i.relation >= 0 {
		for n, r := range i.renamed {
			if r != name {
				continue
			}
			if !i.known || n >= len(i.columns) {
				return nil
			}
			name = i.columns[n]
			break
		}
	}
	return i.use(name)
}

// out is the output column behind a column of a sub-select or a common table
// expression; nil if it is not known.
func (i *item) out(name string) *out {
	q := i.query()
	if q == nil || i.busy {
		return nil
	}
	i.busy = true
	defer func() { i.busy = false }()
	for n, r := range i.renamed {
		if r == name {
			return q.outAt(n)
		}
	}
	return q.outNamed(name)
}
