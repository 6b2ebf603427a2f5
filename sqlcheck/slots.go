package sqlcheck

import (
	"strconv"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// firstMarkerParam is the number of the placeholder that stands for hole 0 in
// "$⟨…⟩". PostgreSQL allows 65,535 placeholders.
const firstMarkerParam = 1_000_000

// A dialect says which texts that are no SQL are read as placeholders. Without
// loose, only those that are no SQL in any reading.
type dialect struct {
	loose bool
}

// slotter walks the tokens of a source and finds its slots.
type slotter struct {
	*source
	dialect
	tokens []pgparse.Token // without comments
	slots  []slot
	params map[string]int // named placeholders
	count  int            // placeholders numbered so far

	operand bool    // the token before ends an operand
	list    Place   // place of a hole at the start of a list element
	lists   []Place // of the open parentheses
	square  []bool  // whether they are brackets
	into    bool    // after INSERT INTO, before its column list
}

func newFilling(s *source, d dialect) *filling {
	if len(s.holes) == 0 && !d.loose && strings.IndexByte(s.text, '?') < 0 && strings.IndexByte(s.text, '@') < 0 {
		return &filling{source: s} // nothing in it can be read in another way
	}
	w := slotter{source: s, dialect: d, params: map[string]int{}}
	tokens := pgparse.Lex(s.text)
	w.tokens = make([]pgparse.Token, 0, len(tokens)+2*len(s.holes))
	for _, t := range tokens {
		if t.Kind == pgparse.CommentToken {
			w.inside(t, InComment)
			continue
		}
		if len(s.holes) == 0 {
			w.tokens = append(w.tokens, t)
			continue
		}
		w.tokens = append(w.tokens, w.split(t)...)
	}
	for i := 0; i < len(w.tokens); {
		i += w.token(i)
	}
	return &filling{source: s, slots: w.slots}
}

// split takes a word apart where a hole that touches it is more likely a
// fragment than a part of the name: "WHERE" + x, "orders" + where, x + "FROM";
// but not "orders_" + x, nor "orders" + x + ".id".
func (w *slotter) split(t pgparse.Token) []pgparse.Token {
	word := t.Text(w.source.text)
	if t.Kind != pgparse.WordToken || !strings.Contains(word, w.prefix) {
		return []pgparse.Token{t}
	}
	first := strings.Index(word, w.prefix)
	from, to := 0, len(word) // the word without the holes around it
	if first == 0 {
		for n := w.marker(word); n > 0; n = w.marker(word[from:]) {
			from += n
		}
	}
	if i := strings.Index(word[from:], w.prefix); i >= 0 {
		to = from + i
		for rest := word[to:]; rest != ""; {
			n := w.marker(rest)
			if n == 0 {
				return []pgparse.Token{t} // the name goes on after the hole
			}
			rest = rest[n:]
		}
	}
	name := word[from:to]
	_, keyword := clauseWords[strings.ToLower(name)]
	before := from > 0 && keyword
	after := to < len(word) && name != "" && (keyword || !strings.HasSuffix(name, "_") && w.isFree(word[to:]) && !w.goesOn(t.End))
	cuts := []int{t.Start, t.End}
	if after {
		cuts = []int{t.Start, t.Start + to, t.End}
	}
	if before {
		cuts = append([]int{t.Start, t.Start + from}, cuts[1:]...)
	}
	var out []pgparse.Token
	for i := 1; i < len(cuts); i++ {
		out = append(out, pgparse.Token{Kind: t.Kind, Start: cuts[i-1], End: cuts[i]})
	}
	return out
}

// marker is the length of the marker that s starts with, 0 if there is none.
func (w *slotter) marker(s string) int {
	if !strings.HasPrefix(s, w.prefix) {
		return 0
	}
	return strings.IndexByte(s[len(w.prefix):], 'z') + 1 + len(w.prefix)
}

// isFree reports whether the first hole in a text may be syntax.
func (w *slotter) isFree(s string) bool {
	ids, _ := w.markers(s)
	return len(ids) > 0 && (w.holes[ids[0]].trust == Free || w.holes[ids[0]].trust == Constant)
}

// goesOn reports whether what follows shows that the word before it is one name.
func (w *slotter) goesOn(end int) bool {
	rest := w.source.text[end:]
	trimmed := strings.TrimLeft(rest, " \t\r\n")
	return strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "(") || strings.HasPrefix(trimmed, "=")
}

func (w *slotter) text(i int) string {
	if i < 0 || i >= len(w.tokens) {
		return ""
	}
	return w.tokens[i].Text(w.source.text)
}

func (w *slotter) kind(i int) pgparse.Kind {
	if i < 0 || i >= len(w.tokens) {
		return 0
	}
	return w.tokens[i].Kind
}

// adjacent reports whether token i+1 follows token i without space.
func (w *slotter) adjacent(i int) bool {
	return i >= 0 && i+1 < len(w.tokens) && w.tokens[i].End == w.tokens[i+1].Start
}

// inside notes the place of the holes inside a token.
func (w *slotter) inside(t pgparse.Token, p Place) {
	ids, _ := w.markers(t.Text(w.source.text))
	w.place(ids, p)
}

func (w *slotter) place(ids []int, p Place) {
	for _, id := range ids {
		w.holes[id].place = p
	}
}

// token handles the token at i and returns how many it used.
func (w *slotter) token(i int) int {
	t, text := w.tokens[i], w.text(i)
	switch t.Kind {
	case pgparse.StringToken:
		w.inside(t, InLiteral)
		if ids, ok := w.onlyMarkers(strings.Trim(text, "'")); ok && w.holes[ids[0]].trust == QuotedLiteral {
			w.place(ids, InValue)
		}
		w.operand = true
	case pgparse.QuotedToken:
		w.inside(t, InQuotedName)
		if ids, ok := w.onlyMarkers(strings.Trim(text, `"`)); ok && w.holes[ids[0]].trust == QuotedIdentifier {
			w.place(ids, InName)
		}
		w.operand = true
	case pgparse.ParamToken:
		w.operand = true
	case pgparse.NumberToken:
		if ids, found := w.markers(text); found {
			w.place(ids, InValue)
			w.slot(t.Start, t.End, ids, choice{"0", InValue})
		}
		w.operand = true
	case pgparse.WordToken:
		w.word(i)
	case pgparse.OperatorToken:
		return w.operator(i)
	case pgparse.PunctToken:
		return w.punct(i)
	default: // unfinished
		w.inside(t, InLiteral)
	}
	return 1
}

func (w *slotter) slot(start, end int, holes []int, choices ...choice) {
	w.slots = append(w.slots, slot{start: start, end: end, holes: holes, choices: choices})
}

func (w *slotter) word(i int) {
	t, text := w.tokens[i], w.text(i)
	if ids, ok := w.onlyMarkers(text); ok {
		w.hole(i, t.Start, t.End, ids)
		return
	}
	if ids, found := w.markers(text); found {
		w.place(ids, InName)
		w.operand = true
		return
	}
	if w.text(i-1) == "." {
		w.operand = true
		return
	}
	place, ok := clauseWords[strings.ToLower(text)]
	w.operand = !ok
	if ok {
		w.list = place
		w.into = strings.EqualFold(text, "into")
	}
}

// hole makes a slot of a hole that stands by itself.
func (w *slotter) hole(i, start, end int, ids []int) {
	m := w.source.text[start:end]
	prev, next := w.text(i-1), w.text(i+1)
	switch {
	case prev == "." || next == "." || next == "(" && w.kind(i+1) == pgparse.PunctToken && !w.operand && w.adjacent(i):
		w.place(ids, InName)
		w.slot(start, end, ids, choice{" " + m + " ", InName})
		w.operand = true
	case prev == "" || prev == ";":
		first := choice{" SELECT 0 AS " + m + " ", InFragment}
		nothing := choice{" ", InFragment}
		if startsStatement(next) {
			first, nothing = nothing, first
		}
		w.slot(start, end, ids, first, nothing, choice{m, InFragment})
	case w.operand:
		w.slot(start, end, ids, afterOperand(m)...)
	default:
		place := w.list
		if prev == "::" {
			place = InName
		} else if w.kind(i-1) == pgparse.OperatorToken {
			place = InValue
		} else if place == InFragment && w.kind(i+1) == pgparse.OperatorToken {
			place = InName
		}
		w.slot(start, end, ids, asOperand(m, place)...)
		w.operand = true
	}
}

func (w *slotter) punct(i int) int {
	t, text := w.tokens[i], w.text(i)
	switch text {
	case "(", "[":
		w.lists = append(w.lists, w.list)
		w.square = append(w.square, text == "[")
		switch prev := strings.ToLower(w.text(i - 1)); {
		case w.into:
			w.list, w.into = InName, false
		case prev == "from" || prev == "join" || prev == "as" || prev == "lateral" || prev == "exists":
			w.list = InFragment
		case prev == "where" || prev == "and" || prev == "or" || prev == "not" || prev == "on" || prev == "having" || prev == "when":
			w.list = InFragment // a condition
		default:
			w.list = InValue
		}
		w.operand = false
	case ")", "]":
		if n := len(w.lists); n > 0 {
			w.list, w.lists = w.lists[n-1], w.lists[:n-1]
			w.square = w.square[:n-1]
		}
		w.operand = true
	case ";":
		w.lists, w.square, w.list, w.into, w.operand = nil, nil, InFragment, false, false
	case "$":
		if ids, ok := w.onlyMarkers(w.text(i + 1)); ok && w.adjacent(i) {
			w.place(ids, InPlaceholder)
			w.slot(t.Start, w.tokens[i+1].End, ids, choice{"$" + strconv.Itoa(firstMarkerParam+ids[0]), InPlaceholder})
			w.operand = true
			return 2
		}
		w.operand = false
	case ":":
		if n := w.colonName(i); n > 0 {
			return n
		}
		w.operand = false
	case "{":
		if n := w.braces(i); n > 0 {
			return n
		}
		w.operand = false
	default:
		w.operand = false
	}
	return 1
}
