package querybuilder

import (
	"go/types"
	"strings"
)

// gorm's generic API is a chain of its own that starts with gorm.G[Order](db):
// the model is the type argument, and what sends takes a context first.

func isGeneric(on string) bool { return strings.HasSuffix(on, "Interface") }

// rowType returns the model that a value of the generic API is for.
func (s step) rowType() model {
	if n, ok := types.Unalias(s.recv.Type()).(*types.Named); ok && n.TypeArgs().Len() == 1 {
		return modelOf(n.TypeArgs().At(0))
	}
	return model{}
}

func (s step) gormGeneric(q query) query {
	if q.model.typ == nil {
		q.model = s.rowType()
	}
	switch s.name {
	case "Where", "Not", "Or", "Having":
		return s.gormWhere(q)
	case "Table":
		return s.gormTableName(q)
	case "Select":
		return q.replace(column, s.gormSelect())
	case "Limit":
		return q.addText(limit, lit("LIMIT ?"))
	case "Offset":
		return q.addText(limit, lit("OFFSET ?"))
	case "Group", "Order", "Distinct", "Omit", "MapColumns", "Preload":
		return q
	case "Joins":
		return q.add(joined, something())
	case "Set":
		return q.add(set, something())
	case "Scopes":
		return q.add(where, something())
	case "Raw":
		args, more := s.variadic(1)
		q.op = raw
		return q.replace(prefix, s.gormExpand(s.text(0), args, more))
	case "Exec":
		args, more := s.variadic(2)
		q.op = raw
		return q.replace(prefix, s.gormExpand(s.text(1), args, more))
	}
	return s.gormGenericSend(q)
}

// gormGenericSend applies the call that sends the statement; its first argument
// is the context.
func (s step) gormGenericSend(q query) query {
	switch s.name {
	case "First", "Take", "Last":
		return s.gormRead(q.addText(limit, lit("LIMIT 1")))
	case "Find", "FindInBatches", "Scan", "Row", "Rows":
		return s.gormRead(q)
	case "Count":
		return s.gormRead(q.replace(column, lit("count(*)")))
	case "Create":
		if len(s.args) < 2 { // after Set
			q.op = inserts
			return s.gormFinish(q.replace(set).add(column, something()).add(row, something()))
		}
		return s.gormInsert(q, s.args[1])
	case "CreateInBatches":
		return s.gormInsert(q, s.args[1])
	case "Update", "Updates":
		if len(s.args) == 3 {
			q = q.addText(set, cat(quoted(s.text(1)), lit(" = "), s.gormValue(s.args[2])))
		} else if len(s.args) == 2 {
			q = q.add(set, something())
		}
		return s.gormChange(q)
	case "Delete":
		if column := q.deletedColumn(); column != "" {
			q.op = updates
			return s.gormFinish(q.replace(set, lit(quote(column)+" = ?")))
		}
		q.op = deletes
		return s.gormFinish(q)
	}
	return query{}
}
