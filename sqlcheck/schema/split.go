package schema

import "strings"

// A chunk is one statement of a file.
type chunk struct {
	text   string // without the semicolon, from the first token on
	offset int    // of text in the file
	head   []string
	meta   string // psql's command that runs the statement, or stands alone
}

// headWords is how many leading words of a statement are kept for dispatch.
const headWords = 4

// split cuts a file into statements as psql does: at semicolons outside quotes
// and parentheses and SQL-standard function bodies. Lines with psql commands,
// and data after COPY .. FROM stdin, belong to no statement.
func split(src string) []chunk {
	s := &splitter{src: src, l: lexer{src: src}}
	for s.statement() {
	}
	return s.out
}

type splitter struct {
	src       string
	l         lexer
	out       []chunk
	recovered int
}

// maxRecoveries bounds the work on a file full of quotes that never close: each
// recovery starts over a scan that went to the end of the file.
const maxRecoveries = 50

// statement reads one statement; false at the end of the file.
func (s *splitter) statement() bool {
	var (
		start  = -1
		end    int
		parens int
		body   int // depth of BEGIN ATOMIC .. END
		head   []string
		last   token
	)
	finish := func(meta string) {
		if start >= 0 {
			s.out = append(s.out, chunk{text: s.src[start:end], offset: start, head: head, meta: meta})
		}
	}
	for {
		t := s.l.next()
		switch {
		case t.kind == tokEOF:
			if start >= 0 && parens > 0 && s.recover(start) {
				return true
			}
			finish("")
			return false
		case t.kind == tokMeta:
			if start < 0 {
				s.out = append(s.out, chunk{offset: t.start, meta: t.text})
				return true
			}
			if runsBuffer(t.text) {
				finish(t.text)
				return true
			}
			if beginsLine(s.src, t.start) {
				// A psql command inside a statement; the statement's text can't hold it.
				s.src = s.src[:t.start] + strings.Repeat(" ", t.end-t.start) + s.src[t.end:]
				s.l.src = s.src
			}
			continue
		case t.open && start < 0 && s.recover(t.start), t.open && start >= 0 && s.recover(start):
			return true
		case t.is(";") && parens <= 0 && body == 0:
			finish("")
			if copiesStdin(head, s.src[max(start, 0):end]) {
				s.skipData()
			}
			return true
		}
		if start < 0 {
			start = t.start
		}
		end = t.end
		switch {
		case t.is("("):
			parens++
		case t.is(")"):
			parens--
		case t.kind == tokWord:
			if len(head) < headWords {
				head = append(head, t.text)
			}
			body += atomicDepth(body, head, last, t)
		}
		last = t
	}
}

// atomicDepth says how a word changes the depth of a SQL-standard body.
func atomicDepth(depth int, head []string, last, t token) int {
	switch {
	case t.text == "atomic" && last.is("begin") && len(head) > 0 && head[0] == "create":
		return 1
	case depth > 0 && t.text == "case":
		return 1
	case depth > 0 && t.text == "end":
		return -1
	}
	return 0
}

// recover cuts a statement that would swallow the rest of the file, because of
// a quote or parenthesis that never closes, at the first semicolon that ends a
// line, so that the statements after it are read. It reports whether it could.
func (s *splitter) recover(start int) bool {
	if s.recovered++; s.recovered > maxRecoveries {
		return false
	}
	rest := s.src[start:]
	for i := 0; i < len(rest); {
		j := strings.IndexByte(rest[i:], ';')
		if j < 0 {
			return false
		}
		i += j
		if after := strings.TrimLeft(rest[i+1:lineEnd(rest, i)], " \t\r"); after == "" || strings.HasPrefix(after, "--") {
			if strings.TrimSpace(rest[i+1:]) == "" {
				return false
			}
			l := lexer{src: rest[:i]}
			var head []string
			for t := l.next(); t.kind != tokEOF && len(head) < headWords; t = l.next() {
				if t.kind == tokWord {
					head = append(head, t.text)
				}
			}
			s.out = append(s.out, chunk{text: rest[:i], offset: start, head: head})
			s.l.pos = start + i + 1
			return true
		}
		i++
	}
	return false
}

func runsBuffer(command string) bool {
	name, _, _ := strings.Cut(command, " ")
	switch name {
	case "g", "gx", "gexec", "gset", "gdesc", "crosstabview":
		return true
	}
	return false
}

func beginsLine(s string, pos int) bool {
	line := s[strings.LastIndexByte(s[:pos], '\n')+1 : pos]
	return strings.TrimSpace(line) == ""
}

func copiesStdin(head []string, text string) bool {
	if len(head) == 0 || head[0] != "copy" {
		return false
	}
	ts := tokens(text)
	for i := 1; i < len(ts); i++ {
		if ts[i].is("stdin") && ts[i-1].is("from") {
			return true
		}
	}
	return false
}

// skipData moves past the lines of COPY data and their end mark.
func (s *splitter) skipData() {
	rest := s.src[s.l.pos:]
	for i := 0; i < len(rest); {
		end := lineEnd(rest, i)
		if strings.TrimRight(rest[i:end], "\r") == `\.` {
			s.l.pos += end
			return
		}
		i = end + 1
	}
	s.l.pos = len(s.src)
}
