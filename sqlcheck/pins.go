package sqlcheck

import (
	"slices"
	"strings"
)

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
		b.frames()
		if e.gaveUp = b.tooWide(); !e.gaveUp {
			e.run(queries, b)
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

// run goes over the queries until nothing new is found or asked for.
func (e *engine) run(queries []*query, b *builder) {
	flat := b.isFlat()
	for asked := -1; !e.gaveUp; {
		e.changed = false
		for _, q := range queries {
			e.step(q, nil)
		}
		if flat {
			return
		}
		before := asked
		if asked = used(b.items); !e.changed && asked == before {
			return
		}
	}
}

// used counts the columns that are asked for.
func used(items []*item) int {
	n := 0
	for _, i := range items {
		n += len(i.used)
	}
	return n
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
		if i.leaf.known != nil {
			rel.Pins = w.pinsOf(i, i.leaf.known)
		}
	}
	for i := range w.st.Relations {
		rel := &w.st.Relations[i]
		if !judged[i] && rel.Role != AsTarget {
			rel.Loose = true // read in a way that is not followed
		}
	}
	for _, c := range b.changes {
		for i := range c.open {
			o := &c.open[i]
			b, ok := e.given(c, o)
			o.column.take(b, ok)
		}
	}
	w.nearPins(b, e)
}

func (w *walker) pinsOf(i *item, f *frame) []Pin {
	var out []Pin
	for _, x := range f.facts {
		if x.item != i || x.level == weak || x.from == FromElsewhere {
			continue
		}
		p := Pin{Column: x.name, To: x.from, Param: int(x.param), Text: x.text, Pos: w.st.Relations[i.relation].Pos}
		if x.at > 0 {
			p.Pos = w.pos(x.at)
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Pin) int { return strings.Compare(a.Column, b.Column) })
	return out
}
