package querybuilder

import (
	"golang.org/x/tools/go/ssa"
)

// gopg is github.com/go-pg/pg, from which bun comes: the same clauses, but the
// call that sends decides what kind of statement it is.
type gopg struct{}

const gopgPath = "github.com/go-pg/pg/v10"

var gopgSends = map[string]operation{
	"Select": selects, "SelectAndCount": selects, "SelectAndCountEstimate": selects, "First": selects, "Last": selects,
	"Count": selects, "CountEstimate": selects, "Exists": selects, "ForEach": selects, "SelectOrInsert": selects,
	"Insert": inserts, "Update": updates, "UpdateNotZero": updates, "Delete": deletes, "ForceDelete": deletes,
}

// mutates: all that adds a clause.
func (gopg) mutates(s step) bool {
	return s.name == "Model" || s.name == "ModelContext" || s.on == "Query" && gopgSends[s.name] == undecided
}

func (gopg) start(_ *reading, _ ssa.Value, on string, _ bool) query {
	return query{open: on == "Query", tags: "pg"}
}

func (gopg) step(s step, q query) query {
	q.tags = "pg"
	if s.on != "Query" {
		return s.gopgNew()
	}
	if op := gopgSends[s.name]; op != undecided {
		return s.gopgSend(q, op)
	}
	switch s.name {
	case "Model":
		next := s.gopgNew()
		q.model, q.value = next.model, next.value
		return q
	case "New":
		return query{tags: "pg", model: q.model}
	case "Deleted", "AllWithDeleted":
		q.unscoped = true
		return q
	case "Where", "WhereOr":
		return q.add(where, piece{text: parens(s.bunExpr(0)), or: s.name == "WhereOr"})
	case "WhereIn", "WhereInOr":
		return q.add(where, piece{text: parens(s.text(0)), or: s.name == "WhereInOr"})
	case "WhereInMulti":
		return q.addText(where, parens(s.text(0)))
	case "WherePK":
		return q.addText(where, lit("("+self+quote(q.bunKey())+" = ?)"))
	case "WhereGroup", "WhereOrGroup":
		return s.gopgGroup(q, s.name == "WhereOrGroup")
	case "WhereNotGroup", "WhereOrNotGroup":
		p := something()
		p.or = s.name == "WhereOrNotGroup"
		return q.add(where, p)
	case "OnConflict":
		return q.addText(suffix, cat(lit("ON CONFLICT "), s.bunExpr(0)))
	case "Apply":
		if next, ok := s.scoped(s.args[0], q); ok {
			return next
		}
		return q.add(where, something())
	case "Relation":
		return q.add(joined, something())
	case "Context", "DB", "Clone", "Order", "OrderExpr", "For", "ExcludeColumn", "WrapWith":
		return q
	case "WithInsert", "WithUpdate", "WithDelete":
		return q.addText(prefix, unknown())
	}
	return bun{}.step(s, q)
}

// gopgNew begins a query on the model that it is given.
func (s step) gopgNew() query {
	q := query{tags: "pg"}
	i := 0
	if s.name == "ModelContext" {
		i = 1
	}
	if elems, more := s.variadic(i); len(elems) == 1 && !more {
		v, _ := strip(elems[0], s.frame)
		q.model, q.value = modelOf(v.Type()), v
	}
	return q
}

func (s step) gopgSend(q query, op operation) query {
	q.op = op
	switch s.name {
	case "Count", "CountEstimate":
		q = q.replace(column, lit("count(*)"))
	case "Exists":
		q = q.replace(column, lit("1"))
	case "First", "Last":
		q = q.addText(limit, lit("LIMIT 1"))
	case "ForceDelete":
		q.unscoped = true
	case "SelectOrInsert":
		insert := query{op: inserts, tags: "pg", model: q.model, named: q.named}
		insert.list[table], insert.list[column], insert.list[suffix] = q.list[table], nil, q.list[suffix]
		also := s.bunFinish(insert)
		q = s.bunFinish(q.replace(suffix))
		q.also = &also
		return q
	}
	return s.bunFinish(q)
}

// gopgGroup adds conditions in parentheses, which a function of the program
// makes.
func (s step) gopgGroup(q query, or bool) query {
	inner := query{tags: "pg", model: q.model}
	if made, ok := s.scoped(s.args[0], inner); ok && len(made.list[where]) > 0 {
		var w writer
		w.conditions("", made.list[where])
		return q.add(where, piece{text: parens(w.out), or: or})
	}
	p := something()
	p.or = or
	return q.add(where, p)
}
