package scope

import (
	"cmp"
	"maps"
)

// A parting is where two paths meet that know different things about parameters.
type parting struct {
	a, b map[*Object]bool
	// asks makes the question of what one path knows.
	asks func(o *Object, nonZero bool) *Object
}

// lacking is the question that the second of two paths answers with no, and the first
// doesn't; nil if there is none, or more than one: then it is not a single parameter
// that decides.
func (p *parting) lacking() *Object {
	var found *Object
	for o, nonZero := range p.b {
		if known, has := p.a[o]; has && known == nonZero {
			continue
		}
		q := p.asks(o, !nonZero)
		if q != nil && found != nil {
			return nil
		}
		found = cmp.Or(q, found)
	}
	return found
}

// swapped is the parting seen from the other path.
func (p *parting) swapped() *parting { return &parting{p.b, p.a, p.asks} }

// entry joins the entry of the first path with nothing on the second, if that lacks the
// setting because of a parameter: where the parameter is something else, it is made.
func (p *parting) entry(a Entry) (Entry, bool) {
	q := a.If
	switch {
	case a.Level >= Unchecked:
		if q = p.lacking(); q == nil {
			return Entry{}, false
		}
		return Entry{Level: Conditional, By: a.By, If: q, Then: a.Level, here: true, pending: a.pending}, true
	case a.missesOn(p.b):
		a.here = true
		return a, true
	}
	return Entry{}, false
}

// entries joins two entries. ok is false where each is missing somewhere.
func (p *parting) entries(a, b Entry) (e Entry, ok bool) {
	switch {
	case opposed(a, b):
		return Entry{}, false
	case a.missesOn(p.b) && b.Level >= Unchecked: // what the other path adds is about another value
		return a, true
	case b.missesOn(p.a) && a.Level >= Unchecked:
		return b, true
	}
	return joinEntries(a, b), true
}

// missesOn reports whether an entry depends on what a parameter isn't on a path.
func (e Entry) missesOn(given map[*Object]bool) bool {
	if e.Level != Conditional || !e.asks() {
		return false
	}
	yes, known := answerTo(given, e.If)
	return known && !yes
}

// opposed reports whether one entry is in effect only where a parameter is zero, and the
// other only where it isn't: then each is missing somewhere.
func opposed(a, b Entry) bool {
	return a.Level == Conditional && b.Level == Conditional && a.If != nil && b.If != nil && a.If.asksValue() && b.If.asksValue() &&
		a.If.Index == b.If.Index && a.If.Value == b.If.Value && a.If.Place().wantsZero() != b.If.Place().wantsZero()
}

// agree keeps what both paths know about parameters.
func agree(given, other map[*Object]bool) (changed bool) {
	n := len(given)
	maps.DeleteFunc(given, func(o *Object, nonZero bool) bool {
		known, has := other[o]
		return !has || known != nonZero
	})
	return len(given) != n
}

// An arrival is a handle's state at the end of a path, with what the path knows.
type arrival struct {
	State
	given map[*Object]bool
}

// meet joins arrivals.
func (f *frame) meet(all []arrival) State {
	var out State
	var given map[*Object]bool
	for i, a := range all {
		if i == 0 {
			out, given = a.State, maps.Clone(a.given)
			continue
		}
		out = joinAt(out, a.State, &parting{given, a.given, f.asks})
		agree(given, a.given)
	}
	return out
}

// meeting is the state of a handle after any of several exits. What decides a setting
// at some of them may be a parameter that the others know to be something else.
func (f *frame) meeting(o *Object, exits []exit) State {
	var all []arrival
	for _, x := range exits {
		s := x.env.get(o).clone()
		for name, entry := range s.Settings {
			if returnsAs(x, entry.pending) {
				s.set(name, entry.succeeds())
			}
		}
		all = append(all, arrival{s, x.env.given})
	}
	return f.meet(all)
}
