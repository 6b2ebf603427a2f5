package sqlcheck

// A column is a column of an item of a query.
type column struct {
	item *item
	name string
}

// A level says what a bound knows about NULL.
type level uint8

const (
	weak   level = iota // the value or NULL, as on the nullable side of an outer join
	exact               // the value, which may be NULL itself
	strict              // the value, which is not NULL
)

// A bound is what is known about the values of a column in the rows that
// matter. Its origin is FromElsewhere when all that is known is that they are
// not NULL.
type bound struct {
	origin
	level level
	// firm: NULL is certain to be refused, so that an outer join that would put
	// it there is none; not for a name that may be another relation's column.
	firm bool
	// lookups are, for FromLookup, ways to find the value: each is the set of
	// relations whose rows are looked at. A column can't be known from a row of
	// its own relation.
	lookups []itemSet
	at      int32 // location of the condition
}

// An itemSet is a set of items, by number.
type itemSet uint64

// maxLookups bounds the ways to find a value that are remembered.
const maxLookups = 4

// without leaves out the lookups that look at an item.
func (b bound) without(i *item) (bound, bool) {
	if b.from != FromLookup {
		return b, true
	}
	var kept []itemSet
	for _, s := range b.lookups {
		if s&i.bit() == 0 {
			kept = append(kept, s)
		}
	}
	b.lookups = kept
	return b, len(kept) > 0
}

func addLookup(list []itemSet, s itemSet) []itemSet {
	for _, have := range list {
		if have&s == have {
			return list // there is a way that looks at less
		}
	}
	if len(list) >= maxLookups {
		return list
	}
	return append(list[:len(list):len(list)], s)
}

// and gives the bound of a column for which two hold.
func (b bound) and(c bound) bound {
	strongest, other := b, c
	if c.stronger(b) {
		strongest, other = c, b
	}
	if other.level == strict {
		strongest.level = strict
	}
	strongest.firm = strongest.firm || other.firm
	if strongest.from == FromLookup && other.from == FromLookup {
		for _, s := range other.lookups {
			strongest.lookups = addLookup(strongest.lookups, s)
		}
	}
	return strongest
}

// stronger reports whether b says more about the value than c.
func (b bound) stronger(c bound) bool {
	switch {
	case (b.from == FromElsewhere) != (c.from == FromElsewhere):
		return c.from == FromElsewhere
	case (b.level == weak) != (c.level == weak) && b.level != strict && c.level != strict:
		return c.level == weak
	}
	return b.from < c.from
}

// or gives the bound of a value for which one of two holds.
func (b bound) or(c bound) bound {
	out := bound{
		origin: b.origin.or(c.origin),
		level:  min(b.level, c.level),
		firm:   b.firm && c.firm,
		at:     b.at,
	}
	out.lookups = both(b, c, out.from)
	return out
}

// with gives the bound of a value that is computed from two.
func (b bound) with(c bound) bound {
	out := bound{origin: b.origin.with(c.origin), level: exact, at: b.at}
	if b.level == weak || c.level == weak {
		// Computed from the value or from NULL.
		out.level = weak
		if out.from != FromElsewhere && out.from != FromLookup {
			out.origin = origin{from: FromList, param: out.param, fixed: out.isFixed()}
		}
	}
	out.lookups = both(b, c, out.from)
	return out
}

// both gives the ways to find two values.
func both(b, c bound, from Source) []itemSet {
	if from != FromLookup {
		return nil
	}
	left, right := b.lookups, c.lookups
	if b.from != FromLookup {
		left = []itemSet{0}
	}
	if c.from != FromLookup {
		right = []itemSet{0}
	}
	var out []itemSet
	for _, s := range left {
		for _, t := range right {
			out = addLookup(out, s|t)
		}
	}
	return out
}

// same reports whether nothing is new in c.
func (b bound) same(c bound) bool {
	return b.origin == c.origin && b.level == c.level && b.firm == c.firm && len(b.lookups) == len(c.lookups)
}

// A frame is what is known at one place of a query.
type frame struct {
	parent *frame
	facts  []fact         // in the order in which they were found
	index  map[column]int // of the facts, once they are many
	// changed: a fact has come in since it was last set to false.
	changed bool
	// brief: the frame lives for one round.
	brief bool
}

type fact struct {
	column
	bound
}

// fewFacts are looked through faster than a map is made.
const fewFacts = 24

// find gives the index of the fact about a column.
func (f *frame) find(c column) (int, bool) {
	if f.index != nil {
		i, ok := f.index[c]
		return i, ok
	}
	for i := range f.facts {
		if f.facts[i].column == c {
			return i, true
		}
	}
	return 0, false
}

// put adds a fact about a column that has none yet.
func (f *frame) put(x fact) {
	if f.facts == nil {
		f.facts = make([]fact, 0, 3)
	}
	f.facts = append(f.facts, x)
	switch {
	case f.index != nil:
		f.index[x.column] = len(f.facts) - 1
	case len(f.facts) > fewFacts:
		f.index = make(map[column]int, 2*fewFacts)
		for i := range f.facts {
			f.index[f.facts[i].column] = i
		}
	}
}

// get gives what is known about a column, here and around.
func (f *frame) get(c column) (out bound, ok bool) {
	for ; f != nil; f = f.parent {
		i, has := f.find(c)
		switch {
		case has && ok:
			out = out.and(f.facts[i].bound)
		case has:
			out, ok = f.facts[i].bound, true
		}
	}
	return out, ok
}

// choices are the ways in which the rows of an item are chosen by known values.
func (f *frame) choices(i *item) []itemSet {
	var out []itemSet
	for ; f != nil && i.bit() != 0; f = f.parent {
		for n := range f.facts {
			x := &f.facts[n]
			switch {
			case x.item != i || x.from == FromElsewhere || x.isFixed():
			case x.from != FromLookup:
				out = addLookup(out, i.bit())
			default:
				for _, s := range x.lookups {
					out = addLookup(out, s|i.bit())
				}
			}
		}
	}
	return out
}

// add notes that a bound holds for a column, in addition to what is known.
func (e *engine) add(f *frame, c column, b bound) {
	e.spend(1)
	b, ok := b.without(c.item)
	if !ok {
		return
	}
	old, had := f.get(c)
	if had {
		b = old.and(b)
		if b.same(old) {
			return
		}
	}
	if i, ok := f.find(c); ok {
		f.facts[i].bound = b
	} else {
		f.put(fact{c, b})
	}
	f.changed = true
	if !f.brief {
		e.changed = true
	}
}
