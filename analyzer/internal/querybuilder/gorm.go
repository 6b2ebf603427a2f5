package querybuilder

import (
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// gorm is gorm.io/gorm: a *gorm.DB is a connection and a statement in the
// making at once, and the call that sends decides what kind of statement it is.
type gorm struct{}

// mutates: what has clauses takes further ones in place.
func (gorm) mutates(s step) bool {
	switch s.name {
	case "Model", "Table", "Where", "Or", "Not", "Having", "Joins", "InnerJoins", "Select", "Omit", "Distinct", "Group",
		"Order", "Limit", "Offset", "Scopes", "Clauses", "Unscoped", "Preload":
		return s.on == "DB"
	}
	return false
}

// start: programs keep the plain connection in fields and variables and get it
// from contexts, and callbacks get a fresh one. What a caller passes, or an
// unknown function returns, may be a chain.
func (gorm) start(e *reading, v ssa.Value, on string, hidden bool) query {
	q := query{open: hidden}
	switch v := v.(type) {
	case *ssa.Parameter:
		q.open = v.Parent().Parent() == nil || returnsChain(v.Parent())
	case *ssa.Extract:
		call, isCall := v.Tuple.(*ssa.Call)
		q.open = isCall
		if isCall {
			if _, isStep := e.stepOf(&call.Call, nil); isStep {
				q.open = false
			}
		}
	}
	return q
}

func returnsChain(fn *ssa.Function) bool {
	for i := range fn.Signature.Results().Len() {
		if isLibrary(fn.Signature.Results().At(i).Type()) {
			return true
		}
	}
	return false
}

func (gorm) step(s step, q query) query {
	if s.on == "Association" {
		return s.gormAssociation(q)
	}
	if isGeneric(s.on) {
		return s.gormGeneric(q)
	}
	if s.on == "" { // gorm.G starts anew
		return query{}
	}
	if s.on != "DB" {
		return q
	}
	switch s.name {
	case "Model":
		return s.gormModel(q, s.args[0])
	case "Table":
		return s.gormTableName(q)
	case "Where", "Not", "Or", "Having":
		return s.gormWhere(q)
	case "Joins":
		return s.gormJoin(q, "LEFT JOIN")
	case "InnerJoins":
		return s.gormJoin(q, "INNER JOIN")
	case "Select":
		return q.replace(column, s.gormSelect())
	case "Distinct":
		q = q.replace(option, lit("DISTINCT"))
		if elems, _ := s.variadic(0); len(elems) > 0 {
			q = q.replace(column, unknown())
		}
	case "Group":
		return q.addText(group, s.text(0))
	case "Order":
		if v, _ := strip(s.args[0], s.frame); isTextType(v.Type()) {
			return q.addText(order, s.text(0))
		}
		return q.addText(order, unknown())
	case "Limit":
		return q.addText(limit, lit("LIMIT ?"))
	case "Offset":
		return q.addText(limit, lit("OFFSET ?"))
	case "Unscoped":
		q.unscoped = true
	case "Scopes":
		return s.gormScopes(q)
	case "Clauses":
		return s.gormClauses(q)
	case "Session":
		if v, _ := s.fieldsSet(s.args[0]); isTrue(v["NewDB"]) {
			return query{}
		}
	case "Raw", "Exec":
		args, more := s.variadic(1)
		q.op = raw
		return q.replace(prefix, s.gormExpand(s.text(0), args, more))
	case "Begin":
		return query{}
	case "WithContext", "Debug", "Set", "InstanceSet", "Omit", "Preload", "Attrs", "Assign", "MapColumns":
	default:
		return s.gormSend(q)
	}
	return q
}

func isTrue(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Bool && constant.BoolVal(c.Value)
}

// gormModel takes the table from a value's type.
func (s step) gormModel(q query, v ssa.Value) query {
	v, _ = strip(v, s.frame)
	q.model = modelOf(v.Type())
	q.value = v
	return q
}

func (s step) gormTableName(q query) query {
	t := s.text(0)
	args, more := s.variadic(1)
	if name, ok := t.constant(); ok && len(args) == 0 && !strings.ContainsAny(name, " (`\"") {
		return q.replace(table, lit(quote(name)))
	}
	return q.replace(table, s.gormExpand(t, args, more))
}

func (s step) gormWhere(q query) query {
	args, more := s.variadic(1)
	conds := s.gormConditions(q, s.args[0], args, more)
	if len(conds) == 0 {
		return q
	}
	t := join(conds, " AND ")
	if len(conds) > 1 && s.name != "Where" {
		t = parens(t)
	}
	switch s.name {
	case "Not":
		return q.addText(where, cat(lit("NOT "), parens(t)))
	case "Having":
		return q.addText(having, t)
	}
	return q.add(where, piece{text: t, or: s.name == "Or", maybe: isUnknown(t)})
}

// gormInline adds the conditions that a call which sends takes.
func (s step) gormInline(q query, i int) query {
	args, more := s.variadic(i)
	if len(args) == 0 {
		if more {
			q = q.add(where, something())
		}
		return q
	}
	for _, t := range s.gormConditions(q, args[0], args[1:], more) {
		q = q.add(where, piece{text: t, maybe: isUnknown(t)})
	}
	return q
}

func (s step) gormSelect() text {
	args, more := s.variadic(1)
	v, f := strip(s.args[0], s.frame)
	if !isTextType(v.Type()) || more {
		return unknown()
	}
	t := s.reading.text(v, f)
	if sql, ok := t.constant(); ok && !strings.Contains(sql, "?") {
		for _, a := range args {
			t = cat(t, lit(", "), s.reading.text(a, s.frame))
		}
		return t
	}
	return s.gormExpand(t, args, more)
}

// gormJoin adds a join: as text, or of the relation that a field of the model is.
func (s step) gormJoin(q query, kind string) query {
	sql, ok := constantString(s.args[0], s.frame)
	if !ok || strings.ContainsAny(sql, " ?") {
		args, more := s.variadic(1)
		return q.addText(joined, s.gormExpand(s.text(0), args, more))
	}
	if m := q.relation(sql); m.typ != nil {
		if t := s.gormTable(m); t != nil {
			return q.addText(joined, cat(lit(kind+" "), t, lit(" "+quote(sql)+" ON "), unknown()))
		}
	}
	return q.add(joined, something())
}

// relation returns the model behind a field of the query's model.
func (q query) relation(name string) model {
	if q.model.typ == nil {
		return model{}
	}
	st, ok := q.model.typ.Underlying().(*types.Struct)
	if !ok {
		return model{}
	}
	for i := range st.NumFields() {
		if st.Field(i).Name() == name {
			return modelOf(st.Field(i).Type())
		}
	}
	return model{}
}

// gormScopes applies the functions that are passed to Scopes.
func (s step) gormScopes(q query) query {
	elems, more := s.variadic(0)
	for _, el := range elems {
		next, ok := s.scoped(el, q)
		if !ok {
			next = q.add(where, something())
		}
		q = next
	}
	if more {
		q = q.add(where, something())
	}
	return q
}

// scoped runs a function of the package on a chain.
func (s step) scoped(v ssa.Value, q query) (query, bool) {
	v, f := strip(v, s.frame)
	if call, ok := v.(*ssa.Call); ok { // a function that returns the scope
		fn := call.Call.StaticCallee()
		if fn == nil || fn.Pkg != s.Pkg || len(fn.Blocks) == 0 || f.depth() >= maxFrames {
			return q, false
		}
		ret, ok := fn.Blocks[len(fn.Blocks)-1].Instrs[len(fn.Blocks[len(fn.Blocks)-1].Instrs)-1].(*ssa.Return)
		if !ok || len(ret.Results) != 1 {
			return q, false
		}
		v, _ = strip(ret.Results[0], nil)
	}
	var fn *ssa.Function
	switch v := v.(type) {
	case *ssa.MakeClosure:
		fn = v.Fn.(*ssa.Function)
	case *ssa.Function:
		fn = v
	}
	if fn == nil || fn.Pkg != s.Pkg || fn.Blocks == nil || len(fn.Params) != 1 || f.depth() >= maxFrames {
		return q, false
	}
	in := &frame{fn: fn, up: f, base: &q}
	var out []query
	for _, b := range fn.Blocks {
		// go-pg's functions return an error as well.
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && len(ret.Results) > 0 && !isNil(ret.Results[0]) {
			out = merge(out, s.queries(ret.Results[0], in)...)
		}
	}
	if len(out) != 1 {
		return q, false
	}
	return out[0], true
}

// gormClauses reads what Clauses adds: locks and hints don't matter, ON
// CONFLICT does.
func (s step) gormClauses(q query) query {
	elems, more := s.variadic(0)
	for _, el := range elems {
		v, f := strip(el, s.frame)
		switch _, name := typeOf(v.Type()); name {
		case "OnConflict":
			q = q.replace(suffix, s.onConflict(v, f))
		case "Locking", "Returning", "Insert", "OrderBy", "Limit":
		default:
			q = q.add(where, something())
		}
	}
	if more {
		q = q.add(where, something())
	}
	return q
}

// onConflict writes a literal of clause.OnConflict.
func (s step) onConflict(v ssa.Value, f *frame) text {
	set, more := s.fieldsSet(v)
	if more {
		return unknown()
	}
	t := lit("ON CONFLICT")
	if columns := set["Columns"]; columns != nil {
		var names []text
		elems, open := elements(columns, f, 0)
		for _, el := range elems {
			inner, _ := s.fieldsSet(el)
			name, ok := "", false
			if inner["Name"] != nil {
				name, ok = constantString(inner["Name"], f)
			}
			open = open || !ok
			names = append(names, lit(quote(name)))
		}
		if open {
			return unknown()
		}
		t = cat(t, lit(" "), parens(join(names, ", ")))
	}
	if isTrue(set["DoNothing"]) {
		return cat(t, lit(" DO NOTHING"))
	}
	return cat(t, lit(" DO UPDATE SET "), unknown())
}
