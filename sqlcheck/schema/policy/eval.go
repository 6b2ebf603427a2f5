package policy

import (
	"math/bits"
	"strconv"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// maxDepth bounds functions and policies that lead to others.
const maxDepth = 12

// condition evaluates an expression whose truth decides.
func (r *run) condition(n *pg.Node, e *env) value { return r.truth(r.eval(n, e)) }

// truth makes a boolean, or NULL or an error, of a value.
func (r *run) truth(v value) value {
	switch v.kind {
	case null, raised:
		return v
	case text:
		if b, ok := asBool(v.text); ok {
			return b.because(v.why)
		}
		return value{kind: raised, why: v.why}
	case free:
		if to, ok := r.binding(v); ok {
			return r.truth(to.because(v.why))
		}
		return r.decide(v.text, itsOwn(v), v).because(v.why)
	}
	return r.decide(v.key(), Unknown, v).because(v.why)
}

// itsOwn is the kind of a step that is about one column only.
func itsOwn(v value) Kind {
	if v.from&ofLookup != 0 {
		return Data
	}
	return Column
}

// eval evaluates an expression.
func (r *run) eval(n *pg.Node, e *env) value {
	if *r.steps++; *r.steps > maxSteps || n == nil || n.GetNode() == nil {
		return unknown("nothing")
	}
	switch {
	case n.GetAConst() != nil:
		return constantOf(n.GetAConst())
	case n.GetTypeCast() != nil:
		return r.cast(r.eval(n.GetTypeCast().GetArg(), e), n.GetTypeCast().GetTypeName())
	case n.GetColumnRef() != nil:
		parts := texts(n.GetColumnRef().GetFields())
		if parts[len(parts)-1] == "" { // a star
			return unknown("*")
		}
		return r.find(parts, e)
	case n.GetParamRef() != nil:
		if i := int(n.GetParamRef().GetNumber()); i >= 1 && i <= len(e.params) {
			return e.params[i-1]
		}
	case n.GetBoolExpr() != nil:
		var args []value
		for _, a := range n.GetBoolExpr().GetArgs() {
			args = append(args, r.condition(a, e))
		}
		switch n.GetBoolExpr().GetBoolop() {
		case pg.BoolExprType_AND_EXPR:
			return r.and(args)
		case pg.BoolExprType_OR_EXPR:
			return r.or(args)
		}
		return not(args[0])
	case n.GetNullTest() != nil:
		v := r.isNull(r.eval(n.GetNullTest().GetArg(), e))
		if n.GetNullTest().GetNulltesttype() == pg.NullTestType_IS_NOT_NULL {
			return not(v)
		}
		return v
	case n.GetBooleanTest() != nil:
		return booleanTest(n.GetBooleanTest().GetBooltesttype(), r.condition(n.GetBooleanTest().GetArg(), e))
	case n.GetCoalesceExpr() != nil:
		return r.coalesce(n.GetCoalesceExpr().GetArgs(), e)
	case n.GetCaseExpr() != nil:
		return r.caseExpr(n.GetCaseExpr(), e)
	case n.GetAExpr() != nil:
		return r.operator(n.GetAExpr(), e)
	case n.GetFuncCall() != nil:
		return r.call(n.GetFuncCall(), e)
	case n.GetSqlvalueFunction() != nil:
		return sqlValue(n.GetSqlvalueFunction().GetOp())
	case n.GetSubLink() != nil:
		return r.sublink(n.GetSubLink(), e)
	case n.GetAArrayExpr() != nil:
		return value{kind: array, list: r.all(n.GetAArrayExpr().GetElements(), e)}
	case n.GetList() != nil:
		return value{kind: array, list: r.all(n.GetList().GetItems(), e)}
	case n.GetRowExpr() != nil:
		return value{kind: array, list: r.all(n.GetRowExpr().GetArgs(), e)}
	case n.GetCollateClause() != nil:
		return r.eval(n.GetCollateClause().GetArg(), e)
	case n.GetNamedArgExpr() != nil:
		return r.eval(n.GetNamedArgExpr().GetArg(), e)
	case n.GetMinMaxExpr() != nil:
		return unknown("greatest", r.all(n.GetMinMaxExpr().GetArgs(), e)...)
	case n.GetAIndirection() != nil:
		return r.indirection(n.GetAIndirection(), e)
	}
	return unknown("expression")
}

func (r *run) all(nodes []*pg.Node, e *env) []value {
	var out []value
	for _, n := range nodes {
		out = append(out, r.eval(n, e))
	}
	return out
}

func constantOf(c *pg.A_Const) value {
	switch {
	case c.GetIsnull():
		return value{}
	case c.GetSval() != nil:
		return constant(c.GetSval().GetSval())
	case c.GetFval() != nil:
		return constant(c.GetFval().GetFval())
	case c.GetBoolval() != nil:
		return boolean(c.GetBoolval().GetBoolval())
	case c.GetIval() != nil:
		return constant(strconv.Itoa(int(c.GetIval().GetIval())))
	}
	return unknown("constant")
}

func texts(nodes []*pg.Node) []string {
	var out []string
	for _, n := range nodes {
		out = append(out, n.GetString_().GetSval())
	}
	return out
}

func qualified(nodes []*pg.Node) (schema, name string) {
	parts := texts(nodes)
	switch len(parts) {
	case 0:
		return "", ""
	case 1:
		return "", parts[0]
	}
	return parts[len(parts)-2], parts[len(parts)-1]
}

// and has no order: an error of one operand may be met though another one is
// false, or may not. The planner evaluates what a column is compared with to guess
// how many rows there are, wherever that stands among AND and OR.
func (r *run) and(vs []value) value {
	var why, failed support
	var decided *value
	isNull, isRaised := false, false
	for i, v := range vs {
		switch {
		case v.kind == raised:
			failed, isRaised = failed|v.why, true
		case v.isFalse():
			if decided == nil || weight(v.why) < weight(decided.why) {
				decided = &vs[i]
			}
		case v.kind == null:
			isNull = true
		}
		why |= v.why
	}
	switch {
	case decided != nil:
		r.met, r.doubtful = r.met|failed, r.doubtful || isRaised
		return *decided
	case isRaised:
		return value{kind: raised, why: failed}
	case isNull:
		return value{why: why}
	}
	return boolean(true).because(why)
}

func (r *run) or(vs []value) value {
	inverted := make([]value, len(vs))
	for i, v := range vs {
		inverted[i] = not(v)
	}
	return not(r.and(inverted))
}

func weight(s support) int { return bits.OnesCount64(uint64(s)) }

func (r *run) isNull(v value) value {
	switch v.kind {
	case raised:
		return v
	case null:
		return boolean(true).because(v.why)
	case free:
		if _, ok := r.binding(v); ok {
			return boolean(false).because(v.why)
		}
		return r.decide(v.text+" IS NULL", itsOwn(v), v).because(v.why)
	case opaque:
		return r.decide(v.key()+" IS NULL", Unknown, v).because(v.why)
	}
	return boolean(false).because(v.why)
}

func booleanTest(t pg.BoolTestType, v value) value {
	if v.kind == raised {
		return v
	}
	switch t {
	case pg.BoolTestType_IS_TRUE:
		return boolean(v.isTrue()).because(v.why)
	case pg.BoolTestType_IS_NOT_TRUE:
		return boolean(!v.isTrue()).because(v.why)
	case pg.BoolTestType_IS_FALSE:
		return boolean(v.isFalse()).because(v.why)
	case pg.BoolTestType_IS_NOT_FALSE:
		return boolean(!v.isFalse()).because(v.why)
	case pg.BoolTestType_IS_UNKNOWN:
		return boolean(v.kind == null).because(v.why)
	}
	return boolean(v.kind != null).because(v.why)
}

func (r *run) coalesce(args []*pg.Node, e *env) value {
	var why support
	for _, a := range args {
		v := r.eval(a, e)
		n := r.isNull(v)
		why |= n.why
		if v.kind == raised || !n.isTrue() {
			return v.because(why)
		}
	}
	return value{why: why}
}

// caseExpr keeps the order: what a WHEN excludes is not evaluated.
func (r *run) caseExpr(n *pg.CaseExpr, e *env) value {
	var why support
	var subject value
	if n.GetArg() != nil {
		subject = r.eval(n.GetArg(), e)
	}
	for _, a := range n.GetArgs() {
		var when value
		if n.GetArg() != nil {
			when = r.equal(subject, r.eval(a.GetCaseWhen().GetExpr(), e))
		} else {
			when = r.condition(a.GetCaseWhen().GetExpr(), e)
		}
		why |= when.why
		if when.kind == raised {
			return when
		}
		if when.isTrue() {
			return r.eval(a.GetCaseWhen().GetResult(), e).because(why)
		}
	}
	if n.GetDefresult() == nil {
		return value{why: why}
	}
	return r.eval(n.GetDefresult(), e).because(why)
}

func sqlValue(op pg.SQLValueFunctionOp) value {
	switch op {
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_USER, pg.SQLValueFunctionOp_SVFOP_CURRENT_ROLE,
		pg.SQLValueFunctionOp_SVFOP_USER, pg.SQLValueFunctionOp_SVFOP_SESSION_USER:
		return connected()
	}
	return value{kind: opaque, text: "the time"}
}

// connected is the role that asks.
func connected() value { return value{kind: token, text: "the role", from: ofContext} }
