package sqlcheck

import (
	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// An operand is an expression as far as it matters where its value comes from.
type operand struct {
	origin  origin   // of the constants, placeholders and functions in it
	refs    []*ref   // the columns in it
	scalars []*query // the sub-selects in it of which the value is used
	subs    []*query // all queries in it, those of EXISTS and the like included
	unknown bool     // computed from more than that
	plain   bool     // it is its one column or sub-select, casts aside
	isList  bool     // it is an array or a set of the value
	orNull  bool     // it is the value, or NULL where there are no rows
	at      int32
}

// operand reads an expression.
func (b *builder) operand(n *pg.Node, s *scope) operand {
	if o, ok := b.constant(n); ok {
		return operand{origin: o}
	}
	switch v := n.GetNode().(type) {
	case nil:
		return operand{unknown: true}
	case *pg.Node_ColumnRef:
		r := b.ref(v.ColumnRef, s)
		if r == nil {
			return operand{unknown: true, at: v.ColumnRef.GetLocation()}
		}
		return operand{refs: []*ref{r}, plain: true, at: v.ColumnRef.GetLocation()}
	case *pg.Node_TypeCast:
		return b.operand(v.TypeCast.GetArg(), s)
	case *pg.Node_CollateClause:
		return b.operand(v.CollateClause.GetArg(), s)
	case *pg.Node_SetToDefault:
		return operand{origin: origin{from: FromDefault}}
	case *pg.Node_SqlvalueFunction:
		return operand{origin: origin{from: FromContext}}
	case *pg.Node_SubLink:
		return b.sublink(v.SubLink, s)
	case *pg.Node_FuncCall:
		return b.function(v.FuncCall, s)
	case *pg.Node_SelectStmt:
		return operand{subs: []*query{b.subquery(n, s)}, unknown: true}
	}
	o := operand{origin: origin{from: FromLiteral}}
	children(n, func(c *pg.Node) { o = o.with(b.operand(c, s)) })
	return o
}

// with is an operand that is computed from two.
func (o operand) with(p operand) operand {
	o.origin = o.origin.with(p.origin.orNeutral())
	o.refs = append(o.refs, p.refs...)
	o.scalars = append(o.scalars, p.scalars...)
	o.subs = append(o.subs, p.subs...)
	o.unknown = o.unknown || p.unknown
	o.isList = o.isList || p.isList
	o.orNull = o.orNull || p.orNull
	o.plain = false
	return o
}

// ask notes that the columns in an operand are asked for.
func (o *operand) ask() {
	for _, r := range o.refs {
		r.resolve()
	}
}

// orNeutral is the origin of an operand of which nothing is constant.
func (o origin) orNeutral() origin {
	if o.from == FromElsewhere {
		return origin{from: FromLiteral}
	}
	return o
}

// sublink reads a sub-select in an expression.
func (b *builder) sublink(v *pg.SubLink, s *scope) operand {
	o := operand{at: v.GetLocation()}
	q := b.subquery(v.GetSubselect(), s)
	if t := v.GetTestexpr(); t != nil {
		o = o.with(b.operand(t, s))
	}
	o.subs = append(o.subs, q)
	switch v.GetSubLinkType() {
	case pg.SubLinkType_EXPR_SUBLINK:
		o.scalars, o.plain = []*query{q}, true
	case pg.SubLinkType_ARRAY_SUBLINK:
		o.scalars, o.isList = []*query{q}, true
	default:
		o.unknown = true
	}
	return o
}

// function reads a call.
func (b *builder) function(c *pg.FuncCall, s *scope) operand {
	o := operand{origin: origin{from: FromContext}, at: c.GetLocation()}
	o.unknown = isComputed(c)
	o.isList = returnsSet(functionName(c).Name)
	o.orNull = mayAggregate(c)
	children(&pg.Node{Node: &pg.Node_FuncCall{FuncCall: c}}, func(n *pg.Node) { o = o.with(b.operand(n, s)) })
	return o
}

// isComputed reports whether what a call returns is not known when its
// arguments are.
func isComputed(c *pg.FuncCall) bool {
	name := functionName(c).Name
	return isVolatile(name) || counts(name) || c.GetAggStar() || c.GetAggDistinct() || c.GetAggFilter() != nil || c.GetOver() != nil
}

// counts reports whether a function is an aggregate or a window function of
// which the result depends on how many rows there are.
func counts(name string) bool {
	switch name {
	case "count", "sum", "avg", "stddev", "variance", "array_agg", "string_agg", "json_agg", "jsonb_agg",
		"json_object_agg", "jsonb_object_agg", "bit_xor", "row_number", "rank", "dense_rank", "percent_rank",
		"cume_dist", "ntile", "grouping", "mode", "percentile_cont", "percentile_disc", "xmlagg":
		return true
	}
	return false
}

// returnsSet reports whether a function of PostgreSQL returns the parts of
// what it is given.
func returnsSet(name string) bool {
	switch name {
	case "unnest", "generate_series", "json_array_elements", "json_array_elements_text", "jsonb_array_elements",
		"jsonb_array_elements_text", "regexp_split_to_table", "string_to_table":
		return true
	}
	return false
}

// isVolatile reports whether a function of PostgreSQL makes up its result.
func isVolatile(name string) bool {
	switch name {
	case "random", "random_normal", "gen_random_uuid", "uuid_generate_v1", "uuid_generate_v4", "uuidv4", "uuidv7",
		"gen_random_bytes", "nextval", "lastval":
		return true
	}
	return false
}
