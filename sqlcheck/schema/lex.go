package schema

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
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

// A lexer goes over text that may not be SQL all through: psql commands,
// template marks, a file cut short.
type lexer struct {
	src string
	pos int
}

// next returns the next token, skipping white space and comments.
func (l *lexer) next() token {
	for {
		l.skipMark()
		t, ok := pg.Next(l.src, l.pos)
		if !ok {
			l.pos = len(l.src)
			return token{kind: tokEOF, start: l.pos, end: l.pos}
		}
		l.pos = t.End
		if t.Kind == pg.CommentToken || t.Kind == 0 && strings.HasPrefix(l.src[t.Start:], "/*") {
			continue
		}
		out := l.token(t)
		l.pos = out.end
		return out
	}
}

// skipMark skips byte order marks, also where files were put together.
func (l *lexer) skipMark() {
	for {
		rest := strings.TrimLeft(l.src[l.pos:], " \t\r\n\v\f")
		if !strings.HasPrefix(rest, "\uFEFF") {
			return
		}
		l.pos = len(l.src) - len(rest) + len("\uFEFF")
	}
}

func (l *lexer) token(t pg.Token) token {
	raw := t.Text(l.src)
	out := token{kind: tokPunct, text: raw, start: t.Start, end: t.End}
	switch t.Kind {
	case pg.WordToken:
		out.kind, out.text = tokWord, t.Value(l.src)
	case pg.QuotedToken:
		out.kind, out.text = tokQuoted, t.Value(l.src)
	case pg.StringToken:
		out.kind, out.text = tokString, t.Value(l.src)
	case pg.NumberToken:
		out.kind = tokNumber
	case pg.ParamToken:
		out.kind = tokParam
	case 0:
		out.kind, out.open = tokString, true
	case pg.PunctToken:
		if raw == `\` {
			out.kind, out.end = tokMeta, lineEnd(l.src, t.Start)
			out.text = strings.TrimSpace(l.src[t.Start+1 : out.end])
		}
	}
	return out
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// lineEnd returns the offset of the end of the line that holds pos, before its newline.
func lineEnd(s string, pos int) int {
	if i := strings.IndexByte(s[pos:], '\n'); i >= 0 {
		return pos + i
	}
	return len(s)
}

// lines finds line numbers by offset.
type lines struct {
	starts []int // offsets of the lines' first bytes
	stand  []int // where the lines stand in the file, nil where they are the file
}

func newLines(f File) lines {
	ls := lines{starts: []int{0}, stand: f.Lines}
	for i := 0; i < len(f.SQL); i++ {
		if f.SQL[i] == '\n' {
			ls.starts = append(ls.starts, i+1)
		}
	}
	return ls
}

// at returns the 1-based line and column, in bytes, of an offset.
func (ls lines) at(offset int) (line, column int) {
	i, found := slices.BinarySearch(ls.starts, offset)
	if !found {
		i--
	}
	if i < len(ls.stand) {
		return ls.stand[i], 1
	}
	return i + 1, offset - ls.starts[i] + 1
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
