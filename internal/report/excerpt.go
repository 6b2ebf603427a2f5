package report

import (
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"github.com/tenantvet/tenantvet/internal/credential"
)

const tabWidth = 4

type span struct{ start, end int }

// A marked line is ready to be printed; the mark begins after indent columns.
type marked struct {
	line   string
	indent int
}

// excerpt returns the first line of a position, and how wide its mark is.
func (s *source) excerpt(pos Position, rule string, room int) (text marked, width int, ok bool) {
	line, ok := s.line(pos.Line)
	if !ok {
		return marked{}, 0, false
	}
	start := pos.Column - 1
	if start < 0 || start > len(line) {
		return marked{}, 0, false
	}
	end := len(line)
	if pos.EndLine == pos.Line && pos.EndColumn-1 <= len(line) {
		end = max(start, pos.EndColumn-1)
	}
	if aboutCredentials(rule) {
		line, start, end = s.masked(pos.Line, line, start, end)
	}
	line, at := credential.RedactSpan(line, start, end)

	before, mark, after := expand(line[:at[0]], 0), line[at[0]:at[1]], line[at[1]:]
	mark = expand(mark, columns(before))
	after = expand(after, columns(before)+columns(mark))
	text, width = window(before, mark, after, room)
	return text, max(1, width), true
}

// window cuts a long line down to what is round the mark, within room columns.
func window(before, mark, after string, room int) (marked, int) {
	if columns(before)+columns(mark)+columns(after) <= room {
		return marked{line: before + mark + after, indent: columns(before)}, columns(strings.TrimRight(mark, " "))
	}
	context := min(40, room/3)
	if columns(before) > context {
		before = runewidth.TruncateLeft(before, columns(before)-context, "…")
	}
	if columns(mark) > room-columns(before) {
		mark, after = runewidth.Truncate(mark, room-columns(before), "…"), ""
	}
	after = runewidth.Truncate(after, max(0, room-columns(before)-columns(mark)), "…")
	return marked{line: before + mark + after, indent: columns(before)}, columns(mark)
}

// expand turns tabs into spaces and what a terminal would obey or hide into
// its replacement.
func expand(s string, column int) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\t':
			n := tabWidth - column%tabWidth
			b.WriteString(strings.Repeat(" ", n))
			column += n
			continue
		case r < ' ' || r == 0x7f || 0x80 <= r && r < 0xa0 || 0x202a <= r && r <= 0x202e || 0x2066 <= r && r <= 0x2069:
			r = utf8.RuneError
		}
		b.WriteRune(r)
		column += runewidth.RuneWidth(r)
	}
	return b.String()
}

// columns counts what a terminal needs for a text: some letters are two wide.
func columns(s string) int { return runewidth.StringWidth(s) }
