package sqlcheck

import (
	"strconv"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// number gives the number of a placeholder by name, a new one for "".
func (w *slotter) number(name string) int {
	if n, ok := w.params[name]; ok {
		return n
	}
	w.count++
	if name != "" {
		w.params[name] = w.count
	}
	return w.count
}

// placeholder makes a slot of a placeholder that is no SQL. Where no
// placeholder can stand, it is a name that the driver fills in, as bun does.
func (w *slotter) placeholder(start, end int, name string) {
	m := w.mark(hole{part: -1, offset: w.at.original(start), place: InName})
	w.slot(start, end, nil,
		choice{" $" + strconv.Itoa(w.number(name)) + " ", InPlaceholder},
		choice{" " + m + " ", InName})
	w.operand = true
}

// operator handles an operator token, which may end in a placeholder.
func (w *slotter) operator(i int) int {
	t, text := w.tokens[i], w.text(i)
	wasOperand := w.operand
	w.operand = false
	head, mark := text[:len(text)-1], text[len(text)-1]
	start := t.End - 1
	switch {
	case text == "??" && wasOperand:
		// Builders write the operator ? like this.
		w.slot(t.Start, t.End, nil, choice{"?", InFragment})
		return 1
	case mark == '?' && (comparison(head) || head == "" && !(wasOperand && w.startsOperand(i+1))):
		if w.adjacent(i) && (w.kind(i+1) == pgparse.WordToken || w.kind(i+1) == pgparse.NumberToken) && !w.marked(i+1) {
			name := "?" + w.text(i+1)
			w.placeholder(start, w.tokens[i+1].End, name)
			return 2
		}
		w.placeholder(start, t.End, "")
		return 1
	case mark == '@' && (head == "" && !wasOperand || comparison(head) && head != "<") && w.adjacent(i) && w.kind(i+1) == pgparse.WordToken && !w.marked(i+1):
		w.placeholder(start, w.tokens[i+1].End, "@"+w.text(i+1))
		return 2
	case text == "%" && w.loose:
		return w.verb(i, wasOperand)
	}
	return 1
}

func (w *slotter) marked(i int) bool {
	_, found := w.markers(w.text(i))
	return found
}

// comparison reports whether an operator may stand before a placeholder
// without space, as in "id=?".
func comparison(op string) bool {
	switch op {
	case "=", "<", ">", "<=", ">=", "<>", "!=", "+", "-", "*", "/", "||", "->", "->>", "#>", "#>>", "@>", "&&":
		return true
	}
	return false
}

// startsOperand reports whether the token at i can be the right side of the
// JSON operator "?".
func (w *slotter) startsOperand(i int) bool {
	switch w.kind(i) {
	case pgparse.StringToken, pgparse.QuotedToken, pgparse.ParamToken, pgparse.NumberToken:
		return true
	case pgparse.WordToken:
		return !expectsOperand(w.text(i)) || strings.EqualFold(w.text(i), "any") || strings.EqualFold(w.text(i), "array")
	case pgparse.PunctToken:
		return w.text(i) == "(" || w.text(i) == "$" // "$%d"
	case pgparse.OperatorToken:
		return w.text(i) == "?" // "data ? ?"
	}
	return false
}

// verb reads a verb of fmt, such as %s or %[1]d, in a text that was not formatted.
func (w *slotter) verb(i int, wasOperand bool) int {
	n := 1
	if w.adjacent(i) && w.text(i+1) == "[" && w.text(i+3) == "]" && w.adjacent(i+1) && w.adjacent(i+2) {
		n = 4
	}
	word := w.text(i + n)
	if word == "" || !w.adjacent(i+n-1) || !strings.Contains("sdvqtxIL", word[:1]) {
		return 1
	}
	verb, rest := word[:1], word[1:]
	start, end := w.tokens[i].Start, w.tokens[i+n].End
	glued := w.adjacent(i-1) && w.kind(i-1) == pgparse.WordToken && !expectsOperand(w.text(i-1)) && !w.marked(i-1) &&
		(len(w.slots) == 0 || w.slots[len(w.slots)-1].end <= w.tokens[i-1].Start) &&
		(strings.HasSuffix(w.text(i-1), "_") || rest != "" || w.adjacent(i+n) && w.text(i+n+1) == ".")
	if glued || strings.HasPrefix(rest, "_") {
		// A part of a name, as in "tenant_%s" and "%s_orders".
		before := ""
		if glued {
			before, start = w.text(i-1), w.tokens[i-1].Start
		}
		m := w.mark(hole{part: -1, offset: w.at.original(w.tokens[i].Start)})
		w.slot(start, end, []int{len(w.holes) - 1}, choice{" " + before + m + rest + " ", InName})
		w.operand = true
		return n + 1
	}
	if rest != "" {
		return 1
	}
	h := hole{part: -1, offset: w.at.original(start)}
	if verb == "d" || verb == "t" || verb == "x" {
		h.trust = Inert
	}
	m := w.mark(h)
	ids := []int{len(w.holes) - 1}
	if wasOperand {
		w.slot(start, end, ids, afterOperand(m)...)
	} else {
		w.slot(start, end, ids, asOperand(m, w.list)...)
	}
	w.operand = true
	return n + 1
}

// colonName reads :name, which is SQL only in the bounds of an array slice.
func (w *slotter) colonName(i int) int {
	if slice := len(w.square) > 0 && w.square[len(w.square)-1] && w.operand; slice {
		return 0
	}
	if !w.loose || !w.adjacent(i) || w.kind(i+1) != pgparse.WordToken || w.marked(i+1) {
		return 0
	}
	w.placeholder(w.tokens[i].Start, w.tokens[i+1].End, ":"+w.text(i+1))
	return 2
}

// braces reads {{ .. }} of a text template as a hole.
func (w *slotter) braces(i int) int {
	if !w.loose || w.text(i+1) != "{" || !w.adjacent(i) {
		return 0
	}
	for j := i + 2; j < len(w.tokens) && j < i+64; j++ {
		if w.text(j) != "}" || w.text(j+1) != "}" || !w.adjacent(j) {
			continue
		}
		start, end := w.tokens[i].Start, w.tokens[j+1].End
		m := w.mark(hole{part: -1, offset: w.at.original(start)})
		ids := []int{len(w.holes) - 1}
		if w.operand {
			w.slot(start, end, ids, afterOperand(m)...)
		} else {
			w.slot(start, end, ids, asOperand(m, w.list)...)
			w.operand = true
		}
		return j + 2 - i
	}
	return 0
}
