package sqlcheck

// An openValue is given to a column by a change, and the text alone doesn't say
// where it comes from: it is taken from other rows.
type openValue struct {
	column *ColumnValue
	update bool // of a row that is there
	value  operand
	out    *out // if it comes from the source of an INSERT
}

// openValues finds those of a change.
func (b *builder) openValues(c *change) {
	if c.insert >= 0 {
		columns := b.st.Inserts[c.insert].Columns
		for i := range columns {
			if columns[i].From == FromElsewhere {
				c.open = append(c.open, openValue{column: &columns[i], out: c.source.outAt(i)})
			}
		}
	}
	for n := range c.given {
		a := &c.given[n]
		var columns []ColumnValue
		switch {
		case a.insert >= 0:
			columns = b.st.Inserts[a.insert].Columns
		case a.update >= 0:
			columns = b.st.Updates[a.update].Columns
		}
		for i := range columns {
			if columns[i].From != FromElsewhere {
				continue
			}
			if at := a.indexOf(columns[i].Column); at >= 0 {
				c.open = append(c.open, openValue{column: &columns[i], value: b.given(a, at), update: a.update >= 0})
			}
		}
	}
}

// given gives what is known about an open value.
func (e *engine) given(c *change, o *openValue) (bound, bool) {
	if o.out != nil {
		return e.result(o.out, nil)
	}
	b, ok := e.value(&o.value, &c.q.known)
	if ok && o.update && c.target != nil {
		return b.without(c.target)
	}
	return b, ok
}

// take notes where a value comes from.
func (c *ColumnValue) take(b bound, ok bool) {
	if !ok {
		return
	}
	if b.level == weak && b.from != FromLookup {
		b.origin = b.origin.or(origin{from: FromLiteral}) // or NULL
	}
	c.From, c.Param, c.Text = b.from, int(b.param), b.text
}
