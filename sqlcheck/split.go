package sqlcheck

import "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"

// A Span is a piece of a text, as byte offsets.
type Span struct{ Pos, End int }

// Split finds the statements of a script, as psql would send them: its own
// commands and the data after COPY .. FROM STDIN are left out. To analyze the
// statements one by one keeps what is wrong with one from the others.
func Split(script string) []Span {
	var out []Span
	for _, b := range pgparse.Bounds(script) {
		out = append(out, Span{Pos: b[0], End: b[1]})
	}
	return out
}
