package pgparse

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits that every text must keep, measured before a parser sees it.
// TestDeepTextIsRefused holds both parsers to them; the measurements are of x86-64 Linux.
const (
	// MaxBytes bounds the length of a text given to a parser at once.
	MaxBytes = 4 << 20
	// MaxTokens bounds the size of the tree. The slowest such text takes
	// libpg_query two seconds, a list of values a third of one.
	MaxTokens = 100_000
	// MaxDepth bounds the height of the tree in units of a binary operator.
	// libpg_query takes 280 bytes of C stack a unit, and overflows one of
	// 8 MiB at 28,000; its stack may be as small as 256 KiB.
	MaxDepth = 500
	// A parenthesis can hold a sub-select, which costs as much as four operators.
	groupDepth = 4
	// maxRun bounds the tokens between two commas, where oliphant is quadratic
	// in some lists that are not separated by any (CREATE SCHEMA elements).
	maxRun = 20_000
	// maxCommentDepth bounds nested comments, in which libpg_query is quadratic.
	maxCommentDepth = 50
)

// Check reports why a text can't be given to a parser: it is not UTF-8, holds
// a zero byte, or is over the limits. It is nil for all others, valid SQL or not.
func Check(sql string) *Error {
	if len(sql) > MaxBytes {
		return tooComplex(0, "text of %d bytes", len(sql))
	}
	if i := strings.IndexByte(sql, 0); i >= 0 {
		return &Error{Message: "zero byte in SQL text", Offset: i}
	}
	if !utf8.ValidString(sql) {
		return &Error{Message: "SQL text is not UTF-8", Offset: invalidAt(sql)}
	}
	_, err := measure(sql)
	return err
}

func tooComplex(offset int, format string, args ...any) *Error {
	return &Error{
		Message:    fmt.Sprintf(format, args...) + " is too complex to parse",
		Offset:     offset,
		TooComplex: true,
	}
}

func invalidAt(s string) int {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return i
			}
		}
	}
	return -1
}

// A group is an open parenthesis, bracket or CASE, or the statement itself.
// What it measures is an upper bound of the height of the tree above its text.
type group struct {
	opener byte // '(', '[', 'c' for CASE, 0 for the statement
	// elements counts what commas separate.
	elements int
	// chained counts JOINs and set operations: they chain over commas.
	chained int
	// operators and child are those of the element being read: chained
	// operators, and the tallest group inside.
	operators, child int
	// run counts the element's tokens.
	run int
	// tallest is the height of the tallest finished element.
	tallest int
	// weight is how often a parser repeats this group in its tree, elemWeight
	// the element being read: UPDATE SET (a, b, c) = (SELECT ..) repeats its
	// source for every column, and such statements nest.
	weight, elemWeight int
}

func (g *group) height() int { return g.chained + max(g.tallest, g.operators+g.child) }

// separate ends an element's chain of operators.
func (g *group) separate() {
	g.tallest = max(g.tallest, g.operators+g.child)
	g.operators, g.child = 0, 0
}

// comma ends an element.
func (g *group) comma() {
	g.separate()
	g.elements++
	g.run = 0
	g.elemWeight = g.weight
}

// measure bounds size and depth of the tree that a parser would build. FuzzHeight
// holds the height that it returns to what the parser does build.
func measure(sql string) (height int, _ *Error) {
	l := lexer{src: sql}
	var few [8]group // as deep as most texts go
	stack := append(few[:0], group{weight: 1, elemWeight: 1})
	size, below := 0, 0 // below: height of the open groups' chains above the top one
	closed := 0         // elements of the group that the last token closed
	for {
		t, ok := l.next()
		if !ok {
			break
		}
		if t.Kind == CommentToken {
			continue
		}
		g := &stack[len(stack)-1]
		wasClosed := closed
		closed = 0
		g.run++
		size += g.elemWeight
		grown := true // the tree, perhaps
		switch t.Kind {
		case OperatorToken:
			if wasClosed > 1 && t.Text(sql) == "=" {
				g.elemWeight = min(g.weight*wasClosed, MaxTokens+1)
			}
			g.operators++
		case PunctToken:
			switch c := sql[t.Start]; c {
			case '(', '[':
				below += g.chained + g.operators + groupDepth
				stack = append(stack, group{opener: c, weight: g.elemWeight, elemWeight: g.elemWeight})
			case ')', ']':
				stack, closed = closeGroup(stack, c)
				below = openHeight(stack, below, closed)
			case ',':
				g.comma()
			case ';':
				if len(stack) > 1 {
					g.comma()
				} else {
					stack[0] = group{weight: 1, elemWeight: 1}
				}
			}
		case WordToken:
			switch wordEffect(t.Text(sql)) {
			case chains:
				g.operators++
			case joins:
				g.chained++
			case separates:
				g.separate()
			case none:
				grown = false
			case opensCase:
				below += g.chained + g.operators + groupDepth
				stack = append(stack, group{opener: 'c', weight: g.elemWeight, elemWeight: g.elemWeight})
			case closesCase:
				if g.opener == 'c' {
					stack, _ = closeGroup(stack, 'c')
					below = openHeight(stack, below, 1)
				}
			}
		default:
			grown = false
		}
		top := &stack[len(stack)-1]
		if grown {
			height = max(height, below+top.height())
		}
		switch {
		case height > MaxDepth:
			return height, tooComplex(t.Start, "an expression nested or chained %d deep", MaxDepth)
		case size > MaxTokens:
			return height, tooComplex(t.Start, "a text of %d words", MaxTokens)
		case top.run > maxRun:
			return height, tooComplex(t.Start, "a clause of %d words", maxRun)
		}
	}
	if l.commentDepth > maxCommentDepth {
		return height, tooComplex(0, "a comment nested %d deep", l.commentDepth)
	}
	return height, nil
}

// closeGroup closes the innermost group that the closer c belongs to, with
// those left open inside, and returns its number of elements; 0 if there is none.
func closeGroup(stack []group, c byte) ([]group, int) {
	opener := c
	switch c {
	case ')':
		opener = '('
	case ']':
		opener = '['
	}
	i := len(stack) - 1
	for i > 0 && stack[i].opener != opener {
		i--
	}
	if i == 0 {
		return stack, 0
	}
	h := 0
	for j := len(stack) - 1; j >= i; j-- {
		stack[j].child = max(stack[j].child, h)
		h = stack[j].height() + groupDepth
	}
	elements := stack[i].elements + 1
	stack = stack[:i]
	top := &stack[i-1]
	top.child = max(top.child, h)
	return stack, elements
}

// openHeight recomputes what the open groups below the top add up to after a
// group was closed; closed is 0 if none was.
func openHeight(stack []group, was, closed int) int {
	if closed == 0 {
		return was
	}
	h := 0
	for _, g := range stack[:len(stack)-1] {
		h += g.chained + g.operators + groupDepth
	}
	return h
}

type effect uint8

const (
	none       effect = iota
	chains            // an operator spelled as a word
	joins             // chains over commas and AND
	separates         // AND and OR make flat lists, as do the branches of CASE
	opensCase         // CASE
	closesCase        // END
)

func wordEffect(w string) effect {
	var folded [len("intersect")]byte
	if len(w) > len(folded) {
		return none
	}
	for i := range len(w) {
		folded[i] = lower(w[i])
	}
	switch string(folded[:len(w)]) {
	case "and", "or", "when", "then", "else":
		return separates
	case "join", "union", "intersect", "except":
		return joins
	case "not", "is", "isnull", "notnull", "collate", "at", "like", "ilike",
		"similar", "between", "in", "overlaps", "escape", "operator":
		return chains
	case "case":
		return opensCase
	case "end":
		return closesCase
	}
	return none
}
