package sqlcheck

import "sort"

// maxAssumed bounds how often a statement is judged anew because something was
// wrongly assumed about its recursive queries.
const maxAssumed = 8

// pins finds what the conditions of the statement hold the columns of its
// relations to.
func (w *walker) pins() {
	var dropped map[assumption]bool
	for n := 0; ; n++ {
		b := &builder{walker: w, relations: w.nodes}
		e := &engine{dropped: dropped, catalog: w.catalog}
		var queries []*query
		for _, root := range w.queries {
			queries = append(queries, b.query(root, nil))
		}
		e.ctes = b.all
		if e.gaveUp = b.tooWide(); !e.gaveUp {
			e.run(queries)
		}
		wrong := e.refuted()
		if e.gaveUp || len(wrong) > 0 && n >= maxAssumed {
			w.unknown()
			return
		}
		if len(wrong) == 0 {
			w.record(b, e)
			return
		}
		for _, a := range wrong {
			put(&dropped, a, true)
		}
	}
}

func (e *engine) run(queries []*query) {
	for e.changed = true; e.changed && !e.gaveUp; {
		e.changed = false
		for _, q := range queries {
			e.step(q, nil)
		}
	}
}

// unknown says of all relations that their conditions are not known.
func (w *walker) unknown() {
	for i := range w.st.Relations {
		w.st.Relations[i].Loose = true
	}
}

// record notes what was found.
func (w *walker) record(b *builder, e *engine) {
	judged := make([]bool, len(w.st.Relations))
	for _, i := range b.items {
		if i.relation < 0 {
			continue
		}
		judged[i.relation] = true
		rel := &w.st.Relations[i.relation]
		if n := i.owner.tree.leafOf(i); n != nil {
			rel.Pins = w.pinsOf(i, &n.known)
		}
	}
	for i := range w.st.Relations {
		rel := &w.st.Relations[i]
		if !judged[i] && rel.Role != AsTarget {
			rel.Loose = true // read in a way that is not followed
		}
	}
	for _, c := range b.changes {
		w.recordChange(c, e)
	}
	w.nearPins(b, e)
}

func (w *walker) pinsOf(i *item, f *frame) []Pin {
	var out []Pin
	for _, x := range f.facts {
		if x.item != i || x.level == weak || x.from == FromElsewhere {
			continue
		}
		p := Pin{Column: x.name, To: x.from, Param: x.param, Text: x.text, Pos: w.st.Relations[i.relation].Pos}
		if x.at > 0 {
			p.Pos = w.pos(x.at)
		}
		out = append(out, p)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Column < out[j].Column })
	return out
}

// recordChange notes where values come from that are taken from other rows.
func (w *walker) recordChange(c *change, e *engine) {
	if c.insert >= 0 {
		columns := w.st.Inserts[c.insert].Columns
		for i := range columns {
			if columns[i].From == FromElsewhere {
				b, ok := e.result(c.source.outAt(i), nil)
				columns[i].take(b, ok)
			}
		}
	}
	for _, a := range c.given {
		var columns []ColumnValue
		switch {
		case a.insert >= 0:
			columns = w.st.Inserts[a.insert].Columns
		case a.update >= 0:
			columns = w.st.Updates[a.update].Columns
		}
		for i := range columns {
			if v, ok := a.value(columns[i].Column); ok && columns[i].From == FromElsewhere {
				b, known := e.value(v, &c.q.after)
				if c.target != nil && known && a.update >= 0 {
					b, known = b.without(c.target)
				}
				columns[i].take(b, known)
			}
		}
	}
}

// take notes where a value comes from.
func (c *ColumnValue) take(b bound, ok bool) {
	if !ok {
		return
	}
	if b.level == weak && b.from != FromLookup {
		b.origin = b.origin.or(origin{from: FromLiteral}) // or NULL
	}
	c.From, c.Param, c.Text = b.from, b.param, b.text
}

// value is what a SET list or VALUES gives to a column.
func (a values) value(column string) (operand, bool) {
	for i, c := range a.columns {
		if c == column && c != "" && i < len(a.values) {
			return a.values[i], true
		}
	}
	return operand{}, false
}
