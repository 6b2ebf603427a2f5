package querybuilder

import (
	"golang.org/x/tools/go/ssa"
)

// squirrel is github.com/Masterminds/squirrel: builders are values, and what
// they write is the order of their calls.
type squirrel struct{}

func (squirrel) mutates(step) bool { return false }

var squirrelOperations = map[string]operation{
	"SelectBuilder": selects, "InsertBuilder": inserts, "UpdateBuilder": updates, "DeleteBuilder": deletes,
}

// start: a StatementBuilderType holds a placeholder format and a runner; the
// other builders have been given clauses where they come from.
func (squirrel) start(_ *reading, _ ssa.Value, on string, _ bool) query {
	return query{op: squirrelOperations[on], open: on != "StatementBuilderType"}
}

func (squirrel) step(s step, q query) query {
	if s.on == "" || s.on == "StatementBuilderType" {
		return s.squirrelStart(q)
	}
	switch s.name {
	case "Columns":
		return s.strings(q, column, 0)
	case "Column":
		return q.addText(column, s.expr(0, 1))
	case "RemoveColumns":
		return q.replace(column)
	case "Distinct":
		return q.addText(option, lit("DISTINCT"))
	case "Options":
		return s.strings(q, option, 0)
	case "Table", "Into":
		return q.replace(table, s.text(0))
	case "From":
		if q.op == updates {
			return q.replace(from, s.text(0))
		}
		return q.replace(table, s.text(0))
	case "FromSelect":
		sub := cat(parens(s.sub(s.args[0], s.frame)), lit(" AS "), s.text(1))
		if q.op == updates {
			return q.replace(from, sub)
		}
		return q.replace(table, sub)
	case "JoinClause":
		return q.addText(joined, s.expr(0, 1))
	case "Join", "LeftJoin", "RightJoin", "InnerJoin", "CrossJoin":
		return q.addText(joined, cat(lit(squirrelJoins[s.name]), s.expr(0, 1)))
	case "Where":
		return s.condition(q, where)
	case "Having":
		return s.condition(q, having)
	case "GroupBy":
		return s.strings(q, group, 0)
	case "OrderBy":
		return s.strings(q, order, 0)
	case "OrderByClause":
		return q.addText(order, s.expr(0, 1))
	case "Limit":
		return q.addText(limit, lit("LIMIT ?"))
	case "Offset":
		return q.addText(limit, lit("OFFSET ?"))
	case "RemoveLimit", "RemoveOffset":
		return q
	case "Prefix", "PrefixExpr":
		return q.addText(prefix, s.expr(0, 1))
	case "Suffix", "SuffixExpr":
		return q.addText(suffix, s.expr(0, 1))
	case "Values":
		return s.values(q)
	case "Set":
		return q.addText(set, s.assignment(s.text(0), s.args[1]))
	case "SetMap":
		return s.setMap(q)
	case "Select":
		return q.replace(source, s.sub(s.args[0], s.frame))
	}
	return q
}

var squirrelJoins = map[string]string{
	"Join": "JOIN ", "LeftJoin": "LEFT JOIN ", "RightJoin": "RIGHT JOIN ", "InnerJoin": "INNER JOIN ", "CrossJoin": "CROSS JOIN ",
}

// squirrelStart applies the calls that choose the statement.
func (s step) squirrelStart(q query) query {
	switch s.name {
	case "Select":
		q.op = selects
		return s.strings(q, column, 0)
	case "Insert", "Replace":
		q.op = inserts
		return q.replace(table, s.text(0))
	case "Update":
		q.op = updates
		return q.replace(table, s.text(0))
	case "Delete":
		q.op = deletes
		return q.replace(table, s.text(0))
	case "Where":
		return s.condition(q, where)
	case "ExecWith", "ExecContextWith", "QueryWith", "QueryContextWith", "QueryRowWith", "QueryRowContextWith":
		v, f := strip(s.args[len(s.args)-1], s.frame)
		if qs := s.queries(v, f); len(qs) == 1 {
			return qs[0]
		}
	}
	return q
}

// strings adds a variadic list of strings.
func (s step) strings(q query, c clause, i int) query {
	elems, more := s.variadic(i)
	for _, el := range elems {
		q = q.addText(c, s.reading.text(el, s.frame))
	}
	if more {
		q = q.add(c, something())
	}
	return q
}

// condition adds the argument of Where or Having.
func (s step) condition(q query, c clause) query {
	t := s.squirrelExpr(s.args[0], s.frame, 0)
	if str, ok := t.constant(); ok && str == "" {
		return q
	}
	return q.add(c, piece{text: t, maybe: isUnknown(t)})
}

func isUnknown(t text) bool { return len(t) == 1 && t[0].Hole != nil }

// expr is an argument that is SQL, with arguments of its own from the next on.
func (s step) expr(i, args int) text {
	t := s.squirrelExpr(s.args[i], s.frame, 0)
	if args < len(s.args) {
		t = s.expand(t, args)
	}
	return t
}

// expand puts the expressions among the arguments of a text in the place of
// their placeholders, as squirrel.Expr does.
func (s step) expand(t text, args int) text {
	elems, more := s.variadic(args)
	if more {
		return t
	}
	subs := make([]text, len(elems))
	for i, el := range elems {
		subs[i] = s.operand(el)
	}
	return substitute(t, subs)
}

// sub writes a builder that is an argument.
func (s step) sub(v ssa.Value, f *frame) text {
	v, f = strip(v, f)
	if qs := s.queries(v, f); len(qs) == 1 {
		if t := qs[0].render(); t != nil {
			return t
		}
	}
	return unknown()
}

// values adds a row of VALUES.
func (s step) values(q query) query {
	elems, more := s.variadic(0)
	var row_ []text
	for _, el := range elems {
		row_ = append(row_, s.operand(el))
	}
	if more && len(row_) == 0 {
		for range q.list[column] { // a value for each column, whatever they are
			row_ = append(row_, lit("?"))
		}
		more = len(row_) == 0
	}
	if more {
		row_ = append(row_, unknown())
	}
	return q.addText(row, parens(join(row_, ", ")))
}

func (s step) assignment(column text, v ssa.Value) text {
	val := s.operand(v)
	if inner, _ := strip(v, s.frame); isSubselect(inner) {
		val = parens(val)
	}
	return cat(column, lit(" = "), val)
}

// setMap adds columns with their values.
func (s step) setMap(q query) query {
	list, more := s.entries(s.args[0], s.frame)
	var vals []text
	for _, en := range list {
		if q.op == updates {
			q = q.addText(set, s.assignment(en.key, en.val))
			continue
		}
		q = q.addText(column, en.key)
		vals = append(vals, s.operand(en.val))
	}
	if more && q.op == updates {
		return q.add(set, something())
	}
	if more {
		q = q.add(column, something())
		vals = append(vals, unknown())
	}
	if q.op != updates {
		q = q.addText(row, parens(join(vals, ", ")))
	}
	return q
}
