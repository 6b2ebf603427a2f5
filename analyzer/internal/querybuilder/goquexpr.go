package querybuilder

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// goquCall recognises a call of goqu's functions.
func goquCall(v ssa.Value, f *frame) (*ssa.Call, bool) {
	v, _ = strip(v, f)
	call, ok := v.(*ssa.Call)
	if !ok {
		return nil, false
	}
	fn := call.Call.Method
	if !call.Call.IsInvoke() {
		static := call.Call.StaticCallee()
		if static == nil {
			return nil, false
		}
		fn, _ = static.Object().(*types.Func)
	}
	return call, fn != nil && fn.Pkg() != nil && strings.HasPrefix(fn.Pkg().Path(), goquPath)
}

// goquList writes a variadic list of names and expressions.
func (s step) goquList(i int) []text {
	elems, more := s.variadic(i)
	var out []text
	for _, el := range elems {
		out = append(out, s.goquExpr(el, s.frame, 0))
	}
	if more {
		out = append(out, unknown())
	}
	return out
}

// goquConditions adds a variadic list of conditions.
func (s step) goquConditions(q query, c clause) query {
	elems, more := s.variadic(0)
	for _, el := range elems {
		t := s.goquExpr(el, s.frame, 1)
		if len(t) > 0 {
			q = q.add(c, piece{text: t, maybe: isUnknown(t)})
		}
	}
	if more {
		q = q.add(c, something())
	}
	return q
}

// goquQuery writes a dataset that is an argument.
func (s step) goquQuery(v ssa.Value, f *frame) text {
	v, f = strip(v, f)
	if qs := s.queries(v, f); len(qs) == 1 {
		if t := qs[0].render(); t != nil {
			return t
		}
	}
	return unknown()
}

// goquExpr writes a name or an expression: a plain string is a name.
func (s step) goquExpr(v ssa.Value, f *frame, depth int) text {
	if depth > maxNesting {
		return unknown()
	}
	name := ""
	if mi, ok := v.(*ssa.MakeInterface); ok {
		_, name = typeOf(mi.X.Type())
	}
	v, f = strip(v, f)
	if name == "" {
		_, name = typeOf(v.Type())
	}
	switch {
	case isNil(v):
		return nil
	case isTextType(v.Type()):
		return quoted(s.reading.text(v, f))
	case name == "SelectDataset":
		return parens(s.goquQuery(v, f))
	case name == "Ex", name == "ExOr":
		return s.goquEx(v, f, name, depth)
	}
	call, ok := goquCall(v, f)
	if !ok {
		return unknown()
	}
	if call.Call.IsInvoke() {
		return s.goquMethod(call, f, depth)
	}
	inner, ok := s.stepOf(&call.Call, f)
	if !ok {
		return unknown()
	}
	if inner.on != "" { // Dataset.As
		return parens(s.goquQuery(v, f))
	}
	return inner.goquFunction(depth)
}

// goquFunction writes what goqu's own functions make.
func (s step) goquFunction(depth int) text {
	switch s.name {
	case "I", "C", "T", "S":
		return quoted(s.text(0))
	case "L", "Literal":
		elems, more := s.variadic(1)
		if more {
			return s.text(0)
		}
		subs := make([]text, len(elems))
		for i, el := range elems {
			subs[i] = s.goquValue(el, s.frame, depth+1)
		}
		return substitute(s.text(0), subs)
	case "V":
		return lit("?")
	case "Star":
		return lit("*")
	case "And", "Or":
		conds := s.goquConditions(query{}, where).list[where]
		sep := map[string]string{"And": " AND ", "Or": " OR "}[s.name]
		if len(conds) == 0 {
			return nil
		}
		return parens(pieces(conds, sep))
	case "Cast":
		return cat(lit("CAST("), s.goquExpr(s.args[0], s.frame, depth+1), lit(" AS "), s.text(1), lit(")"))
	case "COUNT", "SUM", "MAX", "MIN", "AVG", "DISTINCT", "FIRST", "LAST":
		return cat(lit(s.name), parens(s.goquExpr(s.args[0], s.frame, depth+1)))
	case "COALESCE":
		return cat(lit(s.name), parens(join(s.goquList(0), ", ")))
	case "Func":
		elems, more := s.variadic(1)
		var args []text
		for _, el := range elems {
			args = append(args, s.goquValue(el, s.frame, depth+1))
		}
		if more {
			args = append(args, unknown())
		}
		return cat(s.text(0), parens(join(args, ", ")))
	}
	return unknown()
}

var goquComparisons = map[string]string{
	"Eq": "=", "Is": "IS", "Neq": "<>", "IsNot": "IS NOT", "Gt": ">", "Gte": ">=", "Lt": "<", "Lte": "<=",
	"Like": "LIKE", "NotLike": "NOT LIKE", "ILike": "ILIKE", "NotILike": "NOT ILIKE", "In": "IN", "NotIn": "NOT IN",
}

// goquMethod writes the methods of expressions: C("id").Eq(5).
func (s step) goquMethod(call *ssa.Call, f *frame, depth int) text {
	left := s.goquExpr(call.Call.Value, f, depth+1)
	args := call.Call.Args
	name := call.Call.Method.Name()
	if _, ok := goquComparisons[name]; ok && len(args) == 1 {
		return s.goquCompare(left, name, args[0], f, depth)
	}
	switch name {
	case "As":
		inner, at := strip(args[0], f)
		if isTextType(inner.Type()) {
			return cat(left, lit(" AS "), quoted(s.reading.text(inner, at)))
		}
		return cat(left, lit(" AS "), s.goquExpr(args[0], f, depth+1))
	case "Asc", "Desc", "NullsFirst", "NullsLast", "Expression":
		return left
	case "Col", "Table":
		return cat(left, lit("."), s.goquExpr(args[0], f, depth+1))
	case "Schema": // goes in front of what it is called on
		return cat(s.goquExpr(args[0], f, depth+1), lit("."), left)
	case "All":
		return cat(left, lit(".*"))
	case "IsNull":
		return cat(left, lit(" IS NULL"))
	case "IsNotNull":
		return cat(left, lit(" IS NOT NULL"))
	case "IsTrue", "IsFalse", "IsNotTrue", "IsNotFalse":
		return cat(left, lit(map[string]string{"IsTrue": " IS TRUE", "IsFalse": " IS FALSE", "IsNotTrue": " IS NOT TRUE", "IsNotFalse": " IS NOT FALSE"}[name]))
	case "Between":
		return cat(left, lit(" BETWEEN ? AND ?"))
	case "NotBetween":
		return cat(left, lit(" NOT BETWEEN ? AND ?"))
	}
	return unknown()
}

// goquCompare writes a comparison with a value, which may be NULL, a list or a
// statement.
func (s step) goquCompare(left text, op string, v ssa.Value, f *frame, depth int) text {
	inner, at := strip(v, f)
	equal := op == "Eq" || op == "Is" || op == "In"
	switch {
	case isNil(inner) && (equal || op == "Neq" || op == "IsNot"):
		if equal {
			return cat(left, lit(" IS NULL"))
		}
		return cat(left, lit(" IS NOT NULL"))
	case op == "In" || op == "NotIn":
		if elems, more := elements(v, f, 0); len(elems) == 1 && !more {
			inner, at = strip(elems[0], f)
		}
		if _, name := typeOf(inner.Type()); name == "SelectDataset" {
			return cat(left, lit(" "+goquComparisons[op]+" "), s.goquExpr(inner, at, depth+1))
		}
		return cat(left, lit(" "+goquComparisons[op]+" (?)"))
	case isList(inner.Type()) && op == "Eq":
		return cat(left, lit(" IN (?)"))
	case isList(inner.Type()) && op == "Neq":
		return cat(left, lit(" NOT IN (?)"))
	}
	return cat(left, lit(" "+goquComparisons[op]+" "), s.goquValue(v, f, depth+1))
}

// goquValue writes what stands for a value: a placeholder, unless it is an
// expression.
func (s step) goquValue(v ssa.Value, f *frame, depth int) text {
	inner, _ := strip(v, f)
	if isNil(inner) {
		return lit("NULL")
	}
	pkg, name := typeOf(inner.Type())
	if _, ok := goquCall(v, f); ok || name == "SelectDataset" {
		return s.goquExpr(v, f, depth)
	}
	if strings.HasPrefix(pkg, goquPath) {
		return unknown() // an expression that is made elsewhere
	}
	return lit("?")
}

// goquValues writes a list of values.
func (s step) goquValues(v ssa.Value) []text {
	elems, more := elements(v, s.frame, 0)
	var out []text
	for _, el := range elems {
		out = append(out, s.goquValue(el, s.frame, 1))
	}
	if more {
		out = append(out, unknown())
	}
	return out
}

var goquOps = map[string]string{
	"eq": "Eq", "neq": "Neq", "is": "Is", "isnot": "IsNot", "gt": "Gt", "gte": "Gte", "lt": "Lt", "lte": "Lte",
	"in": "In", "notin": "NotIn", "like": "Like", "notlike": "NotLike", "ilike": "ILike", "notilike": "NotILike",
}

// goquEx writes a map of columns: with values, or with operators and values.
func (s step) goquEx(v ssa.Value, f *frame, kind string, depth int) text {
	list, more := s.entries(v, f)
	var conds []text
	for _, en := range list {
		conds = append(conds, s.goquPair(quoted(en.key), en.val, f, depth)...)
	}
	if more {
		conds = append(conds, unknown())
	}
	if len(conds) == 0 {
		return nil
	}
	if kind == "ExOr" {
		return parens(join(conds, " OR "))
	}
	if len(conds) == 1 {
		return conds[0]
	}
	return parens(join(conds, " AND "))
}

func (s step) goquPair(column text, v ssa.Value, f *frame, depth int) []text {
	inner, at := strip(v, f)
	_, name := typeOf(inner.Type())
	if mi, ok := v.(*ssa.MakeInterface); ok && name == "" {
		_, name = typeOf(mi.X.Type())
	}
	if name != "Op" {
		return []text{s.goquCompare(column, "Eq", v, f, depth)}
	}
	list, more := s.entries(inner, at)
	var ops []text
	for _, en := range list {
		key, _ := en.key.constant()
		if op := goquOps[strings.ToLower(key)]; op != "" {
			ops = append(ops, s.goquCompare(column, op, en.val, at, depth))
		} else {
			ops = append(ops, unknown())
		}
	}
	if more {
		ops = append(ops, unknown())
	}
	if len(ops) > 1 {
		return []text{parens(join(ops, " OR "))}
	}
	return ops
}
