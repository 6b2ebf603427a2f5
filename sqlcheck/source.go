package sqlcheck

import (
	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// An origin says where a value comes from.
type origin struct {
	from Source
	// fixed: of a list, all of it is written in the text.
	fixed bool
	param int32
	text  string // of a constant
}

// isFixed reports whether a value is written in the text.
func (o origin) isFixed() bool { return o.from == FromLiteral || o.fixed }

// with gives the origin of a value that is computed from two.
func (o origin) with(p origin) origin {
	if o.from == FromElsewhere || p.from == FromElsewhere {
		return origin{}
	}
	if p.from == FromLiteral {
		o, p = p, o
	}
	if o.from == FromLiteral {
		if p.from == FromLiteral {
			p.text = ""
		}
		return p
	}
	for _, weak := range []Source{FromLookup, FromList, FromHole, FromParam} {
		switch {
		case o.from == weak && p.from == weak:
			if o.param != p.param {
				o.param = 0
			}
			return o
		case o.from == weak:
			return o
		case p.from == weak:
			return p
		}
	}
	return o
}

// or gives the origin of a value that is one of two.
func (o origin) or(p origin) origin {
	switch {
	case o == p:
		return o
	case o.from == FromElsewhere || p.from == FromElsewhere:
		return origin{}
	case o.from == FromLookup || p.from == FromLookup:
		return origin{from: FromLookup}
	}
	list := origin{from: FromList, param: o.param, fixed: o.isFixed() && p.isFixed()}
	if list.param == 0 {
		list.param = p.param
	}
	return list
}

// common gives what the origins of one column's values in two rows have in common.
func (o origin) common(p origin) origin {
	switch {
	case o == p:
		return o
	case o.from == p.from:
		return origin{from: o.from}
	}
	return origin{}
}

// constant gives the origin of a placeholder, a constant or a hole.
func (w *walker) constant(n *pg.Node) (o origin, ok bool) {
	if p := n.GetParamRef(); p != nil {
		o.from = FromParam
		if number := p.GetNumber(); number < firstMarkerParam {
			o.param = number
		}
		return o, true
	}
	if c := n.GetColumnRef(); c != nil {
		if w.isVariable(c) {
			return origin{from: FromContext}, true
		}
		return origin{from: FromHole}, w.isValueHole(c)
	}
	if n.GetAConst() == nil {
		return origin{}, false
	}
	text := constText(n)
	if w.isMarked(text) {
		return origin{from: FromHole}, true
	}
	return origin{from: FromLiteral, text: text}, true
}

// isVariable reports whether what the parser took for a column is a variable of
// the body of a DO, or a part of one. The server refuses what could be both.
func (w *walker) isVariable(c *pg.ColumnRef) bool {
	if len(w.variables) == 0 || len(c.GetFields()) == 0 {
		return false
	}
	_, ok := w.variables[c.GetFields()[0].GetString_().GetSval()]
	return ok
}

// isValueHole reports whether what the parser took for a column is a hole in
// the place of a value.
func (w *walker) isValueHole(c *pg.ColumnRef) bool {
	fields := c.GetFields()
	if len(fields) != 1 {
		return false
	}
	ids, ok := w.onlyMarkers(fields[0].GetString_().GetSval())
	if !ok {
		return false
	}
	for _, id := range ids {
		h := w.holes[id]
		if h.place != InValue && h.trust != Inert {
			return false
		}
	}
	return true
}

// origin gives the origin of an expression.
func (w *walker) origin(n *pg.Node) origin {
	if o, ok := w.constant(n); ok {
		return o
	}
	switch v := n.GetNode().(type) {
	case *pg.Node_TypeCast:
		return w.origin(v.TypeCast.GetArg())
	case *pg.Node_SetToDefault:
		return origin{from: FromDefault}
	case *pg.Node_SqlvalueFunction:
		return origin{from: FromContext}
	case *pg.Node_FuncCall:
		if isComputed(v.FuncCall) || mayAggregate(v.FuncCall) {
			return origin{}
		}
		o := origin{from: FromContext}
		for _, a := range v.FuncCall.GetArgs() {
			o = o.with(w.origin(a))
		}
		return o
	case *pg.Node_CoalesceExpr:
		return w.computed(v.CoalesceExpr.GetArgs())
	case *pg.Node_AExpr:
		if v.AExpr.GetLexpr() == nil {
			return w.origin(v.AExpr.GetRexpr())
		}
		return w.computed([]*pg.Node{v.AExpr.GetLexpr(), v.AExpr.GetRexpr()})
	}
	return origin{}
}

func (w *walker) computed(args []*pg.Node) origin {
	o := origin{from: FromLiteral}
	for i, a := range args {
		if i == 0 {
			o = w.origin(a)
			continue
		}
		o = o.with(w.origin(a))
	}
	return o
}
