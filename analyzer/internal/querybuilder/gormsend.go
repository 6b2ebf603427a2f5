package querybuilder

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// gormSend applies the call that sends the statement.
func (s step) gormSend(q query) query {
	switch s.name {
	case "Find", "First", "Take", "Last", "FindInBatches":
		q = s.gormDestination(q)
		if s.name != "FindInBatches" {
			q = s.gormInline(q, 1)
		}
		if s.name != "Find" && s.name != "FindInBatches" {
			q = q.addText(limit, lit("LIMIT 1"))
		}
		return s.gormRead(q)
	case "FirstOrInit":
		return s.gormRead(s.gormInline(s.gormDestination(q), 1).addText(limit, lit("LIMIT 1")))
	case "FirstOrCreate":
		q = s.gormInline(s.gormDestination(q), 1)
		also := s.gormInsert(query{model: q.model, list: [clauses][]piece{table: q.list[table]}}, s.args[0])
		q = s.gormRead(q.addText(limit, lit("LIMIT 1")))
		q.also = &also
		return q
	case "Scan", "Row", "Rows":
		return s.gormRead(q)
	case "Count":
		if q.op != raw {
			q = q.replace(column, lit("count(*)")).replace(order).replace(limit)
		}
		return s.gormRead(q)
	case "Pluck":
		return s.gormRead(q.replace(column, s.text(0)))
	case "Create":
		return s.gormInsert(s.gormDestination(q), s.args[0])
	case "CreateInBatches":
		return s.gormInsert(s.gormDestination(q), s.args[0])
	case "Save":
		q = s.gormInsert(s.gormDestination(q), s.args[0])
		return q.replace(suffix, cat(lit("ON CONFLICT ("+quote(q.primaryKey())+") DO UPDATE SET "), unknown()))
	case "Update", "UpdateColumn":
		v := s.gormValue(s.args[1])
		return s.gormChange(q.addText(set, cat(quoted(s.text(0)), lit(" = "), v)))
	case "Updates", "UpdateColumns":
		return s.gormChange(s.gormUpdates(q))
	case "Delete":
		if q.model.typ == nil {
			q = s.gormModel(q, s.args[0])
		}
		q = s.gormKey(q, s.args[0])
		q = s.gormInline(q, 1)
		if column := q.deletedColumn(); column != "" {
			q.op = updates
			return s.gormFinish(q.replace(set, lit(quote(column)+" = ?")))
		}
		q.op = deletes
		return s.gormFinish(q)
	}
	return q
}

// deletedColumn is the column that Delete sets instead of deleting the row.
func (q query) deletedColumn() string {
	if q.unscoped || q.model.typ == nil {
		return ""
	}
	return q.model.softDelete()
}

// gormDestination takes the table from where the rows go to, or come from,
// unless the program names it.
func (s step) gormDestination(q query) query {
	if q.model.typ == nil {
		v, _ := strip(s.args[0], s.frame)
		q.model = modelOf(v.Type())
	}
	return q
}

func (s step) gormRead(q query) query {
	if q.op == raw {
		return q
	}
	q.op = selects
	return s.gormFinish(q)
}

// gormChange completes an UPDATE: of the row that the model's value is, if it is one.
func (s step) gormChange(q query) query {
	q.op = updates
	if q.value != nil {
		q = s.gormKey(q, q.value)
	}
	return s.gormFinish(q)
}

// gormKey adds the condition on the primary key that gorm takes from a value
// which has one: a literal without is the name of the table, nothing else.
func (s step) gormKey(q query, v ssa.Value) query {
	v, _ = strip(v, s.frame)
	if _, isSlice := structOf(v.Type()).Underlying().(*types.Slice); isSlice || isNil(v) {
		return q
	}
	key := q.primaryKey()
	if set, more := s.fieldsSet(v); !more {
		known := false
		fields, _ := q.gormColumns()
		for _, f := range fields {
			known = known || f.primary && set[f.goName] != nil
		}
		if !known && !s.filled(v) {
			return q
		}
	}
	return q.addText(where, lit(self+quote(key)+" = ?"))
}

// filled reports whether another call may have filled a struct: First(&order).
func (s step) filled(v ssa.Value) bool {
	if v.Referrers() == nil {
		return false
	}
	n := 0
	for _, instr := range *v.Referrers() {
		if _, ok := instr.(*ssa.MakeInterface); ok {
			n++
		}
	}
	return n > 1
}

// gormValue writes a value that a column is set to.
func (s step) gormValue(v ssa.Value) text {
	return s.gormArgument(v, true)
}

// gormUpdates adds the columns that a map or a struct sets.
func (s step) gormUpdates(q query) query {
	v, f := strip(s.args[0], s.frame)
	if _, isMap := v.Type().Underlying().(*types.Map); isMap {
		list, more := s.entries(v, f)
		for _, en := range list {
			q = q.addText(set, cat(quoted(en.key), lit(" = "), s.gormValue(en.val)))
		}
		if more || len(list) == 0 {
			q = q.add(set, something())
		}
		return q
	}
	if q.model.typ == nil {
		q = s.gormModel(q, v)
	}
	fields, _ := modelOf(v.Type()).columnsOrNone()
	given, more := s.fieldsSet(v)
	n := 0
	for _, c := range fields {
		if val, ok := given[c.goName]; ok && !c.primary {
			q = q.addText(set, cat(lit(quote(c.column)+" = "), s.gormValue(val)))
			n++
		}
	}
	if more || n == 0 {
		q = q.add(set, something())
	}
	return q
}

func (m model) columnsOrNone() ([]field, bool) {
	if m.typ == nil {
		return nil, true
	}
	return m.gormColumns()
}

// gormInsert completes an INSERT with the columns of the model or of a map.
func (s step) gormInsert(q query, v ssa.Value) query {
	q.op = inserts
	v, f := strip(v, s.frame)
	q = q.replace(column).replace(row)
	var values []text
	if _, isMap := structOf(v.Type()).Underlying().(*types.Map); isMap {
		list, more := s.entries(v, f)
		for _, en := range list {
			q = q.addText(column, quoted(en.key))
			values = append(values, s.gormValue(en.val))
		}
		if more {
			q = q.add(column, something())
			values = append(values, unknown())
		}
	} else {
		fields, more := q.columnsOrNone()
		for _, c := range fields {
			q = q.addText(column, lit(quote(c.column)))
			values = append(values, lit("?"))
		}
		if more {
			q = q.add(column, something())
			values = append(values, unknown())
		}
	}
	return s.gormFinish(q.addText(row, parens(join(values, ", "))))
}

// gormFinish names the table.
func (s step) gormFinish(q query) query {
	if q.op == raw {
		return q
	}
	if len(q.list[table]) == 0 {
		if t := s.gormTable(q.model); t != nil {
			q = q.replace(table, t)
		} else {
			q = q.replace(table, unknown())
		}
	}
	prefix := ""
	if name, ok := q.list[table][0].constant(); ok {
		prefix = name[strings.LastIndexByte(name, ' ')+1:] + "."
		if strings.ContainsAny(prefix, "()") {
			prefix = ""
		}
	}
	if q.model.typ != nil && q.model.restricts() {
		q = q.add(where, something())
	}
	for c := range q.list {
		var named []piece
		for _, p := range q.list[c] {
			p.text = p.text.named(prefix)
			named = append(named, p)
		}
		q.list[c] = named
	}
	if column := q.deletedColumn(); column != "" && q.op != inserts {
		for _, p := range q.list[where] {
			if p.or { // gorm puts what the program says in parentheses first
				var w writer
				w.conditions("", q.list[where])
				q = q.replace(where, parens(w.out))
				break
			}
		}
		q = q.addText(where, lit(prefix+quote(column)+" IS NULL"))
	}
	return q
}

// gormAssociation reads the statements on the table behind a relation: only
// what is found is known.
func (s step) gormAssociation(q query) query {
	if s.name != "Find" && s.name != "Count" {
		return query{}
	}
	var found query
	if s.name == "Find" {
		v, _ := strip(s.args[0], s.frame)
		found.model = modelOf(v.Type())
	}
	found.op, found.open = selects, true
	return s.gormFinish(found)
}
