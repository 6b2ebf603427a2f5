package querybuilder

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

const maxNesting = 8 // expressions within expressions

// squirrelExpr writes what stands for SQL: a string, a map, Eq and its kin,
// And, Or, Expr, another builder.
func (s step) squirrelExpr(v ssa.Value, f *frame, depth int) text {
	if depth > maxNesting {
		return unknown()
	}
	pkg, name := squirrelType(v)
	v, f = strip(v, f)
	if pkg == "" {
		pkg, name = typeOf(v.Type())
	}
	if isNil(v) {
		return nil
	}
	if !strings.HasSuffix(pkg, "/squirrel") {
		switch v.Type().Underlying().(type) {
		case *types.Basic:
			return s.reading.text(v, f)
		case *types.Map:
			return s.comparisons("Eq", v, f)
		}
		return unknown()
	}
	switch name {
	case "Eq", "NotEq", "Lt", "LtOrEq", "Gt", "GtOrEq", "Like", "NotLike", "ILike", "NotILike":
		return s.comparisons(name, v, f)
	case "And", "Or":
		return s.conjunction(name, v, f, depth)
	}
	if squirrelOperations[name] != undecided {
		return s.sub(v, f)
	}
	call, ok := v.(*ssa.Call)
	if !ok {
		return unknown()
	}
	inner, ok := s.stepOf(&call.Call, f)
	if !ok {
		return unknown()
	}
	switch inner.name {
	case "Expr":
		return inner.expand(inner.text(0), 1)
	case "ConcatExpr":
		elems, more := inner.variadic(0)
		var parts []text
		for _, el := range elems {
			parts = append(parts, inner.squirrelExpr(el, f, depth+1))
		}
		if more {
			parts = append(parts, unknown())
		}
		return cat(parts...)
	case "Alias":
		return cat(parens(inner.squirrelExpr(inner.args[0], f, depth+1)), lit(" AS "), inner.text(1))
	}
	return unknown()
}

// squirrelType is the type that a value has where it becomes an interface:
// conversions to Eq and the like are what says how a map is written.
func squirrelType(v ssa.Value) (pkg, name string) {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	if types.IsInterface(v.Type()) {
		return "", ""
	}
	return typeOf(v.Type())
}

var squirrelOperators = map[string]string{
	"Eq": "=", "NotEq": "<>", "Lt": "<", "LtOrEq": "<=", "Gt": ">", "GtOrEq": ">=",
	"Like": "LIKE", "NotLike": "NOT LIKE", "ILike": "ILIKE", "NotILike": "NOT ILIKE",
}

// comparisons writes a map of columns as the conditions on them.
func (s step) comparisons(name string, v ssa.Value, f *frame) text {
	list, more := s.entries(v, f)
	var conds []text
	for _, en := range list {
		val, at := strip(en.val, f)
		switch {
		case isNil(val) && name == "NotEq":
			conds = append(conds, cat(en.key, lit(" IS NOT NULL")))
		case isNil(val):
			conds = append(conds, cat(en.key, lit(" IS NULL")))
		case isList(val.Type()) && name == "NotEq":
			conds = append(conds, cat(en.key, lit(" NOT IN (?)")))
		case isList(val.Type()) && name == "Eq":
			conds = append(conds, cat(en.key, lit(" IN (?)")))
		case isSubselect(val) && (name == "Eq" || name == "NotEq"):
			conds = append(conds, cat(en.key, lit(" IN "), parens(s.sub(val, at))))
		default:
			conds = append(conds, cat(en.key, lit(" "+squirrelOperators[name]+" ?")))
		}
	}
	if more {
		conds = append(conds, unknown())
	}
	if len(conds) == 0 {
		return lit("(1=1)")
	}
	return join(conds, " AND ")
}

func isSubselect(v ssa.Value) bool {
	pkg, name := typeOf(v.Type())
	return name == "SelectBuilder" && libraries[pkg] != nil
}

// conjunction writes And and Or.
func (s step) conjunction(name string, v ssa.Value, f *frame, depth int) text {
	elems, more := elements(v, f, 0)
	var conds []text
	for _, el := range elems {
		if t := s.squirrelExpr(el, f, depth+1); len(t) > 0 {
			conds = append(conds, t)
		}
	}
	if more {
		conds = append(conds, unknown())
	}
	sep := " AND "
	if name == "Or" {
		sep = " OR "
	}
	if len(conds) == 0 {
		return lit(map[string]string{"And": "(1=1)", "Or": "(1=0)"}[name])
	}
	return parens(join(conds, sep))
}

// operand writes a value: a placeholder, unless it is SQL itself.
func (s step) operand(v ssa.Value) text {
	v, f := strip(v, s.frame)
	if pkg, _ := typeOf(v.Type()); libraries[pkg] == nil {
		return lit("?")
	}
	return s.squirrelExpr(v, f, 1)
}

// substitute puts texts in the place of the placeholders of another.
func substitute(t text, subs []text) text {
	var out text
	n := 0
	for _, p := range t {
		if p.Hole != nil {
			out = cat(out, text{p})
			continue
		}
		rest := p.Text
		for {
			i := strings.IndexByte(rest, '?')
			if i < 0 || n >= len(subs) {
				break
			}
			if strings.HasPrefix(rest[i:], "??") {
				out = cat(out, lit(rest[:i+2]))
				rest = rest[i+2:]
				continue
			}
			out = cat(out, lit(rest[:i]), subs[n])
			rest = rest[i+1:]
			n++
		}
		out = cat(out, lit(rest))
	}
	return out
}
