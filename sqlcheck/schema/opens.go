package schema

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// What a policy's expression can come to for a row of another tenant: a set of
// outcomes, in the order in which AND takes the least and OR the greatest.
type outcomes uint8

const (
	closed  outcomes = 1 << iota // false
	guarded                      // what the row decides
	open                         // true, whatever the row
)

func combine(a, b outcomes, pick func(x, y outcomes) outcomes) outcomes {
	var out outcomes
	for _, x := range []outcomes{closed, guarded, open} {
		for _, y := range []outcomes{closed, guarded, open} {
			if a&x != 0 && b&y != 0 {
				out |= pick(x, y)
			}
		}
	}
	return out
}

// openingValues lists the constants that a policy compares a setting with and
// that open it whatever the row. known is false where the policy does something
// else with the setting, so that any value may.
func (p *Policy) openingValues(setting string) (values []string, known bool) {
	var exprs []*pg.Node
	for _, e := range []*pg.Node{p.using, p.check} {
		if e != nil {
			exprs = append(exprs, e)
		}
	}
	var candidates []string
	compared, mentioned := 0, 0
	for _, e := range exprs {
		walk(e, func(n *pg.Node) bool {
			if readsSetting(n, setting) {
				mentioned++
			}
			if consts, ok := comparison(n.GetAExpr(), setting); ok {
				compared++
				candidates = merge(candidates, consts)
			}
			return true
		})
	}
	if compared == 0 || compared != mentioned {
		return nil, false
	}
	values = []string{}
	for _, v := range candidates {
		if slices.ContainsFunc(exprs, func(e *pg.Node) bool { return outcomesOf(e, setting, v)&open != 0 }) {
			values = append(values, v)
		}
	}
	return values, true
}

// outcomesOf evaluates an expression for one value of a setting.
func outcomesOf(n *pg.Node, setting, value string) outcomes {
	if b := n.GetBoolExpr(); b != nil {
		args := b.GetArgs()
		out := outcomesOf(args[0], setting, value)
		switch b.GetBoolop() {
		case pg.BoolExprType_NOT_EXPR:
			return out&guarded | (out&closed)<<2 | (out&open)>>2
		case pg.BoolExprType_AND_EXPR:
			for _, a := range args[1:] {
				out = combine(out, outcomesOf(a, setting, value), func(x, y outcomes) outcomes { return min(x, y) })
			}
		default:
			for _, a := range args[1:] {
				out = combine(out, outcomesOf(a, setting, value), func(x, y outcomes) outcomes { return max(x, y) })
			}
		}
		return out
	}
	if consts, ok := comparison(n.GetAExpr(), setting); ok {
		if slices.Contains(consts, value) {
			return open
		}
		return closed
	}
	out := closed | open
	walk(n, func(n *pg.Node) bool {
		if n.GetColumnRef() != nil || n.GetSubLink() != nil {
			out = guarded
		}
		return out != guarded
	})
	return out
}

// comparison reads `current_setting('x') = 'a'` and `.. IN ('a', 'b')`.
func comparison(e *pg.A_Expr, setting string) (consts []string, ok bool) {
	if e == nil || len(e.GetName()) != 1 || e.GetName()[0].GetString_().GetSval() != "=" {
		return nil, false
	}
	switch e.GetKind() {
	case pg.A_Expr_Kind_AEXPR_OP:
		for _, side := range [2][2]*pg.Node{{e.GetLexpr(), e.GetRexpr()}, {e.GetRexpr(), e.GetLexpr()}} {
			if c, isConst := stringConstant(side[1]); isConst && isSetting(side[0], setting) {
				return []string{c}, true
			}
		}
	case pg.A_Expr_Kind_AEXPR_IN:
		if !isSetting(e.GetLexpr(), setting) {
			return nil, false
		}
		for _, item := range e.GetRexpr().GetList().GetItems() {
			c, isConst := stringConstant(item)
			if !isConst {
				return nil, false
			}
			consts = append(consts, c)
		}
		return consts, len(consts) > 0
	}
	return nil, false
}

// isSetting reports whether an expression is the text of a setting, with a
// default for none at most.
func isSetting(n *pg.Node, setting string) bool {
	switch {
	case n.GetTypeCast() != nil:
		_, last := qualified(n.GetTypeCast().GetTypeName().GetNames())
		return last == "text" && isSetting(n.GetTypeCast().GetArg(), setting)
	case n.GetCoalesceExpr() != nil:
		return isSetting(n.GetCoalesceExpr().GetArgs()[0], setting)
	}
	return readsSetting(n, setting)
}

func readsSetting(n *pg.Node, setting string) bool {
	f := n.GetFuncCall()
	if f == nil || len(f.GetArgs()) == 0 {
		return false
	}
	schema, name := qualified(f.GetFuncname())
	arg, ok := stringConstant(f.GetArgs()[0])
	return name == "current_setting" && (schema == "" || schema == "pg_catalog") && ok && strings.EqualFold(arg, setting)
}

func stringConstant(n *pg.Node) (string, bool) {
	if n.GetTypeCast() != nil {
		n = n.GetTypeCast().GetArg()
	}
	c := n.GetAConst()
	if c == nil || c.GetSval() == nil {
		return "", false
	}
	return c.GetSval().GetSval(), true
}
