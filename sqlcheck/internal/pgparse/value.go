package pgparse

import "strings"

// Value returns what the token stands for: a word folded to lower case, a
// quoted identifier or literal without its quotes and escapes, all else as written.
func (t Token) Value(sql string) string {
	raw := t.Text(sql)
	switch t.Kind {
	case WordToken:
		return strings.ToLower(raw)
	case QuotedToken:
		return unquote(raw, '"')
	case StringToken:
		return stringValue(t, sql)
	}
	return raw
}

// unquote takes a quoted text out of its quotes, with what is before them.
func unquote(raw string, quote byte) string {
	open := strings.IndexByte(raw, quote)
	return strings.ReplaceAll(raw[open+1:len(raw)-1], string([]byte{quote, quote}), string(quote))
}

// A Run is a piece of a literal's value that stands in the text as it is, or
// one escaped byte.
type Run struct {
	At   int // byte offset in the text
	Text string
}

// Runs returns the value of a string literal piece by piece, with where they stand.
func (t Token) Runs(sql string) []Run {
	raw := t.Text(sql)
	if raw[0] == '$' {
		tag := strings.IndexByte(raw[1:], '$') + 2
		return []Run{{t.Start + tag, raw[tag : len(raw)-tag]}}
	}
	escapes := raw[0] == 'e' || raw[0] == 'E'
	var out []Run
	from := strings.IndexByte(raw, '\'') + 1
	flush := func(to int) {
		if to > from {
			out = append(out, Run{t.Start + from, raw[from:to]})
		}
	}
	end := len(raw) - 1
	for i := from; i < end; i++ {
		switch {
		case raw[i] == '\'': // two of them stand for one
			flush(i)
			i++
			from = i
		case raw[i] == '\\' && escapes:
			flush(i)
			out = append(out, Run{t.Start + i, string([]byte{unescape(raw[i+1])})})
			i++
			from = i + 1
		}
	}
	flush(end)
	return out
}

// stringValue decodes any string literal.
func stringValue(t Token, sql string) string {
	runs := t.Runs(sql)
	if len(runs) == 1 {
		return runs[0].Text
	}
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
	}
	return b.String()
}

func unescape(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	}
	return c
}
