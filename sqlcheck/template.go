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
	// Type is the Go type of the value as written in Go, such as "string" or
	// "github.com/google/uuid.UUID"; empty when unknown. It only informs messages.
	Type string
}

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
)

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

// String renders the template for messages, each hole as ⟨…⟩.
func (t Template) String() string {
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Hole != nil {
			b.WriteString("⟨…⟩")
			continue
		}
		b.WriteString(p.Text)
	}
	return b.String()
}
