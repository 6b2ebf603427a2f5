package scope

import "cmp"

// touches notes that a statement of the function works on a tenant relation over
// a handle on which the function sets the tenant's context by itself.
func (b *builder) touches(f *frame, ev *Event) {
	wants, ok := f.Relevant(ev)
	if !ok {
		return
	}
	if v, h := f.judge.Event(ev); h == nil || v.Kind != Safe || h.Root != Created {
		return // reported where it stands, or the caller's affair
	}
	t := &Touch{Wants: wants, Posn: f.posn(ev.Pos)}
	if ev.Need != nil {
		t.Posn = ev.Need.Posn
	}
	b.touchedBy(t)
}

// touched notes what a called function works on.
func (w *flow) touched(t *Touch) {
	if w.emit != nil && t != nil {
		w.build.touchedBy(t)
	}
}

// touchedBy keeps one statement, the same in every order in which they are seen.
func (b *builder) touchedBy(t *Touch) {
	if b.touch == nil || compareTouches(t, b.touch) < 0 {
		b.touch = t
	}
}

func compareTouches(x, y *Touch) int {
	return cmp.Or(cmp.Compare(x.Posn, y.Posn), cmp.Compare(x.Relation, y.Relation))
}
