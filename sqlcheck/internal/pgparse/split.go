package pgparse

import "strings"

// A Statement is one statement of a text, parsed by itself, so that the others
// are not lost when it is wrong.
type Statement struct {
	// Start and End are byte offsets in the whole text, without the space, the
	// comments and the semicolon around the statement.
	Start, End int
	// Node is the statement; nil if Err is set. The locations inside it count
	// from Start.
	Node *Node
	// Err says why it could not be parsed. Its Offset counts in the whole text.
	Err *Error
}

// Split parses a text statement by statement, as psql would send it: psql
// commands and the data after COPY .. FROM STDIN are skipped.
func Split(sql string) []Statement {
	var out []Statement
	s := splitter{lexer: lexer{src: sql, psql: true}}
	for {
		start, end, ok := s.next()
		if !ok {
			return out
		}
		out = append(out, parseOne(sql, start, end)...)
	}
}

// Bounds finds the statements of a text as Split does, and parses none.
func Bounds(sql string) (bounds [][2]int) {
	s := splitter{lexer: lexer{src: sql, psql: true}}
	for {
		start, end, ok := s.next()
		if !ok {
			return bounds
		}
		bounds = append(bounds, [2]int{start, end})
	}
}

func parseOne(sql string, start, end int) []Statement {
	text := sql[start:end]
	tree, err := Parse(text)
	if err != nil {
		e := *err.(*Error)
		if e.Offset >= 0 {
			e.Offset += start
		}
		return []Statement{{Start: start, End: end, Err: &e}}
	}
	if len(tree.Stmts) == 1 {
		return []Statement{{Start: start, End: end, Node: tree.Stmts[0].GetStmt()}}
	}
	var out []Statement
	for _, raw := range tree.Stmts {
		// The parser sees more statements than the splitter did: parse each by
		// itself, so that locations count from its start.
		from, to := tree.Span(raw)
		one, err := Parse(text[from:to])
		if err != nil || len(one.Stmts) != 1 {
			continue
		}
		out = append(out, Statement{Start: start + from, End: start + to, Node: one.Stmts[0].GetStmt()})
	}
	return out
}

// splitter finds the ends of statements as psql does.
type splitter struct {
	lexer
	noData bool // there is no data of a COPY in the rest
}

// next returns the bounds of the next statement.
func (s *splitter) next() (start, end int, ok bool) {
	var (
		head   []string // the statement's first words, lower case
		parens int
		begins int // open BEGIN ATOMIC and the CASEs in it
		stdin  bool
	)
	start = -1
	for {
		t, more := s.lexer.next()
		if !more {
			return start, end, start >= 0
		}
		if t.Kind == CommentToken || t.Kind == psqlMeta && start < 0 {
			continue
		}
		if t.Kind == PunctToken && s.src[t.Start] == ';' && parens <= 0 && begins == 0 {
			if start < 0 {
				continue
			}
			if stdin && s.psql {
				s.skipCopyData()
			}
			return start, end, true
		}
		if start < 0 {
			start = t.Start
		}
		end = t.End
		switch t.Kind {
		case PunctToken:
			switch s.src[t.Start] {
			case '(':
				parens++
			case ')':
				parens--
			}
		case WordToken:
			w := strings.ToLower(t.Text(s.src))
			if len(head) < 4 {
				head = append(head, w)
			}
			switch {
			case w == "stdin" && head[0] == "copy":
				stdin = true
			case parens > 0 || !definesRoutine(head):
			case w == "begin", w == "case" && begins > 0:
				begins++
			case w == "end" && begins > 0:
				begins--
			}
		}
	}
}

// definesRoutine reports whether a statement that starts with these words can
// have a body of statements.
func definesRoutine(head []string) bool {
	if len(head) < 2 || head[0] != "create" {
		return false
	}
	i := 1
	if len(head) == 4 && head[1] == "or" && head[2] == "replace" {
		i = 3
	}
	return head[i] == "function" || head[i] == "procedure"
}

// skipCopyData skips the lines up to the \. that ends them, if there is one.
func (s *splitter) skipCopyData() {
	at := s.pos
	for at < len(s.src) && s.src[at] != '\n' {
		if !isSpace(s.src[at]) {
			return // more on the same line: not a dump
		}
		at++
	}
	for ; !s.noData && at < len(s.src); at++ { // at a line break or a line's start
		line := s.src[at : at+lineLen(s.src[at:])]
		at += len(line)
		if line == `\.` {
			s.pos = at
			return
		}
	}
	s.noData = true // don't look again
}
