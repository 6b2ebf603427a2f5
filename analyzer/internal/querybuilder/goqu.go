package querybuilder

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// goqu is github.com/doug-martin/goqu: datasets are values, names are quoted
// where they stand as plain strings, and expressions are values of their own.
type goqu struct{}

const goquPath = "github.com/doug-martin/goqu/v9"

func (goqu) mutates(step) bool { return false }

var goquOperations = map[string]operation{
	"SelectDataset": selects, "InsertDataset": inserts, "UpdateDataset": updates, "DeleteDataset": deletes, "TruncateDataset": truncates,
}

// start: a dataset that comes from elsewhere has been given clauses there.
func (goqu) start(_ *reading, _ ssa.Value, on string, _ bool) query {
	op := goquOperations[on]
	return query{op: op, open: op != undecided || on == "QueryExecutor"}
}

func (goqu) step(s step, q query) query {
	switch s.on {
	case "", "DialectWrapper", "Database", "TxDatabase":
		return s.goquStart()
	case "QueryExecutor":
		return q
	}
	switch s.name {
	case "Where", "Having":
		return s.goquConditions(q, map[string]clause{"Where": where, "Having": having}[s.name])
	case "ClearWhere":
		q.open = false
		return q.replace(where)
	case "With", "WithRecursive":
		word := "WITH "
		if len(q.list[prefix]) > 0 {
			word = ", "
		} else if s.name == "WithRecursive" {
			word = "WITH RECURSIVE "
		}
		return q.addText(prefix, cat(lit(word), s.text(0), lit(" AS "), s.goquExpr(s.args[1], s.frame, 1)))
	case "Returning":
		return q.replace(returning, cat(lit("RETURNING "), join(s.goquList(0), ", ")))
	case "Limit":
		return q.addText(limit, lit("LIMIT ?"))
	case "Offset":
		return q.addText(limit, lit("OFFSET ?"))
	}
	switch q.op {
	case selects:
		return s.goquSelect(q)
	case inserts:
		return s.goquInsert(q)
	case updates:
		return s.goquUpdate(q)
	}
	if s.name == "From" || s.name == "Table" {
		return q.replace(table, s.goquList(0)...)
	}
	return q
}

// goquStart applies the calls that choose the statement.
func (s step) goquStart() query {
	var q query
	switch s.name {
	case "From":
		q.op = selects
		return q.replace(table, s.goquList(0)...)
	case "Select":
		q.op = selects
		return q.replace(column, s.goquList(0)...)
	case "Insert", "Update", "Delete":
		q.op = map[string]operation{"Insert": inserts, "Update": updates, "Delete": deletes}[s.name]
		return q.replace(table, s.goquExpr(s.args[0], s.frame, 0))
	case "Truncate":
		q.op = truncates
		return q.replace(table, s.goquList(0)...)
	}
	return q
}

var goquJoins = map[string]string{
	"Join": "JOIN", "InnerJoin": "INNER JOIN", "LeftJoin": "LEFT JOIN", "RightJoin": "RIGHT JOIN", "FullJoin": "FULL JOIN",
	"LeftOuterJoin": "LEFT JOIN", "RightOuterJoin": "RIGHT JOIN", "FullOuterJoin": "FULL JOIN", "CrossJoin": "CROSS JOIN",
	"NaturalJoin": "NATURAL JOIN", "NaturalLeftJoin": "NATURAL LEFT JOIN", "NaturalRightJoin": "NATURAL RIGHT JOIN", "NaturalFullJoin": "NATURAL FULL JOIN",
}

func (s step) goquSelect(q query) query {
	switch s.name {
	case "From":
		return q.replace(table, s.goquList(0)...)
	case "FromSelf":
		return query{op: selects}.addText(table, cat(parens(q.render()), lit(` AS "t1"`)))
	case "Select":
		return q.replace(column, s.goquList(0)...)
	case "SelectDistinct":
		return q.replace(option, lit("DISTINCT")).replace(column, s.goquList(0)...)
	case "SelectAppend":
		return q.addText(column, s.goquList(0)...)
	case "ClearSelect":
		return q.replace(column)
	case "Distinct":
		return q.replace(option, lit("DISTINCT"))
	case "GroupBy", "GroupByAppend":
		return q.addText(group, s.goquList(0)...)
	case "Union", "UnionAll", "Intersect", "IntersectAll":
		return q.addText(suffix, cat(lit(bunSets[s.name]), s.goquExpr(s.args[0], s.frame, 1)))
	case "Update", "Delete":
		q.op = map[string]operation{"Update": updates, "Delete": deletes}[s.name]
		return q.replace(column)
	case "Insert", "Truncate":
		return query{op: map[string]operation{"Insert": inserts, "Truncate": truncates}[s.name]}.add(table, q.list[table]...)
	case "Count", "CountContext":
		return q.replace(column, lit("COUNT(*)"))
	case "Pluck", "PluckContext":
		return q.replace(column, s.goquExpr(s.args[len(s.args)-1], s.frame, 0))
	case "ScanStruct", "ScanStructContext", "ScanVal", "ScanValContext":
		return q.addText(limit, lit("LIMIT 1"))
	}
	if word := goquJoins[s.name]; word != "" {
		t := cat(lit(word+" "), s.goquExpr(s.args[0], s.frame, 0))
		if len(s.args) > 1 {
			t = cat(t, s.goquOn(s.args[1]))
		}
		return q.addText(joined, t)
	}
	return q // order, locks, windows, dialects
}

// goquOn writes the condition of a join: On, Using.
func (s step) goquOn(v ssa.Value) text {
	call, ok := goquCall(v, s.frame)
	if !ok {
		return cat(lit(" ON "), unknown())
	}
	inner, _ := s.stepOf(&call.Call, s.frame)
	if inner.name == "Using" {
		return cat(lit(" USING "), parens(join(inner.goquList(0), ", ")))
	}
	conds := inner.goquConditions(query{}, where)
	var w writer
	w.conditions("", conds.list[where])
	return cat(lit(" ON "), parens(w.out))
}

func (s step) goquInsert(q query) query {
	switch s.name {
	case "Into":
		return q.replace(table, s.goquExpr(s.args[0], s.frame, 0))
	case "Cols", "ColsAppend":
		return q.addText(column, s.goquList(0)...)
	case "ClearCols":
		return q.replace(column)
	case "FromQuery":
		return q.replace(source, s.goquQuery(s.args[0], s.frame))
	case "Vals":
		elems, more := s.variadic(0)
		for _, el := range elems {
			q = q.addText(row, parens(join(s.goquValues(el), ", ")))
		}
		if more {
			q = q.addText(row, parens(unknown()))
		}
	case "Rows":
		elems, more := s.variadic(0)
		if len(elems) == 0 || more {
			return q.replace(column, unknown()).replace(row, parens(unknown()))
		}
		set, open := s.goquRecord(elems[0])
		var values []text
		q = q.replace(column).replace(row)
		for _, a := range set {
			q = q.addText(column, a.column)
			values = append(values, a.value)
		}
		if open {
			q = q.add(column, something())
			values = append(values, unknown())
		}
		return q.addText(row, parens(join(values, ", ")))
	case "OnConflict":
		return q.replace(suffix, s.goquConflict(s.args[0]))
	}
	return q
}

// goquConflict writes DoNothing and DoUpdate.
func (s step) goquConflict(v ssa.Value) text {
	call, ok := goquCall(v, s.frame)
	if !ok {
		return unknown()
	}
	inner, _ := s.stepOf(&call.Call, s.frame)
	if inner.name == "DoNothing" {
		return lit("ON CONFLICT DO NOTHING")
	}
	if inner.name != "DoUpdate" {
		return unknown()
	}
	t := lit("ON CONFLICT")
	if target, ok := inner.text(0).constant(); !ok || target != "" {
		t = cat(t, lit(" "), parens(inner.text(0)))
	}
	return cat(t, lit(" DO UPDATE SET "), inner.goquAssignments(1))
}

func (s step) goquUpdate(q query) query {
	switch s.name {
	case "Table":
		return q.replace(table, s.goquExpr(s.args[0], s.frame, 0))
	case "From":
		return q.replace(from, s.goquList(0)...)
	case "Set":
		return q.replace(set, s.goquAssignments(0))
	}
	return q
}

func (s step) goquAssignments(i int) text {
	list, open := s.goquRecord(s.args[i])
	var out []text
	for _, a := range list {
		out = append(out, cat(a.column, lit(" = "), a.value))
	}
	if open {
		out = append(out, unknown())
	}
	return join(out, ", ")
}

// An assigned column of a row.
type assignment struct{ column, value text }

// goquRecord reads a row: a map, or a struct with db tags.
func (s step) goquRecord(v ssa.Value) (out []assignment, open bool) {
	v, f := strip(v, s.frame)
	switch u := structOf(v.Type()).Underlying().(type) {
	case *types.Map:
		list, more := s.entries(v, f)
		for _, en := range list {
			out = append(out, assignment{quoted(en.key), s.goquValue(en.val, f, 1)})
		}
		return out, more
	case *types.Struct:
		for i := range u.NumFields() {
			name, _, _ := strings.Cut(lookupTag(u.Tag(i), "db"), ",")
			if name == "" && u.Field(i).Embedded() {
				return nil, true
			}
			if name == "-" || !u.Field(i).Exported() || strings.Contains(lookupTag(u.Tag(i), "goqu"), "skip") {
				continue
			}
			if name == "" {
				name = strings.ToLower(u.Field(i).Name())
			}
			out = append(out, assignment{lit(quote(name)), lit("?")})
		}
		return out, false
	}
	return nil, true
}
