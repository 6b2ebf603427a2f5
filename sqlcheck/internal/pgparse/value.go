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
		return stringValue(raw)
	}
	return raw
}

// unquote takes a quoted text out of its quotes, with what is before them.
func unquote(raw string, quote byte) string {
	open := strings.IndexByte(raw, quote)
	return strings.ReplaceAll(raw[open+1:len(raw)-1], string([]byte{quote, quote}), string(quote))
}

// stringValue decodes any string literal.
func stringValue(raw string) string {
	if raw[0] == '$' {
		tag := raw[:strings.IndexByte(raw[1:], '$')+2]
		return raw[len(tag) : len(raw)-len(tag)]
	}
	text := unquote(raw, '\'')
	if raw[0] != 'e' && raw[0] != 'E' || !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
			b.WriteByte(unescape(text[i]))
			continue
		}
		b.WriteByte(text[i])
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
