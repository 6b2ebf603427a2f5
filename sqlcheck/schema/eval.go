package schema

import (
	"regexp"
	"strconv"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// An env is what names mean to an expression of migration code: PL/pgSQL
// variables and, inside queries, the rows being looked at.
type env struct {
	r      *replay
	vars   map[string]value
	params []value // $1, $2, ..
	rows   []boundRow
	outer  *env // of the query around
}

// A boundRow is the current row of one FROM item.
type boundRow struct {
	alias string
	row   value // valRow; valUnknown when the relation is not known
}

// maxSteps bounds the work on the code of one file.
const maxSteps = 200_000

// eval evaluates an expression; unknown when it can't be.
func (e *env) eval(n *pg.Node) value {
	if e.r.steps++; e.r.steps > maxSteps {
		return value{}
	}
	switch {
	case n == nil || n.GetNode() == nil:
		return value{}
	case n.GetAConst() != nil:
		return constValue(n)
	case n.GetColumnRef() != nil:
		return e.ref(names(n.GetColumnRef().GetFields()))
	case n.GetParamRef() != nil:
		if i := int(n.GetParamRef().GetNumber()); i >= 1 && i <= len(e.params) {
			return e.params[i-1]
		}
	case n.GetTypeCast() != nil:
		return e.cast(n.GetTypeCast())
	case n.GetAArrayExpr() != nil:
		return e.array(n.GetAArrayExpr().GetElements())
	case n.GetRowExpr() != nil:
		return e.array(n.GetRowExpr().GetArgs())
	case n.GetList() != nil:
		return e.array(n.GetList().GetItems())
	case n.GetBoolExpr() != nil:
		return e.logic(n.GetBoolExpr())
	case n.GetNullTest() != nil:
		v := e.eval(n.GetNullTest().GetArg()).single()
		if !v.known() {
			return v
		}
		return boolValue((v.kind == valNull) == (n.GetNullTest().GetNulltesttype() == pg.NullTestType_IS_NULL))
	case n.GetCoalesceExpr() != nil:
		for _, a := range n.GetCoalesceExpr().GetArgs() {
			if v := e.eval(a); v.kind != valNull {
				return v
			}
		}
		return null
	case n.GetCaseExpr() != nil:
		return e.caseExpr(n.GetCaseExpr())
	case n.GetAExpr() != nil:
		return e.operator(n.GetAExpr())
	case n.GetFuncCall() != nil:
		return e.call(n.GetFuncCall())
	case n.GetSubLink() != nil:
		return e.sublink(n.GetSubLink())
	case n.GetAIndirection() != nil:
		return e.indirection(n.GetAIndirection())
	case n.GetSqlvalueFunction() != nil:
		return e.r.whoever(n.GetSqlvalueFunction().GetOp())
	case n.GetCollateClause() != nil:
		return e.eval(n.GetCollateClause().GetArg())
	}
	return value{}
}

func constValue(n *pg.Node) value {
	c := n.GetAConst()
	if c.GetIsnull() {
		return null
	}
	text, ok := constant(n)
	switch {
	case !ok && c.GetSval() == nil && c.GetFval() == nil && c.GetBoolval() == nil && c.GetIval() == nil:
		return numberValue(0) // protobuf leaves out the integer zero
	case !ok:
		return value{}
	case c.GetSval() != nil:
		return textValue(text)
	case c.GetBoolval() != nil:
		return value{kind: valBool, text: text}
	}
	return value{kind: valNumber, text: text}
}

func (e *env) array(nodes []*pg.Node) value {
	out := value{kind: valList}
	for _, n := range nodes {
		out.list = append(out.list, e.eval(n))
	}
	return out
}

// ref looks a column or variable up: the rows of this query, then those of the
// queries around, then the variables.
func (e *env) ref(parts []string) value {
	if len(parts) == 3 {
		parts = parts[1:]
	}
	for at := e; at != nil; at = at.outer {
		unknown := false
		for _, b := range at.rows {
			switch {
			case len(parts) == 2 && b.alias == parts[0]:
				return b.row.field(parts[1])
			case len(parts) == 1 && !b.row.known():
				unknown = true
			case len(parts) == 1 && b.alias == parts[0] && len(b.row.cols) == 1:
				return b.row.list[0] // unnest(..) AS t, then t
			case len(parts) == 1:
				for i, c := range b.row.cols {
					if c == parts[0] {
						return b.row.list[i]
					}
				}
			}
		}
		if v, ok := at.vars[parts[0]]; ok {
			if len(parts) == 2 {
				return v.field(parts[1])
			}
			return v
		}
		if unknown {
			return value{}
		}
	}
	return value{}
}

func (e *env) cast(n *pg.TypeCast) value {
	v := e.eval(n.GetArg()).single()
	_, typ := qualified(n.GetTypeName().GetNames())
	if len(n.GetTypeName().GetArrayBounds()) > 0 && v.kind == valText {
		return parseArray(v.text)
	}
	switch {
	case typ == "regclass" && v.kind == valText:
		schema, name := splitName(v.text)
		if t := e.r.table(schema, name); t != nil {
			return textValue(e.r.regclass(t))
		}
		return value{}
	case typ == "bool" && v.kind == valText && boolText(v) != "":
		return value{kind: valBool, text: boolText(v)}
	}
	return v
}

// regclass prints a table's name as a cast of its OID does: with its schema
// only where search_path does not lead to it.
func (c *catalog) regclass(t *table) string {
	if c.table("", t.Name) == t {
		return plpgsql.QuoteIdent(t.Name)
	}
	return plpgsql.QuoteIdent(t.Schema) + "." + plpgsql.QuoteIdent(t.Name)
}

// splitName reads a possibly qualified, possibly quoted name.
func splitName(s string) (schema, name string) {
	var parts []string
	for _, t := range tokens(s) {
		if t.isName() {
			parts = append(parts, t.text)
		}
	}
	switch len(parts) {
	case 1:
		return "", parts[0]
	case 2:
		return parts[0], parts[1]
	}
	return "", ""
}

// parseArray reads an array literal of texts.
func parseArray(s string) value {
	texts, ok := plpgsql.Array(s)
	if !ok {
		return value{}
	}
	return listValue(texts)
}

func (e *env) logic(n *pg.BoolExpr) value {
	args := make([]value, 0, len(n.GetArgs()))
	for _, a := range n.GetArgs() {
		args = append(args, e.eval(a).single())
	}
	switch n.GetBoolop() {
	case pg.BoolExprType_AND_EXPR:
		return and(args...)
	case pg.BoolExprType_OR_EXPR:
		return or(args...)
	}
	return not(args[0])
}

func (e *env) caseExpr(n *pg.CaseExpr) value {
	for _, w := range n.GetArgs() {
		cond := e.eval(w.GetCaseWhen().GetExpr())
		if n.GetArg() != nil {
			cond = equal(e.eval(n.GetArg()), cond)
		}
		if !cond.known() {
			return cond
		}
		if cond.isTrue() {
			return e.eval(w.GetCaseWhen().GetResult())
		}
	}
	if n.GetDefresult() == nil {
		return null
	}
	return e.eval(n.GetDefresult())
}

func (e *env) operator(n *pg.A_Expr) value {
	_, op := qualified(n.GetName())
	left, right := e.eval(n.GetLexpr()).single(), e.eval(n.GetRexpr())
	switch n.GetKind() {
	case pg.A_Expr_Kind_AEXPR_OP_ANY, pg.A_Expr_Kind_AEXPR_OP_ALL, pg.A_Expr_Kind_AEXPR_IN:
		if right.kind == valText {
			right = parseArray(right.text)
		}
		if right.kind != valList {
			return value{}
		}
		var found []value
		for _, v := range right.list {
			found = append(found, compare(op, left, v))
		}
		if n.GetKind() == pg.A_Expr_Kind_AEXPR_OP_ALL || n.GetKind() == pg.A_Expr_Kind_AEXPR_IN && op == "<>" {
			return and(found...)
		}
		return or(found...)
	case pg.A_Expr_Kind_AEXPR_NULLIF:
		if equal(left, right).isTrue() {
			return null
		}
		return left
	case pg.A_Expr_Kind_AEXPR_DISTINCT, pg.A_Expr_Kind_AEXPR_NOT_DISTINCT:
		same := equal(left, right)
		if same.kind == valNull {
			same = boolValue(left.kind == valNull && right.kind == valNull)
		}
		if n.GetKind() == pg.A_Expr_Kind_AEXPR_DISTINCT {
			return not(same)
		}
		return same
	case pg.A_Expr_Kind_AEXPR_BETWEEN, pg.A_Expr_Kind_AEXPR_NOT_BETWEEN, pg.A_Expr_Kind_AEXPR_SIMILAR:
		return value{}
	}
	return compare(op, left, right.single())
}

// compare applies a binary operator.
func compare(op string, a, b value) value {
	switch {
	case !a.known() || !b.known():
		return value{}
	case a.kind == valList || b.kind == valList:
		return listOperator(op, a, b)
	case a.kind == valNull || b.kind == valNull:
		return null
	case !a.scalar() || !b.scalar():
		return value{}
	}
	if op != "||" && (isStandIn(a) || isStandIn(b)) {
		return value{}
	}
	switch op {
	case "=":
		return equal(a, b)
	case "<>", "!=":
		return not(equal(a, b))
	case "||":
		return textValue(a.text + b.text)
	case "~~", "~~*", "!~~", "!~~*":
		if strings.HasSuffix(op, "*") {
			a.text, b.text = strings.ToLower(a.text), strings.ToLower(b.text)
		}
		return boolValue(like(a.text, b.text) != strings.HasPrefix(op, "!"))
	case "~", "~*", "!~", "!~*":
		pattern := b.text
		if strings.HasSuffix(op, "*") {
			pattern = "(?i)" + pattern
		}
		re, err := regexp.Compile(pattern) // close enough to the server's for what migrations match
		if err != nil {
			return value{}
		}
		return boolValue(re.MatchString(a.text) != strings.HasPrefix(op, "!"))
	}
	return numberOperator(op, a, b)
}

func listOperator(op string, a, b value) value {
	switch {
	case op == "=" || op == "<>" || op == "!=":
		if same := equal(a, b); op == "=" {
			return same
		} else {
			return not(same)
		}
	case op == "||" && a.kind == valList && b.kind == valList:
		return value{kind: valList, list: append(append([]value(nil), a.list...), b.list...)}
	case op == "||" && a.kind == valList && b.scalar():
		return value{kind: valList, list: append(append([]value(nil), a.list...), b)}
	case op == "||" && b.kind == valList && a.scalar():
		return value{kind: valList, list: append([]value{a}, b.list...)}
	}
	return value{}
}

func numberOperator(op string, a, b value) value {
	x, err1 := strconv.Atoi(a.text)
	y, err2 := strconv.Atoi(b.text)
	if err1 != nil || err2 != nil {
		return value{}
	}
	switch op {
	case "<":
		return boolValue(x < y)
	case "<=":
		return boolValue(x <= y)
	case ">":
		return boolValue(x > y)
	case ">=":
		return boolValue(x >= y)
	case "+":
		return numberValue(x + y)
	case "-":
		return numberValue(x - y)
	case "*":
		return numberValue(x * y)
	}
	return value{}
}

// indirection reads array[i] and (row).field.
func (e *env) indirection(n *pg.A_Indirection) value {
	v := e.eval(n.GetArg())
	for _, i := range n.GetIndirection() {
		switch {
		case i.GetAIndices() != nil && !i.GetAIndices().GetIsSlice():
			at, err := strconv.Atoi(e.eval(i.GetAIndices().GetUidx()).text)
			if err != nil || v.kind != valList || at < 1 || at > len(v.list) {
				return value{}
			}
			v = v.list[at-1]
		case i.GetString_() != nil:
			v = v.field(i.GetString_().GetSval())
		default:
			return value{}
		}
	}
	return v
}
