package sqlcheck

import (
	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A cond is a condition as far as it can hold columns to values. Negations are
// pushed down to the comparisons; what is left of them is opaque.
type cond interface{}

type (
	// all and some are AND and OR.
	all  []cond
	some []cond
	// never is false or NULL for every row.
	never struct{}
	// equal is left = right, or without strict IS NOT DISTINCT FROM.
	equal struct {
		left, right operand
		strict      bool
		at          int32
	}
	// among is left = one of several.
	among struct {
		left operand
		list []operand
		at   int32
	}
	// in holds when a row of a query is equal to the operands, EXISTS without any.
	in struct {
		left []operand
		q    *query
		// scalar: the query has one row, or it is an error.
		scalar bool
		at     int32
	}
	// null is IS NULL.
	null struct {
		arg operand
		at  int32
	}
	// opaque is any other condition.
	opaque struct {
		subs []*query
		// refuses are operands for which NULL doesn't fit.
		refuses []operand
		// compared are operands that are compared.
		compared []operand
		at       int32
	}
)

// condition reads a condition, or what its negation says.
func (b *builder) condition(n *pg.Node, s *scope, not bool) cond {
	if n == nil {
		return all(nil)
	}
	switch v := n.GetNode().(type) {
	case *pg.Node_BoolExpr:
		return b.logic(v.BoolExpr, s, not)
	case *pg.Node_AExpr:
		return b.comparison(n, v.AExpr, s, not)
	case *pg.Node_NullTest:
		isNull := v.NullTest.GetNulltesttype() == pg.NullTestType_IS_NULL
		arg := b.operand(v.NullTest.GetArg(), s)
		if isNull != not {
			return &null{arg, v.NullTest.GetLocation()}
		}
		return &opaque{subs: arg.subs, refuses: []operand{arg}}
	case *pg.Node_BooleanTest:
		return b.booleanTest(n, v.BooleanTest, s, not)
	case *pg.Node_SubLink:
		return b.subCondition(n, v.SubLink, s, not)
	case *pg.Node_CaseExpr:
		return b.caseCondition(v.CaseExpr, s, not)
	case *pg.Node_CoalesceExpr:
		var out some
		for _, a := range v.CoalesceExpr.GetArgs() {
			out = append(out, b.condition(a, s, not))
		}
		return out
	case *pg.Node_AConst:
		return b.truth(n, not)
	case *pg.Node_TypeCast:
		if names := v.TypeCast.GetTypeName().GetNames(); len(names) > 0 && names[len(names)-1].GetString_().GetSval() == "bool" {
			if v.TypeCast.GetArg().GetAConst() != nil {
				return b.truth(v.TypeCast.GetArg(), not)
			}
		}
	case *pg.Node_ColumnRef:
		o := b.operand(n, s)
		if o.plain {
			value := operand{origin: origin{from: FromLiteral, text: "true"}}
			if not {
				value.origin.text = "false"
			}
			return &equal{o, value, true, o.at}
		}
	}
	return b.opaque(n, s)
}

// opaque reads a condition that holds no column to a value.
func (b *builder) opaque(n *pg.Node, s *scope) cond { return &opaque{subs: b.operand(n, s).subs} }

// truth reads a constant.
func (b *builder) truth(n *pg.Node, not bool) cond {
	text := constText(n)
	if b.isMarked(text) {
		return &opaque{}
	}
	if n.GetAConst().GetIsnull() || truth(text) == not {
		return never{}
	}
	return all(nil)
}

func (b *builder) logic(v *pg.BoolExpr, s *scope, not bool) cond {
	args := make([]cond, 0, len(v.GetArgs()))
	negate := v.GetBoolop() == pg.BoolExprType_NOT_EXPR
	for _, a := range v.GetArgs() {
		args = append(args, b.condition(a, s, not != negate))
	}
	switch {
	case negate && len(args) == 1:
		return args[0]
	case (v.GetBoolop() == pg.BoolExprType_AND_EXPR) != not:
		return all(args)
	}
	return some(args)
}

func (b *builder) booleanTest(n *pg.Node, v *pg.BooleanTest, s *scope, not bool) cond {
	switch kind := v.GetBooltesttype(); {
	case kind == pg.BoolTestType_IS_TRUE && !not, kind == pg.BoolTestType_IS_NOT_TRUE && not:
		return b.condition(v.GetArg(), s, false)
	case kind == pg.BoolTestType_IS_FALSE && !not, kind == pg.BoolTestType_IS_NOT_FALSE && not:
		return b.condition(v.GetArg(), s, true)
	}
	return b.opaque(n, s)
}

// caseCondition reads CASE as OR: some WHEN and its THEN hold, or ELSE does.
func (b *builder) caseCondition(v *pg.CaseExpr, s *scope, not bool) cond {
	var subject operand
	if v.GetArg() != nil {
		subject = b.operand(v.GetArg(), s)
	}
	subs := subject.subs
	var out some
	for _, a := range v.GetArgs() {
		when := a.GetCaseWhen()
		test := b.operand(when.GetExpr(), s)
		var c cond = &opaque{}
		switch {
		case len(test.subs) > 0 || len(subject.subs) > 0:
			// What a WHEN says must not be taken as given where it is found out.
			subs = append(subs, test.subs...)
		case v.GetArg() != nil:
			c = &equal{subject, test, true, when.GetLocation()}
		default:
			c = b.condition(when.GetExpr(), s, false)
		}
		out = append(out, all{c, b.condition(when.GetResult(), s, not)})
	}
	if d := v.GetDefresult(); d != nil {
		out = append(out, b.condition(d, s, not))
	}
	return all{&opaque{subs: subs}, out}
}

func (b *builder) subCondition(n *pg.Node, v *pg.SubLink, s *scope, not bool) cond {
	if not && v.GetSubLinkType() == pg.SubLinkType_ALL_SUBLINK && operator(v.GetOperName()) == "<>" {
		return b.in(v, s)
	}
	if !not {
		switch v.GetSubLinkType() {
		case pg.SubLinkType_EXISTS_SUBLINK:
			return b.in(v, s)
		case pg.SubLinkType_ANY_SUBLINK:
			if op := operator(v.GetOperName()); op == "" || op == "=" {
				return b.in(v, s)
			}
		}
	}
	return b.opaque(n, s)
}

func (b *builder) in(v *pg.SubLink, s *scope) cond {
	c := &in{q: b.subquery(v.GetSubselect(), s), at: v.GetLocation()}
	if t := v.GetTestexpr(); t != nil {
		for _, n := range rowOf(t) {
			c.left = append(c.left, b.operand(n, s))
		}
	}
	return c
}

// rowOf gives the parts of a row, or the one expression.
func rowOf(n *pg.Node) []*pg.Node {
	if r := n.GetRowExpr(); r != nil {
		return r.GetArgs()
	}
	return []*pg.Node{n}
}

// operator is the name of a built-in operator; "" for none.
func operator(name []*pg.Node) string {
	if len(name) == 0 || len(name) > 2 || len(name) == 2 && name[0].GetString_().GetSval() != "pg_catalog" {
		return ""
	}
	return name[len(name)-1].GetString_().GetSval()
}

func (b *builder) comparison(n *pg.Node, v *pg.A_Expr, s *scope, not bool) cond {
	op := operator(v.GetName())
	switch kind := v.GetKind(); {
	case kind == pg.A_Expr_Kind_AEXPR_OP && (op == "=" && !not || op == "<>" && not):
		return b.equality(v, s)
	case kind == pg.A_Expr_Kind_AEXPR_DISTINCT && not, kind == pg.A_Expr_Kind_AEXPR_NOT_DISTINCT && !not:
		return &equal{b.operand(v.GetLexpr(), s), b.operand(v.GetRexpr(), s), false, v.GetLocation()}
	case kind == pg.A_Expr_Kind_AEXPR_IN && (op == "=" && !not || op == "<>" && not):
		return b.among(v, s)
	case kind == pg.A_Expr_Kind_AEXPR_OP_ANY && op == "=" && !not, kind == pg.A_Expr_Kind_AEXPR_OP_ALL && op == "<>" && not:
		return b.any(v, s)
	case kind == pg.A_Expr_Kind_AEXPR_OP && refusesNull(op), kind == pg.A_Expr_Kind_AEXPR_LIKE, kind == pg.A_Expr_Kind_AEXPR_ILIKE,
		kind == pg.A_Expr_Kind_AEXPR_BETWEEN && !not:
		left, right := b.operand(v.GetLexpr(), s), b.operand(v.GetRexpr(), s)
		c := &opaque{subs: append(left.subs, right.subs...), compared: []operand{left, right}, at: v.GetLocation()}
		if c.refuses = c.compared; kind == pg.A_Expr_Kind_AEXPR_BETWEEN {
			c.refuses = c.compared[:1]
		}
		return c
	}
	left, right := b.operand(v.GetLexpr(), s), b.operand(v.GetRexpr(), s)
	return &opaque{subs: append(left.subs, right.subs...), compared: []operand{left, right}, at: v.GetLocation()}
}

// refusesNull reports whether a comparison is never true for NULL, nor is its
// negation.
func refusesNull(op string) bool {
	switch op {
	case "=", "<>", "<", ">", "<=", ">=":
		return true
	}
	return false
}

func (b *builder) equality(v *pg.A_Expr, s *scope) cond {
	l, r := v.GetLexpr(), v.GetRexpr()
	if l.GetAConst() != nil && r.GetAConst() != nil {
		return b.constants(l, r)
	}
	if c := b.equalsQuery(l, r, v, s); c != nil {
		return c
	}
	if c := b.equalsQuery(r, l, v, s); c != nil {
		return c
	}
	if l.GetRowExpr() == nil && r.GetRowExpr() == nil {
		return &equal{b.operand(l, s), b.operand(r, s), true, v.GetLocation()}
	}
	left, right := rowOf(l), rowOf(r)
	if len(left) != len(right) {
		return &opaque{subs: b.operand(l, s).with(b.operand(r, s)).subs}
	}
	out := make(all, len(left))
	for i := range left {
		out[i] = &equal{b.operand(left[i], s), b.operand(right[i], s), true, v.GetLocation()}
	}
	return out
}

// equalsQuery reads a comparison with the one row of a query; nil if it is none.
func (b *builder) equalsQuery(n, query *pg.Node, v *pg.A_Expr, s *scope) cond {
	sub := query.GetSubLink()
	if sub == nil || sub.GetSubLinkType() != pg.SubLinkType_EXPR_SUBLINK {
		return nil
	}
	c := &in{q: b.subquery(sub.GetSubselect(), s), scalar: true, at: v.GetLocation()}
	for _, n := range rowOf(n) {
		c.left = append(c.left, b.operand(n, s))
	}
	return c
}

// constants compares two constants, as in 1 = 0.
func (b *builder) constants(left, right *pg.Node) cond {
	l, r := constText(left), constText(right)
	switch {
	case b.isMarked(l) || b.isMarked(r):
		return &opaque{}
	case left.GetAConst().GetIsnull() || right.GetAConst().GetIsnull():
		return never{}
	case l == r:
		return all(nil)
	case left.GetAConst().GetIval() != nil && right.GetAConst().GetIval() != nil:
		return never{}
	case left.GetAConst().GetSval() != nil && right.GetAConst().GetSval() != nil:
		return never{}
	}
	return &opaque{}
}

// among reads IN (a, b). Of a list of rows, each column has its own list.
func (b *builder) among(v *pg.A_Expr, s *scope) cond {
	left := rowOf(v.GetLexpr())
	items := v.GetRexpr().GetList().GetItems()
	var out all
	for i, n := range left {
		c := &among{left: b.operand(n, s), at: v.GetLocation()}
		for _, item := range items {
			row := rowOf(item)
			if len(row) != len(left) {
				return &opaque{subs: b.operand(v.GetRexpr(), s).subs}
			}
			c.list = append(c.list, b.operand(row[i], s))
		}
		out = append(out, c)
	}
	return out
}

// any reads = ANY(array).
func (b *builder) any(v *pg.A_Expr, s *scope) cond {
	c := &among{left: b.operand(v.GetLexpr(), s), at: v.GetLocation()}
	right := uncast(v.GetRexpr())
	if a := right.GetAArrayExpr(); a != nil {
		for _, e := range a.GetElements() {
			c.list = append(c.list, b.operand(e, s))
		}
		if len(c.list) > 0 {
			return c
		}
		return never{}
	}
	o := b.operand(right, s)
	o.isList = true
	c.list = []operand{o}
	return c
}
