package report

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tenantvet/tenantvet/internal/credential"
)

const (
	tabWidth = 4
	maxWidth = 160 // of a shown line, in columns
)

// A source is a file whose lines are shown.
type source struct {
	lines    []string
	data     []byte
	literals []span // of the file's string literals; read when first needed
	scanned  bool
}

type span struct{ start, end int }

// A marked line is ready to be printed; the mark begins after indent columns.
type marked struct {
	line   string
	indent int
}

func newSource(data []byte) *source {
	return &source{data: data, lines: strings.Split(string(data), "\n")}
}

// excerpt returns the first line of a position, and how wide its mark is.
func (s *source) excerpt(pos Position, rule string) (text marked, width int, ok bool) {
	if pos.Line < 1 || pos.Line > len(s.lines) || s.data == nil {
		return marked{}, 0, false
	}
	line := strings.TrimRight(s.lines[pos.Line-1], "\r")
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
	text, width = window(before, mark, after)
	return text, max(1, width), true
}

// window cuts a long line down to what is round the mark.
func window(before, mark, after string) (marked, int) {
	if columns(before)+columns(mark)+columns(after) <= maxWidth {
		return marked{line: before + mark + after, indent: columns(before)}, columns(strings.TrimRight(mark, " "))
	}
	const context = 40
	b, m, a := []rune(before), []rune(mark), []rune(after)
	if len(b) > context {
		b = append([]rune{'…'}, b[len(b)-context:]...)
	}
	if len(m) > maxWidth-context {
		m, a = append(slices.Clone(m[:maxWidth-context-1]), '…'), nil
	}
	if room := maxWidth - len(b) - len(m); len(a) > room {
		a = append(slices.Clone(a[:max(0, room-1)]), '…')
	}
	return marked{line: string(b) + string(m) + string(a), indent: len(b)}, len(m)
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
		column++
	}
	return b.String()
}

func columns(s string) int { return utf8.RuneCountInString(s) }
