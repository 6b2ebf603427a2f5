package goddl

import "go/ast"

// A value is what an expression comes to. The zero value is unknown.
type value struct {
	kind  kind
	text  text // ofText
	num   int
	cond  cond
	list  []item // ofList, ofTuple
	pairs []pair // ofMap, in the order in which they stand
	rec   *record
	fn    *closure
	rows  *query
	buf   *text // ofBuilder
}

type kind uint8

const (
	unknown kind = iota
	ofNil
	ofText
	ofNumber
	ofBool
	ofList
	ofMap
	ofRecord
	ofFunc
	ofRows
	ofBuilder
	ofReplacer // list holds old and new in turns
	ofTuple
)

// An item is an element of a list, or one for each row of a query.
type item struct {
	value
	per []*each
	if_ []string // conditions on the rows
}

type pair struct{ key, val value }

// A record is a struct; copies share it.
type record struct {
	pkg    *pkg
	typ    string // its name in the package, "" for one without
	fields map[string]value
}

// A closure is a function with what it can see.
type closure struct {
	file  *file
	name  string
	typ   *ast.FuncType
	body  *ast.BlockStmt
	recv  *ast.FieldList
	scope *scope // nil for a declared one
	node  ast.Node
	self  *value // what a method value was taken of
}

// A cond is the outcome of a condition: known, one on the rows of a query, or unknown.
type cond struct {
	known bool
	is    bool
	sql   string
	nil_  bool // unknown, and whether something is nil: mostly an error
}

// A query is one on the database.
type query struct {
	sql  string
	line int
	file *file
	loop *each // the loop over it that is open
}

func texts(t text) value { return value{kind: ofText, text: t} }
func number(n int) value { return value{kind: ofNumber, num: n} }
func truth(b bool) value { return value{kind: ofBool, cond: cond{known: true, is: b}} }
func list(v ...value) value {
	out := value{kind: ofList}
	for _, e := range v {
		out.list = append(out.list, item{value: e})
	}
	return out
}

// asText is a value where text is wanted.
func (v value) asText() text {
	if v.kind == ofText {
		return v.text
	}
	return hole()
}

// plain returns the elements of a list of which none depends on rows.
func (v value) plain() ([]value, bool) {
	if v.kind != ofList {
		return nil, false
	}
	var out []value
	for _, i := range v.list {
		if len(i.per) > 0 {
			return nil, false
		}
		out = append(out, i.value)
	}
	return out, true
}

// key is what a value is called in a map; false for one that depends on something.
func (v value) key() (string, bool) {
	if v.kind != ofText {
		return "", false
	}
	return v.text.known()
}

// A scope holds the variables of a block.
type scope struct {
	vars map[string]*value
	up   *scope
}

func (s *scope) find(name string) *value {
	for ; s != nil; s = s.up {
		if v, ok := s.vars[name]; ok {
			return v
		}
	}
	return nil
}

func inside(s *scope) *scope { return &scope{vars: map[string]*value{}, up: s} }

func (s *scope) declare(name string, v value) {
	if name != "_" {
		s.vars[name] = &v
	}
}

// equal compares two values.
func equal(a, b value) cond {
	switch {
	case a.kind == ofNil || b.kind == ofNil:
		return cond{nil_: true}
	case a.kind == ofNumber && b.kind == ofNumber:
		return cond{known: true, is: a.num == b.num}
	case a.kind == ofBool && b.kind == ofBool && a.cond.known && b.cond.known:
		return cond{known: true, is: a.cond.is == b.cond.is}
	case a.kind == ofText && b.kind == ofText && a.text.whole() && b.text.whole():
		x, ok := a.text.known()
		y, ok2 := b.text.known()
		if ok && ok2 {
			return cond{known: true, is: x == y}
		}
		return cond{sql: "(" + a.text.sql() + ") = (" + b.text.sql() + ")"}
	}
	return cond{}
}

func (c cond) not() cond {
	switch {
	case c.known:
		c.is = !c.is
	case c.sql != "":
		c.sql = "NOT (" + c.sql + ")"
	}
	return c
}

// and is the conjunction of two conditions.
func and(a, b cond) cond {
	switch {
	case a.known && !a.is, b.known && b.is:
		return a
	case b.known && !b.is, a.known && a.is:
		return b
	case a.sql != "" && b.sql != "":
		return cond{sql: "(" + a.sql + ") AND (" + b.sql + ")"}
	}
	return cond{}
}

func or(a, b cond) cond { return and(a.not(), b.not()).not() }
