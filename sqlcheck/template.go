package sqlcheck

import "strings"

// A Template is SQL text as a program builds it: literal segments with holes
// where the program inserts values that are only known at run time.
type Template struct {
	Parts []Part
}

// A Part is either literal text or, if Hole is not nil, a hole.
type Part struct {
	Text string
	Hole *Hole
}

// A Hole is a place in a template that is filled at run time.
type Hole struct {
	Trust Trust
	// From says who decides on the value, as far as it is known.
	From Origin
	// Type is the Go type of the value as written in Go, such as "string" or
	// "github.com/google/uuid.UUID"; empty when unknown. It only informs messages.
	Type string
}

// Origin says who decides on the value of a hole. What the value can do is its
// Trust.
type Origin uint8

const (
	// Own: the program computes, keeps or checks it, or nothing is known.
	Own Origin = iota
	// Passed: the function's caller passes it as a string, and the function puts
	// it in as it is.
	Passed
	// Received: it is a part of what was passed in, or of a request, and put in
	// as it is.
	Received
)

// Trust says what a hole's value can do to the statement around it.
type Trust uint8

const (
	// Free text: any string may arrive, quotes included.
	Free Trust = iota
	// Inert values can't hold SQL syntax because of their Go type (integers,
	// booleans, UUIDs).
	Inert
	// QuotedIdentifier values went through an identifier quoting function and
	// bring their own double quotes.
	QuotedIdentifier
	// QuotedLiteral values went through a literal quoting function and bring
	// their own single quotes.
	QuotedLiteral
	// Escaped values have their single quotes doubled, and bring none around.
	Escaped
	// EscapedName values have their double quotes doubled, and bring none around.
	EscapedName
	// Constant values are among the program's own texts: they may be syntax, but
	// nobody outside the program decides what they say.
	Constant
)

// Safe reports whether a value can't leave its place in a statement, so that
// nothing in it becomes syntax. Quoting is for one place: an identifier's
// quotes protect nothing inside a literal.
func (t Trust) Safe(p Place) bool {
	switch t {
	case Inert, Constant:
		return true
	case QuotedIdentifier:
		return p == InName || p == InValue
	case QuotedLiteral:
		return p == InValue
	case Escaped:
		return p == InLiteral
	case EscapedName:
		return p == InQuotedName
	}
	return false
}

// Text returns the template for a plain text without holes.
func Text(sql string) Template {
	return Template{Parts: []Part{{Text: sql}}}
}

// Const reports the template's text if it has no holes.
func (t Template) Const() (sql string, ok bool) {
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Hole != nil {
			return "", false
		}
		b.WriteString(p.Text)
	}
	return b.String(), true
}

// String renders the template for messages, each hole as ⟨…⟩. All positions in
// [Facts] are byte offsets in this rendering; Locate leads back to the parts.
func (t Template) String() string {
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Hole != nil {
			b.WriteString(renderedHole)
			continue
		}
		b.WriteString(p.Text)
	}
	return b.String()
}

const renderedHole = "⟨…⟩"

// Render is the text that positions count in; the same as String.
func (t Template) Render() string { return t.String() }

// Locate finds the part that a byte offset of the rendered text is in, and the
// offset in that part's text, 0 for a hole. The end of the text belongs to the
// last part; ok is false for an offset outside the text.
func (t Template) Locate(offset int) (part, in int, ok bool) {
	if offset < 0 {
		return 0, 0, false
	}
	for i, p := range t.Parts {
		n := len(p.Text)
		if p.Hole != nil {
			n = len(renderedHole)
		}
		if offset < n || offset == n && i == len(t.Parts)-1 {
			if p.Hole != nil {
				offset = 0
			}
			return i, offset, true
		}
		offset -= n
	}
	return 0, 0, false
}
