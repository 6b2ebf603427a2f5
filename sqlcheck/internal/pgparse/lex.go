package pgparse

import "strings"

// A Token is a lexical unit of SQL text.
type Token struct {
	Kind       Kind
	Start, End int // byte offsets
}

// Text returns the token as written in sql, the text it was lexed from.
func (t Token) Text(sql string) string { return sql[t.Start:t.End] }

// Kind is the kind of a Token.
type Kind uint8

const (
	WordToken     Kind = iota + 1 // keyword or identifier
	QuotedToken                   // "identifier", also U&"..."
	StringToken                   // '..', E'..', B'..', X'..', N'..', U&'..', $tag$..$tag$
	NumberToken                   // 1, 1.5e3, 0x1F
	ParamToken                    // $1
	OperatorToken                 // +, ->>, ::, :=, =>
	PunctToken                    // ( ) [ ] { } , ; : . $ and any byte that is nothing else
	CommentToken                  // -- .. and /* .. */
	psqlMeta                      // a psql command such as \connect, only with lexer.psql
	unfinished                    // a string, quoted identifier or comment that does not end
)

// Lex splits text into tokens as PostgreSQL's scanner does with
// standard_conforming_strings on. It takes any bytes. An unfinished string,
// quoted identifier or comment is one last token of kind 0.
func Lex(sql string) []Token {
	l := lexer{src: sql}
	const size = 4 // bytes of a token with the space behind it, or more
	out := make([]Token, 0, len(sql)/size)
	for {
		t, ok := l.next()
		if !ok {
			return out
		}
		if t.Kind == unfinished {
			t.Kind = 0
		}
		out = append(out, t)
	}
}

// Next returns the first token at or after pos, for who must skip what is not
// SQL; false at the end. Its kinds are those of [Lex].
func Next(sql string, pos int) (Token, bool) {
	l := lexer{src: sql, pos: pos}
	t, ok := l.next()
	if t.Kind == unfinished {
		t.Kind = 0
	}
	return t, ok
}

type lexer struct {
	src  string
	pos  int
	psql bool // a backslash starts a psql command
	// commentDepth is the deepest nesting of a block comment seen so far.
	commentDepth int
}

func (l *lexer) next() (Token, bool) {
	for l.pos < len(l.src) && isSpace(l.src[l.pos]) {
		l.pos++
	}
	if l.pos >= len(l.src) {
		return Token{}, false
	}
	start := l.pos
	kind := l.scan()
	return Token{Kind: kind, Start: start, End: l.pos}, true
}

func (l *lexer) scan() Kind {
	s, i := l.src, l.pos
	c := s[i]
	switch {
	case isIdentStart(c):
		return l.word()
	case c == '-' && l.at(i+1) == '-':
		l.pos = i + lineLen(s[i:])
		return CommentToken
	case c == '/' && l.at(i+1) == '*':
		return l.blockComment()
	case c == '\'':
		return l.quoted(i, '\'', false, StringToken)
	case c == '"':
		return l.quoted(i, '"', false, QuotedToken)
	case c == '$':
		return l.dollar()
	case isDigit(c), c == '.' && isDigit(l.at(i+1)):
		return l.number()
	case c == '\\' && l.psql:
		l.pos = i + lineLen(s[i:])
		return psqlMeta
	case c == ':' && (l.at(i+1) == ':' || l.at(i+1) == '='), c == '.' && l.at(i+1) == '.':
		l.pos = i + 2
		return OperatorToken
	case isOperator(c):
		return l.operator()
	}
	l.pos = i + 1
	return PunctToken
}

func (l *lexer) at(i int) byte {
	if i < len(l.src) {
		return l.src[i]
	}
	return 0
}

// lineLen is the length of s up to, not including, its first line break.
func lineLen(s string) int {
	if n := strings.IndexAny(s, "\r\n"); n >= 0 {
		return n
	}
	return len(s)
}

func (l *lexer) blockComment() Kind {
	depth, i := 0, l.pos
	for i < len(l.src) {
		switch {
		case l.src[i] == '/' && l.at(i+1) == '*':
			depth++
			l.commentDepth = max(l.commentDepth, depth)
			i += 2
		case l.src[i] == '*' && l.at(i+1) == '/':
			depth--
			i += 2
			if depth == 0 {
				l.pos = i
				return CommentToken
			}
		default:
			i++
		}
	}
	l.pos = i
	return unfinished
}

// quoted scans from the opening quote at i.
func (l *lexer) quoted(i int, quote byte, backslash bool, kind Kind) Kind {
	for i++; i < len(l.src); i++ {
		switch c := l.src[i]; {
		case c == '\\' && backslash:
			i++
		case c == quote && l.at(i+1) == quote:
			i++
		case c == quote:
			l.pos = i + 1
			return kind
		}
	}
	l.pos = len(l.src)
	return unfinished
}

func (l *lexer) word() Kind {
	s, i := l.src, l.pos
	switch l.at(i + 1) {
	case '\'':
		switch s[i] {
		case 'e', 'E':
			return l.quoted(i+1, '\'', true, StringToken)
		case 'b', 'B', 'x', 'X', 'n', 'N':
			return l.quoted(i+1, '\'', false, StringToken)
		}
	case '&':
		if s[i] == 'u' || s[i] == 'U' {
			switch l.at(i + 2) {
			case '\'':
				return l.quoted(i+2, '\'', false, StringToken)
			case '"':
				return l.quoted(i+2, '"', false, QuotedToken)
			}
		}
	}
	for i < len(s) && identBytes[s[i]] {
		i++
	}
	l.pos = i
	return WordToken
}

func (l *lexer) dollar() Kind {
	s, i := l.src, l.pos+1
	if isDigit(l.at(i)) {
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		l.pos = i
		return ParamToken
	}
	if i < len(s) && isIdentStart(s[i]) {
		for i < len(s) && isIdent(s[i]) && s[i] != '$' {
			i++
		}
	}
	if l.at(i) != '$' {
		l.pos++
		return PunctToken
	}
	tag := s[l.pos : i+1]
	n := strings.Index(s[i+1:], tag)
	if n < 0 {
		l.pos = len(s)
		return unfinished
	}
	l.pos = i + 1 + n + len(tag)
	return StringToken
}

func (l *lexer) number() Kind {
	s, i := l.src, l.pos
	for i < len(s) {
		switch c := s[i]; {
		case c == '.' && l.at(i+1) == '.': // 1..10
			l.pos = i
			return NumberToken
		case (c == '+' || c == '-') && (s[i-1] == 'e' || s[i-1] == 'E') && isDigit(l.at(i+1)) && !isHex(s[l.pos:i]):
			i++
		case isDigit(c), c == '.', c == '_', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
			i++
		default:
			l.pos = i
			return NumberToken
		}
	}
	l.pos = i
	return NumberToken
}

func isHex(s string) bool { return len(s) > 1 && (s[1] == 'x' || s[1] == 'X') }

func (l *lexer) operator() Kind {
	s, i := l.src, l.pos
	for i < len(s) && isOperator(s[i]) {
		if i > l.pos && (s[i] == '-' && l.at(i+1) == '-' || s[i] == '/' && l.at(i+1) == '*') {
			break // a comment starts
		}
		i++
	}
	// "An operator can't end in + or - unless it also has one of these".
	if op := s[l.pos:i]; !strings.ContainsAny(op, "~!@#^&|`?%") {
		if t := strings.TrimRight(op, "+-"); t != "" {
			i = l.pos + len(t)
		} else {
			i = l.pos + 1
		}
	}
	l.pos = i
	return OperatorToken
}

func isSpace(c byte) bool {
	return c == ' ' || '\t' <= c && c <= '\r'
}
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isIdentStart(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c >= 0x80
}
func isIdent(c byte) bool { return isIdentStart(c) || isDigit(c) || c == '$' }

// identBytes has what isIdent says, for the loop over the bytes of words, in which
// most of a text is. It is only read.
var identBytes = func() (in [256]bool) {
	for c := range in {
		in[c] = isIdent(byte(c))
	}
	return in
}()

func isOperator(c byte) bool {
	switch c {
	case '~', '!', '@', '#', '^', '&', '|', '`', '?', '+', '-', '*', '/', '%', '<', '>', '=':
		return true
	}
	return false
}

// lower folds a letter of ASCII.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
