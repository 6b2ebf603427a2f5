package pgparse

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// An Error says why a text could not be parsed.
type Error struct {
	Message string // the parser's, without position
	Offset  int    // byte offset in the text, -1 when unknown
	// TooComplex: the text is over the limits and no parser has seen it.
	TooComplex bool
}

func (e *Error) Error() string { return e.Message }

// A Tree is a parsed text.
type Tree struct {
	SQL   string
	Stmts []*RawStmt
	bases []int // nil if all are 0
}

// Base is the offset that the locations inside statement i count from. The
// location of the statement itself, and Span, count in the whole text.
func (t *Tree) Base(i int) int {
	if t.bases == nil {
		return 0
	}
	return t.bases[i]
}

// Parse parses a text of any number of statements. Its error is an *[Error].
func Parse(sql string) (*Tree, error) {
	if err := Check(sql); err != nil {
		return nil, err
	}
	return ParseChecked(sql)
}

// ParseChecked is [Parse] for a text that [Check] has let through; another one
// may end the process.
func ParseChecked(sql string) (*Tree, error) {
	res, err := guarded(func() (*ParseResult, error) { return backendParse(sql) })
	if err != nil {
		return nil, convert(sql, err)
	}
	return &Tree{SQL: sql, Stmts: res.GetStmts()}, nil
}

// longText is the length from which ParseAll takes a text apart. In one piece,
// oliphant takes 11 s for 10,000 CREATE TABLE, in pieces 0.1 s.
const longText = 16 << 10

// ParseAll is Parse for texts of many statements, in which oliphant is
// quadratic. See [Tree.Base] for the locations in its result.
func ParseAll(sql string) (*Tree, error) {
	if err := Check(sql); err != nil {
		return nil, err
	}
	return ParseAllChecked(sql)
}

// ParseAllChecked is [ParseAll] for a text that [Check] has let through.
func ParseAllChecked(sql string) (*Tree, error) {
	if len(sql) < longText {
		return ParseChecked(sql)
	}
	out := &Tree{SQL: sql}
	s := splitter{lexer: lexer{src: sql}}
	for {
		start, end, ok := s.next()
		if !ok {
			return out, nil
		}
		one, err := Parse(sql[start:end])
		if err != nil {
			e := *err.(*Error)
			if e.Offset >= 0 {
				e.Offset += start
			}
			return nil, &e
		}
		for _, raw := range one.Stmts {
			if raw.StmtLen == 0 {
				raw.StmtLen = int32(end-start) - raw.StmtLocation
			}
			raw.StmtLocation += int32(start)
			out.Stmts = append(out.Stmts, raw)
			out.bases = append(out.bases, start)
		}
	}
}

// Span gives the byte offsets of a statement without the space, the comments
// and the semicolon around it.
func (t *Tree) Span(raw *RawStmt) (start, end int) {
	from := int(raw.GetStmtLocation())
	to := from + int(raw.GetStmtLen())
	if raw.GetStmtLen() == 0 || to > len(t.SQL) {
		to = len(t.SQL)
	}
	if from > to {
		return to, to
	}
	if text := t.SQL[from:to]; !strings.Contains(text, "--") && !strings.Contains(text, "/*") {
		start, end = from+skipSpace(text), from+len(strings.TrimRight(text, space))
		return min(start, end), end
	}
	l := lexer{src: t.SQL[:to], pos: from}
	start = -1
	for {
		tok, ok := l.next()
		if !ok {
			break
		}
		if tok.Kind == CommentToken || tok.Kind == unfinished {
			continue
		}
		if start < 0 {
			start = tok.Start
		}
		end = tok.End
	}
	if start < 0 {
		return to, to
	}
	return start, end
}

const space = " \t\n\v\f\r"

func skipSpace(s string) int { return len(s) - len(strings.TrimLeft(s, space)) }

// Deparse renders an expression or a query that Parse returned as SQL. The two
// parsers may render the same one differently.
func Deparse(expr *Node) (string, error) {
	head := ""
	stmt := expr
	if expr.GetSelectStmt() == nil {
		head = "SELECT "
		stmt = &Node{Node: &Node_SelectStmt{SelectStmt: &SelectStmt{
			TargetList:  []*Node{{Node: &Node_ResTarget{ResTarget: &ResTarget{Val: expr}}}},
			LimitOption: LimitOption_LIMIT_OPTION_DEFAULT,
			Op:          SetOperation_SETOP_NONE,
		}}}
	}
	tree := &ParseResult{Stmts: []*RawStmt{{Stmt: stmt}}}
	out, err := guarded(func() (string, error) { return backendDeparse(tree) })
	if err != nil {
		return "", convert("", err)
	}
	if len(out) < len(head) {
		return "", &Error{Message: "the parser rendered no expression", Offset: -1}
	}
	return out[len(head):], nil
}

// guarded turns a panic of the pure Go parser into an error.
func guarded[T any](f func() (T, error)) (out T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the parser failed: %v", r)
		}
	}()
	return f()
}

// convert makes an *Error of a parser's error about sql.
func convert(sql string, err error) *Error {
	msg, pos, ok := backendError(err)
	if !ok {
		return &Error{Message: err.Error(), Offset: -1}
	}
	// libpg_query may cut a character of the text in two.
	return &Error{Message: strings.ToValidUTF8(msg, "…"), Offset: byteOffset(sql, pos)}
}

// byteOffset turns a parser's 1-based position in characters into a byte
// offset; -1 for none.
func byteOffset(sql string, pos int) int {
	if pos <= 0 {
		return -1
	}
	off := 0
	for ; pos > 1 && off < len(sql); pos-- {
		_, n := utf8.DecodeRuneInString(sql[off:])
		off += n
	}
	return off
}
