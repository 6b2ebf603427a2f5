package sqlcheck

import (
	"sort"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// Holes that stand for syntax may not be in the tree, so that what they could
// change is told by where they are in the text: in which clause, and in the
// parentheses of which query.

// A part is the statement, or what is between parentheses in it.
type part struct {
	query  bool // it starts as a query does
	begun  bool // a token has been seen
	clause string
	arms   []*arm
	body   int // where the query itself begins after WITH
}

// An arm is one side of a set operation in a part, or all of it.
type arm struct {
	start, end int // in sql
	where      int // the last WHERE
	part       *part
}

// A spot is where a hole stands: the arms around it and their clauses, the
// innermost last.
type spot struct {
	at      int
	name    bool // the hole is a name
	arms    []*arm
	clauses []string
}

// loosen marks the relations of which a hole could change the conditions. The
// statement is sql[from:to].
func (w *walker) loosen(from, to int) {
	if len(w.holes) == 0 {
		return
	}
	for _, s := range w.spots(w.fragments(from, to), from, to) {
		for i := len(s.arms) - 1; i >= 0; i-- {
			a := s.arms[i]
			if i > 0 && (!a.part.query || s.clauses[i] == "") {
				continue // an expression, a list, or all of a query: what counts is where it stands
			}
			if !s.restricts(a, s.clauses[i]) {
				break
			}
			w.loosenArm(a)
		}
	}
}

// fragments finds the holes that stand for syntax, in the order of the text.
func (w *walker) fragments(from, to int) []int {
	var out []int
	first := sort.Search(len(w.slots), func(i int) bool { return w.slotAt(i) >= from })
	for i := first; i < len(w.slots) && w.slotAt(i) < to; i++ {
		at := w.slotAt(i)
		for _, id := range w.slots[i].holes {
			if h := w.holes[id]; h.place == InFragment && h.trust != Inert {
				out = append(out, at)
				break
			}
		}
	}
	return out
}

// slotAt is where a slot is in sql.
func (f *filling) slotAt(i int) int { return f.back[2*i+1].from }

// spots finds out where the holes stand, and where names are filled in.
func (w *walker) spots(holes []int, from, to int) []spot {
	text := w.sql[from:to]
	stack := []*part{newPart(from)}
	var out []spot
	note := func(at int, name bool) {
		s := spot{at: at, name: name}
		for _, p := range stack {
			s.arms = append(s.arms, p.arms[len(p.arms)-1])
			s.clauses = append(s.clauses, p.clause)
		}
		out = append(out, s)
	}
	for _, t := range append(pg.Lex(text), pg.Token{Start: len(text), End: len(text) + 1}) {
		if len(stack) == 1 && t.Kind == pg.PunctToken && t.Text(text) == ";" {
			break
		}
		for len(holes) > 0 && holes[0] < from+t.End {
			note(holes[0], false)
			holes = holes[1:]
		}
		if t.End > len(text) {
			break
		}
		if (t.Kind == pg.WordToken || t.Kind == pg.QuotedToken) && w.fillsName(t.Text(text)) {
			note(from+t.Start, true)
		}
		top := stack[len(stack)-1]
		switch word := t.Text(text); {
		case t.Kind == pg.CommentToken:
		case t.Kind == pg.PunctToken && (word == "(" || word == "["):
			top.begun = true
			stack = append(stack, newPart(from+t.End))
		case t.Kind == pg.PunctToken && (word == ")" || word == "]"):
			top.close(from + t.Start)
			if len(stack) > 1 {
				stack = stack[:len(stack)-1]
			}
		case t.Kind == pg.WordToken:
			top.word(strings.ToLower(word), from+t.Start)
		default:
			top.begun = true
		}
	}
	for _, p := range stack {
		p.close(to)
	}
	return out
}

func newPart(start int) *part {
	p := &part{body: start}
	p.arms = []*arm{{start: start, where: -1, part: p}}
	return p
}

func (p *part) close(end int) { p.arms[len(p.arms)-1].end = end }

// word follows the clauses of a query.
func (p *part) word(word string, at int) {
	if !p.begun {
		p.begun = true
		p.query = startsStatement(word) || word == "perform"
		p.clause = word
		return
	}
	if !p.query {
		return
	}
	a := p.arms[len(p.arms)-1]
	switch word {
	case "union", "intersect", "except":
		a.end = at
		p.arms = append(p.arms, &arm{start: at, where: -1, part: p})
		p.clause = word
	case "where":
		a.where = at
		p.clause = word
	case "select", "insert", "update", "delete", "merge":
		if p.clause == "with" {
			p.body = at
		}
		if p.clause != "for" && p.clause != "do" { // FOR UPDATE, DO UPDATE
			p.clause = word
		}
	case "from", "join", "on", "using", "having", "group", "order", "limit", "offset", "fetch", "for", "window",
		"returning", "values", "set", "when", "do":
		p.clause = word
	}
}

// restricts reports whether the clause that a hole is in could hold rows back.
func (s *spot) restricts(a *arm, clause string) bool {
	switch clause {
	case "where", "on", "having", "when":
		return true
	case "from", "join", "using", "group", "with", "update", "delete", "merge", "union", "intersect", "except":
		return !s.name
	case "set", "select":
		// What comes after the list may be in the hole as well.
		return !s.name && clause == "set" && a.where < s.at
	}
	return false
}

// fillsName reports whether a name is filled in, or a part of it.
func (w *walker) fillsName(word string) bool {
	ids, found := w.markers(word)
	for _, id := range ids {
		if p := w.holes[id].place; p == InName || p == InQuotedName {
			return true
		}
	}
	return found && len(ids) == 0
}

// loosenArm marks the relations that are named in an arm, and in WITH before it.
func (w *walker) loosenArm(a *arm) {
	for i, n := range w.nodes {
		if n == nil {
			continue
		}
		at := w.base + int(n.GetLocation())
		if at >= a.start && at < a.end || at >= a.part.arms[0].start && at < a.part.body {
			w.st.Relations[i].Loose = true
		}
	}
}
