package schema

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// tokenKind classifies a token.
type tokenKind uint8

const (
	tokEOF    tokenKind = iota
	tokWord             // identifier or keyword, text folded to lower case
	tokQuoted           // "identifier", text unquoted
	tokString           // any string literal, text decoded
	tokNumber
	tokParam // $1
	tokPunct // one operator or punctuation mark
	tokMeta  // a backslash outside of quotes: psql's own command, to the end of its line
)

// A token is a lexical unit of SQL or PL/pgSQL.
type token struct {
	kind       tokenKind
	text       string
	start, end int
	open       bool // a quote that never ends
}

// A lexer splits SQL text into tokens. The server's own scanner gives up on
// texts that are not quite SQL (psql commands, template markers, a file cut
// short); this one always gets to the end, which is what a splitter needs.
type lexer struct {
	src string
	pos int
}

// next returns the next token, skipping white space and comments.
func (l *lexer) next() token {
	l.skipSpace()
	start := l.pos
	if start >= len(l.src) {
		return token{kind: tokEOF, start: start, end: start}
	}
	c := l.src[start]
	switch {
	case c == '\'':
		return l.quoted(start, start, false)
	case c == '"':
		return l.identifier(start)
	case c == '$':
		return l.dollar(start)
	case c == '\\':
		l.pos = lineEnd(l.src, start)
		return token{kind: tokMeta, text: strings.TrimSpace(l.src[start+1 : l.pos]), start: start, end: l.pos}
	case isDigit(c) || c == '.' && start+1 < len(l.src) && isDigit(l.src[start+1]):
		return l.number(start)
	case isWordStart(c):
		return l.word(start)
	}
	l.pos++
	switch two := l.peek(start, 2); two {
	case "::", ":=", "||", "<=", ">=", "<>", "!=", "=>", "->", "..", "~*", "!~", "@>", "<@", "&&":
		l.pos = start + 2
		switch l.peek(start, 3) {
		case "->>", "!~*":
			l.pos = start + 3
		}
	}
	return token{kind: tokPunct, text: l.src[start:l.pos], start: start, end: l.pos}
}

func (l *lexer) peek(start, n int) string {
	return l.src[start:min(start+n, len(l.src))]
}

func (l *lexer) skipSpace() {
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; {
		case c == ' ' || c >= '\t' && c <= '\r':
			l.pos++
		case c == 0xEF && strings.HasPrefix(l.src[l.pos:], "\uFEFF"):
			l.pos += 3 // byte order mark, also where files were put together
		case c == '-' && l.peek(l.pos, 2) == "--":
			l.pos = lineEnd(l.src, l.pos)
		case c == '/' && l.peek(l.pos, 2) == "/*":
			l.comment()
		default:
			return
		}
	}
}

// comment skips a block comment; they nest.
func (l *lexer) comment() {
	depth := 0
	for l.pos < len(l.src) {
		switch l.peek(l.pos, 2) {
		case "/*":
			depth++
			l.pos += 2
		case "*/":
			depth--
			l.pos += 2
			if depth == 0 {
				return
			}
		default:
			l.pos++
		}
	}
}

// quoted reads a string literal whose opening quote is at q; start is where its
// prefix, such as E, begins.
func (l *lexer) quoted(start, q int, escapes bool) token {
	var b strings.Builder
	i := q + 1
	for i < len(l.src) {
		c := l.src[i]
		switch {
		case c == '\'' && l.peek(i, 2) == "''":
			b.WriteByte('\'')
			i += 2
		case c == '\'':
			l.pos = i + 1
			return token{kind: tokString, text: b.String(), start: start, end: l.pos}
		case c == '\\' && escapes && i+1 < len(l.src):
			b.WriteByte(unescape(l.src[i+1]))
			i += 2
		default:
			b.WriteByte(c)
			i++
		}
	}
	l.pos = len(l.src)
	return token{kind: tokString, text: b.String(), start: start, end: l.pos, open: true}
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

func (l *lexer) identifier(start int) token {
	var b strings.Builder
	i := start + 1
	for i < len(l.src) {
		if l.src[i] != '"' {
			b.WriteByte(l.src[i])
			i++
			continue
		}
		if l.peek(i, 2) != `""` {
			l.pos = i + 1
			return token{kind: tokQuoted, text: b.String(), start: start, end: l.pos}
		}
		b.WriteByte('"')
		i += 2
	}
	l.pos = len(l.src)
	return token{kind: tokQuoted, text: b.String(), start: start, end: l.pos, open: true}
}

// dollar reads $tag$...$tag$, $1, or a lone dollar sign.
func (l *lexer) dollar(start int) token {
	i := start + 1
	if i < len(l.src) && isDigit(l.src[i]) {
		for i < len(l.src) && isDigit(l.src[i]) {
			i++
		}
		l.pos = i
		return token{kind: tokParam, text: l.src[start:i], start: start, end: i}
	}
	for i < len(l.src) && isWordPart(l.src[i]) && l.src[i] != '$' {
		i++
	}
	if i >= len(l.src) || l.src[i] != '$' {
		l.pos = start + 1
		return token{kind: tokPunct, text: "$", start: start, end: l.pos}
	}
	tag := l.src[start : i+1]
	body, _, found := strings.Cut(l.src[i+1:], tag)
	l.pos = i + 1 + len(body)
	if found {
		l.pos += len(tag)
	}
	return token{kind: tokString, text: body, start: start, end: l.pos, open: !found}
}

func (l *lexer) number(start int) token {
	i := start
	for i < len(l.src) && (isDigit(l.src[i]) || l.src[i] == '.' && l.peek(i, 2) != "..") {
		i++
	}
	l.pos = i
	return token{kind: tokNumber, text: l.src[start:i], start: start, end: i}
}

func (l *lexer) word(start int) token {
	i := start
	for i < len(l.src) && isWordPart(l.src[i]) {
		i++
	}
	text := strings.ToLower(l.src[start:i])
	if i < len(l.src) && l.src[i] == '\'' {
		switch text {
		case "e":
			return l.quoted(start, i, true)
		case "b", "x", "n":
			return l.quoted(start, i, false)
		}
	}
	if text == "u" && l.peek(i, 2) == "&'" {
		return l.quoted(start, i+1, false)
	}
	if text == "u" && l.peek(i, 2) == `&"` {
		t := l.identifier(i + 1)
		t.start = start
		return t
	}
	l.pos = i
	return token{kind: tokWord, text: text, start: start, end: i}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWordStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= utf8.RuneSelf
}

func isWordPart(c byte) bool { return isWordStart(c) || isDigit(c) || c == '$' }

// lineEnd returns the offset of the end of the line that holds pos, before its newline.
func lineEnd(s string, pos int) int {
	if i := strings.IndexByte(s[pos:], '\n'); i >= 0 {
		return pos + i
	}
	return len(s)
}

// lines finds line numbers by offset.
type lines []int // offsets of the lines' first bytes

func newLines(s string) lines {
	ls := lines{0}
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' {
			ls = append(ls, i+1)
		}
	}
	return ls
}

// at returns the 1-based line and column, in bytes, of an offset.
func (ls lines) at(offset int) (line, column int) {
	i, found := slices.BinarySearch(ls, offset)
	if !found {
		i--
	}
	return i + 1, offset - ls[i] + 1
}

// isName reports whether the token can name something.
func (t token) isName() bool { return t.kind == tokWord || t.kind == tokQuoted }

// is reports whether the token is the keyword or punctuation mark.
func (t token) is(s string) bool {
	return (t.kind == tokWord || t.kind == tokPunct) && t.text == s
}

// tokens returns all tokens of s, without the final tokEOF.
func tokens(s string) []token {
	l := &lexer{src: s}
	var out []token
	for {
		t := l.next()
		if t.kind == tokEOF {
			return out
		}
		out = append(out, t)
	}
}
