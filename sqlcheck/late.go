package sqlcheck

import (
	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A late part of a query is read when somebody asks for it. What a statement returns
// goes to the program, and of most other queries few columns are used.
type late struct {
	b     *builder
	read  bool
	list  []*pg.Node     // the target list, or RETURNING
	stmt  *pg.SelectStmt // nil for a change of rows
	scope *scope
}

// A result has the columns of a query.
type result struct {
	outs  []*out  // nil for those of which nothing is known
	stars []*item // items of which all columns come out, not known by name
}

// columns are those of the result.
func (q *query) columns() *result {
	if l := &q.late; l.b != nil && !l.read {
		l.read = true
		q.result = unknownResult() // should the query be behind its own *
		r := l.b.targets(q, l.list, l.scope)
		l.b.values(q, &r, l.stmt.GetValuesLists(), l.scope)
		q.result = r
	}
	return &q.result
}

func unknownResult() result { return result{outs: []*out{nil}} }

// shape is what stands between the rows of the query and its result.
func (q *query) shape() *shape {
	if q.shaped == nil {
		q.shaped = &shape{}
		if q.late.stmt != nil {
			q.shaped = q.late.b.group(q, q.late.stmt, q.late.scope)
		}
	}
	return q.shaped
}
