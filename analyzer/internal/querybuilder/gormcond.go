package querybuilder

import (
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// self stands for the table of the statement in the name of a column, as long
// as it is not known.
const self = "\x00."

// named puts the name of the table in the place of self.
func (t text) named(table string) text {
	out := slices.Clone(t)
	for i := range out {
		if out[i].Hole == nil {
			out[i].Text = strings.ReplaceAll(out[i].Text, self, table)
		}
	}
	return out
}

// gormConditions are what Where, Or, Not and Having take: a text with its
// arguments, a column with its value, a map, a struct, keys, other conditions.
func (s step) gormConditions(q query, v ssa.Value, args []ssa.Value, more bool) []text {
	v, f := strip(v, s.frame)
	if isNil(v) {
		return nil
	}
	if b, ok := v.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
		return s.gormTextCondition(q, v, f, args, more)
	}
	var out []text
	for i, a := range append([]ssa.Value{v}, args...) {
		a, af := strip(a, f)
		switch {
		case isNil(a):
		case i > 0 && isTextType(a.Type()) && modelOf(v.Type()).typ != nil:
			// the fields of the struct to look at, zero or not
		default:
			out = append(out, s.gormCondition(q, a, af)...)
		}
	}
	if more {
		out = append(out, unknown())
	}
	return out
}

func isTextType(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// gormTextCondition reads a condition that begins with a string.
func (s step) gormTextCondition(q query, v ssa.Value, f *frame, args []ssa.Value, more bool) []text {
	str, isConst := constantString(v, f)
	if !isConst {
		t := s.reading.text(v, f)
		if isUnknown(t) && len(args) == 1 {
			return []text{cat(t, lit(" = ?"))}
		}
		return []text{s.gormExpand(t, args, more)}
	}
	if _, err := strconv.Atoi(str); err == nil {
		return []text{lit(self + quote(q.primaryKey()) + " = ?")}
	}
	switch {
	case str == "" && len(args) == 0:
		return nil
	case len(args) == 0 || strings.ContainsAny(str, "?@ "):
		t := s.gormExpand(s.reading.text(v, f), args, more)
		if isCompound(str) {
			t = parens(t)
		}
		return []text{t}
	case len(args) == 1:
		return []text{s.gormEquals(lit(quote(str)), args[0], f)}
	}
	return []text{unknown()}
}

// isCompound reports whether gorm puts a condition in parentheses.
func isCompound(sql string) bool {
	sql = strings.ToLower(sql)
	return strings.Contains(sql, " or ") || strings.Contains(sql, " and ")
}

// gormEquals compares a column with a value, or with a list of them.
func (s step) gormEquals(column text, v ssa.Value, f *frame) text {
	v, f = strip(v, f)
	switch pkg, name := typeOf(v.Type()); {
	case isNil(v):
		return cat(column, lit(" IS NULL"))
	case pkg == "gorm.io/gorm" && name == "DB":
		return cat(column, lit(" IN "), parens(s.gormSub(v, f)))
	case isList(v.Type()):
		return cat(column, lit(" IN (?)"))
	}
	return cat(column, lit(" = ?"))
}

// gormCondition reads one condition that is no text.
func (s step) gormCondition(q query, v ssa.Value, f *frame) []text {
	pkg, name := typeOf(v.Type())
	switch {
	case pkg == "gorm.io/gorm" && name == "DB":
		var w writer
		for _, sub := range s.queries(v, f) {
			w.conditions("", append(sub.list[where], openPiece(sub)...))
		}
		if len(w.out) == 0 {
			return nil
		}
		return []text{parens(w.out)}
	case pkg == "gorm.io/gorm/clause":
		return []text{s.clauseExpr(v, f, name)}
	}
	switch u := v.Type().Underlying().(type) {
	case *types.Map:
		list, more := s.entries(v, f)
		var out []text
		for _, en := range list {
			column := lit(self)
			if strings.Contains(en.key.String(), ".") {
				column = nil
			}
			out = append(out, s.gormEquals(cat(column, quoted(en.key)), en.val, f))
		}
		if more {
			out = append(out, unknown())
		}
		return out
	case *types.Struct, *types.Pointer:
		if m := modelOf(u); m.typ != nil && !hasMethod(v.Type(), "Value") {
			return s.gormExample(model{types.Unalias(structOf(v.Type()))}, v, f)
		}
	case *types.Interface:
		return []text{unknown()}
	case *types.Slice:
		if isList(v.Type()) && modelOf(v.Type()).typ == nil {
			return []text{lit(self + quote(q.primaryKey()) + " IN (?)")}
		}
		return []text{unknown()}
	}
	return []text{lit(self + quote(q.primaryKey()) + " = ?")}
}

func structOf(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

func openPiece(q query) []piece {
	if q.open {
		return []piece{something()}
	}
	return nil
}

// quoted writes a constant text as an identifier.
func quoted(t text) text {
	if name, ok := t.constant(); ok {
		return lit(quote(name))
	}
	return t
}

// gormExample reads a struct whose fields are the conditions: those that the
// program sets. (gorm leaves out a field that is zero at run time.)
func (s step) gormExample(m model, v ssa.Value, f *frame) []text {
	set, more := s.fieldsSet(v)
	fields, _ := m.gormColumns()
	var out []text
	for _, c := range fields {
		if val, ok := set[c.goName]; ok {
			out = append(out, s.gormEquals(lit(self+quote(c.column)), val, f))
		}
	}
	if more {
		out = append(out, unknown())
	}
	return out
}

// fieldsSet lists the fields that the program sets in a struct literal, by
// name. more: the struct comes from elsewhere, or something else may set some.
func (e *reading) fieldsSet(v ssa.Value) (set map[string]ssa.Value, more bool) {
	if load, ok := v.(*ssa.UnOp); ok {
		v = load.X
	}
	alloc, ok := v.(*ssa.Alloc)
	if !ok {
		return nil, true
	}
	set = map[string]ssa.Value{}
	for _, instr := range *alloc.Referrers() {
		switch instr := instr.(type) {
		case *ssa.FieldAddr:
			st := structOf(alloc.Type()).Underlying().(*types.Struct)
			for _, use := range *instr.Referrers() {
				if store, ok := use.(*ssa.Store); ok && store.Addr == ssa.Value(instr) {
					if e.end != nil && store.Parent() == e.end.Parent() && !store.Block().Dominates(e.end.Block()) {
						more = true
						continue
					}
					set[st.Field(instr.Field).Name()] = store.Val
				} else if inner, ok := use.(*ssa.FieldAddr); ok {
					e.innerFields(inner, set)
				}
			}
		case *ssa.Store:
			more = true // a copy of another
		case *ssa.UnOp, *ssa.MakeInterface, *ssa.DebugRef:
		case *ssa.Call:
			if _, isStep := e.stepOf(&instr.Call, nil); !isStep {
				more = true
			}
		default:
			more = true
		}
	}
	return set, more
}

// innerFields lists what is set in an embedded struct.
func (e *reading) innerFields(fa *ssa.FieldAddr, set map[string]ssa.Value) {
	st, ok := structOf(fa.X.Type()).Underlying().(*types.Struct)
	if !ok {
		return
	}
	for _, use := range *fa.Referrers() {
		if store, ok := use.(*ssa.Store); ok && store.Addr == ssa.Value(fa) {
			set[st.Field(fa.Field).Name()] = store.Val
		}
	}
}

// clauseExpr reads the expressions of gorm's clause package and gorm.Expr.
func (s step) clauseExpr(v ssa.Value, f *frame, name string) text {
	if call, ok := v.(*ssa.Call); ok {
		if inner, ok := s.stepOf(&call.Call, f); ok && inner.name == "Expr" {
			args, more := inner.variadic(1)
			return inner.gormExpand(inner.text(0), args, more)
		}
		return unknown()
	}
	operators := map[string]string{"Eq": "=", "Neq": "<>", "Gt": ">", "Gte": ">=", "Lt": "<", "Lte": "<=", "Like": "LIKE"}
	set, more := s.fieldsSet(v)
	if more || set["Column"] == nil || operators[name] == "" && name != "IN" {
		return unknown()
	}
	column, ok := constantString(set["Column"], f)
	switch {
	case !ok:
		return unknown()
	case name == "IN":
		return lit(quote(column) + " IN (?)")
	case name == "Eq" && set["Value"] != nil:
		return s.gormEquals(lit(quote(column)), set["Value"], f)
	}
	return lit(quote(column) + " " + operators[name] + " ?")
}

// gormExpand writes the placeholders of a text as gorm does for its arguments:
// a list gets parentheses, an expression or another statement takes the place.
func (s step) gormExpand(t text, args []ssa.Value, more bool) text {
	if more {
		return t
	}
	var out text
	n := 0
	after := false // an opening parenthesis
	for _, p := range t {
		if p.Hole != nil {
			out, after = cat(out, text{p}), false
			continue
		}
		start := 0
		for i := range len(p.Text) {
			if p.Text[i] == '?' && n < len(args) {
				out = cat(out, lit(p.Text[start:i]), s.gormArgument(args[n], after))
				start = i + 1
				n++
				continue
			}
			after = p.Text[i] == '('
		}
		out = cat(out, lit(p.Text[start:]))
	}
	return out
}

func (s step) gormArgument(v ssa.Value, bare bool) text {
	v, f := strip(v, s.frame)
	pkg, name := typeOf(v.Type())
	switch {
	case pkg == "gorm.io/gorm" && name == "DB":
		sub := s.gormSub(v, f)
		if bare {
			return sub
		}
		return parens(sub)
	case pkg == "gorm.io/gorm/clause":
		return s.clauseExpr(v, f, name)
	case isList(v.Type()) && !bare:
		return lit("(?)")
	}
	return lit("?")
}

// gormSub writes a chain that is an argument as a sub-select.
func (s step) gormSub(v ssa.Value, f *frame) text {
	qs := s.queries(v, f)
	if len(qs) != 1 {
		return unknown()
	}
	q := qs[0]
	if q.op == undecided {
		q.op = selects
	}
	if t := s.gormFinish(q).render(); t != nil {
		return t
	}
	return unknown()
}
