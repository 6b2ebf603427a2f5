package sqlcheck

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// A bodyValue is what is known about the value of an expression in a body.
type bodyValue struct {
	texts  texts
	list   []texts // the elements of an array
	isList bool
}

func (v bodyValue) known() bool { return v.isList || v.texts != nil }

// or is what is known about a value that is one of two.
func (v bodyValue) or(other bodyValue) bodyValue {
	if v.isList && other.isList && len(v.list)+len(other.list) <= maxTexts {
		return bodyValue{isList: true, list: slices.Concat(v.list, other.list)}
	}
	return bodyValue{texts: v.texts.or(other.texts)}
}

// array reads a text as an array.
func (v bodyValue) array() bodyValue {
	if len(v.texts) == 1 {
		return arrayOf(v.texts[0])
	}
	return v
}

// eval evaluates an expression of the body.
func (b *body) eval(e plpgsql.Expr) bodyValue {
	const keyword = "SELECT "
	s, ok := b.query(keyword + e.Text)
	if !ok || len(s.GetTargetList()) != 1 || len(s.GetFromClause()) > 0 {
		return bodyValue{}
	}
	in := evaluation{body: b, sql: keyword + e.Text, at: e.At - len(keyword)}
	return in.value(s.GetTargetList()[0].GetResTarget().GetVal())
}

// query parses a query of the body.
func (b *body) query(sql string) (*pg.SelectStmt, bool) {
	if b.bodies.left -= len(sql); b.bodies.left < 0 {
		return nil, false
	}
	tree, err := pg.Parse(sql)
	if err != nil || len(tree.Stmts) != 1 {
		return nil, false
	}
	s := tree.Stmts[0].GetStmt().GetSelectStmt()
	return s, s != nil
}

// rows gives the values of a query's only column: of VALUES ('a'), ('b') and
// of unnest(ARRAY['a', 'b']).
func (b *body) rows(e plpgsql.Expr) texts {
	s, ok := b.query(e.Text)
	if !ok {
		return nil
	}
	in := evaluation{body: b, sql: e.Text, at: e.At}
	return in.rows(s)
}

// elements unites the elements of an array.
func elements(v bodyValue) texts {
	if !v.isList || len(v.list) == 0 {
		return nil
	}
	return unite(v.list)
}

// An evaluation is that of one expression.
type evaluation struct {
	*body
	sql string
	at  int // offset of sql in the body; below 0 where it starts before
}

// position maps a node's location to the body.
func (e *evaluation) position(location int32) int { return max(int(location)+e.at, 0) }

func (e *evaluation) rows(s *pg.SelectStmt) texts {
	if s.GetOp() != pg.SetOperation_SETOP_NONE {
		return nil
	}
	if rows := s.GetValuesLists(); len(rows) > 0 {
		out := bodyValue{isList: true}
		for _, r := range rows {
			items := r.GetList().GetItems()
			if len(items) != 1 {
				return nil
			}
			out.list = append(out.list, e.value(items[0]).texts)
		}
		return elements(out)
	}
	if len(s.GetTargetList()) != 1 || s.GetWithClause() != nil {
		return nil
	}
	column := s.GetTargetList()[0].GetResTarget().GetVal()
	switch from := s.GetFromClause(); {
	case len(from) == 0:
		return e.unnest(column)
	case len(from) != 1 || column.GetColumnRef() == nil:
		return nil
	case from[0].GetRangeFunction() != nil:
		f := from[0].GetRangeFunction().GetFunctions()
		if len(f) != 1 || len(f[0].GetList().GetItems()) == 0 {
			return nil
		}
		return e.unnest(f[0].GetList().GetItems()[0])
	case from[0].GetRangeSubselect() != nil:
		if inner := from[0].GetRangeSubselect().GetSubquery().GetSelectStmt(); len(inner.GetValuesLists()) > 0 {
			return e.rows(inner)
		}
	}
	return nil
}

func (e *evaluation) unnest(n *pg.Node) texts {
	f := n.GetFuncCall()
	if f == nil || functionName(f).Name != "unnest" || len(f.GetArgs()) != 1 {
		return nil
	}
	return elements(e.value(f.GetArgs()[0]))
}

func (e *evaluation) value(n *pg.Node) bodyValue {
	switch v := n.GetNode().(type) {
	case *pg.Node_AConst:
		return bodyValue{texts: e.constant(n)}
	case *pg.Node_ColumnRef:
		return e.variable(v.ColumnRef)
	case *pg.Node_TypeCast:
		return e.cast(v.TypeCast)
	case *pg.Node_AArrayExpr:
		out := bodyValue{isList: true}
		for _, x := range v.AArrayExpr.GetElements() {
			out.list = append(out.list, e.value(x).texts)
		}
		return out
	case *pg.Node_AIndirection:
		if i := v.AIndirection.GetIndirection(); len(i) == 1 && i[0].GetAIndices() != nil {
			return bodyValue{texts: elements(e.value(v.AIndirection.GetArg()))}
		}
	case *pg.Node_AExpr:
		if v.AExpr.GetKind() == pg.A_Expr_Kind_AEXPR_OP && operatorName(v.AExpr) == "||" {
			return e.concat(e.value(v.AExpr.GetLexpr()), e.value(v.AExpr.GetRexpr()))
		}
	case *pg.Node_CaseExpr:
		var results []texts // without ELSE it may be NULL, which EXECUTE refuses
		for _, w := range v.CaseExpr.GetArgs() {
			results = append(results, e.value(w.GetCaseWhen().GetResult()).texts)
		}
		if d := v.CaseExpr.GetDefresult(); d != nil {
			results = append(results, e.value(d).texts)
		}
		return bodyValue{texts: unite(results)}
	case *pg.Node_CoalesceExpr:
		var results []texts
		for _, a := range v.CoalesceExpr.GetArgs() {
			results = append(results, e.value(a).texts)
		}
		return bodyValue{texts: unite(results)}
	case *pg.Node_FuncCall:
		return e.call(v.FuncCall)
	}
	return bodyValue{}
}

func operatorName(x *pg.A_Expr) string {
	parts := x.GetName()
	if len(parts) == 0 {
		return ""
	}
	return parts[len(parts)-1].GetString_().GetSval()
}

// constant reads a constant; its offset is known for literals written plainly.
func (e *evaluation) constant(n *pg.Node) texts {
	c := n.GetAConst()
	if c.GetIsnull() {
		return nil
	}
	value, at := constText(n), int(c.GetLocation())
	if c.GetSval() != nil {
		if t, ok := pg.Next(e.sql, at); ok && t.Kind == pg.StringToken && t.Value(e.sql) == value {
			one := built{}
			for _, r := range t.Runs(e.sql) {
				one = append(one, bit{text: r.Text, at: e.position(int32(r.At)), exact: e.exact(r)})
			}
			return texts{one}
		}
	}
	if c.GetVal() == nil {
		value = "0" // the parsers leave out the integer zero
	}
	return texts{{{text: value, at: e.position(c.GetLocation())}}}
}

// exact reports whether a piece of a literal is in the body as it is.
func (e *evaluation) exact(r pg.Run) bool {
	from := r.At + e.at
	return from >= 0 && strings.HasPrefix(e.text[min(from, len(e.text)):], r.Text)
}

func (e *evaluation) variable(c *pg.ColumnRef) bodyValue {
	fields := c.GetFields()
	name := fields[0].GetString_().GetSval()
	if v := e.vars[name]; v.known() && len(fields) <= 2 { // the record of a loop has one column
		return v
	}
	if e.inert[name] && len(fields) == 1 {
		return bodyValue{texts: unknownText(e.position(c.GetLocation()), Inert)}
	}
	return bodyValue{}
}

func (e *evaluation) cast(c *pg.TypeCast) bodyValue {
	v := e.value(c.GetArg())
	names := c.GetTypeName().GetNames()
	if len(names) == 0 {
		return v
	}
	name := names[len(names)-1].GetString_().GetSval()
	switch array := len(c.GetTypeName().GetArrayBounds()) > 0; {
	case array:
		return v.array()
	case v.known():
		return v
	case inertType(name):
		return bodyValue{texts: unknownText(e.position(c.GetLocation()), Inert)}
	case strings.HasPrefix(name, "reg"): // prints as a name that needs no more quotes
		return bodyValue{texts: unknownText(e.position(c.GetLocation()), QuotedIdentifier)}
	}
	return v
}

// arrayOf reads an array literal.
func arrayOf(t built) bodyValue {
	text, ok := t.constant()
	if !ok {
		return bodyValue{}
	}
	items, ok := plpgsql.Array(text)
	if !ok {
		return bodyValue{}
	}
	return listOf(items, t)
}

// listOf is a list of texts that come from a literal.
func listOf(items []string, t built) bodyValue {
	out := bodyValue{isList: true}
	for _, s := range items {
		out.list = append(out.list, texts{{{text: s, at: start(t)}}})
	}
	return out
}

func start(t built) int {
	if len(t) == 0 {
		return 0
	}
	return t[0].at
}

// inertType reports whether the values of a type can't hold SQL syntax.
func inertType(name string) bool {
	name, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(name)), "(")
	switch strings.TrimSpace(name) {
	case "int", "integer", "bigint", "smallint", "int2", "int4", "int8", "oid", "bool", "boolean", "uuid", "numeric",
		"real", "float4", "float8", "double precision", "date", "time", "timetz", "timestamp", "timestamptz",
		"timestamp with time zone", "timestamp without time zone":
		return true
	}
	return false
}

// concat is the operator ||.
func (e *evaluation) concat(a, b bodyValue) bodyValue {
	switch {
	case len(a.list)+len(b.list) > maxTexts:
		return bodyValue{}
	case a.isList && b.isList:
		return bodyValue{isList: true, list: slices.Concat(a.list, b.list)}
	case a.isList:
		return bodyValue{isList: true, list: append(append([]texts(nil), a.list...), b.texts)}
	case b.isList:
		return bodyValue{isList: true, list: append([]texts{a.texts}, b.list...)}
	case a.texts == nil && b.texts == nil:
		return bodyValue{}
	}
	// A part that is not known may be any text.
	return bodyValue{texts: join(e.orFree(a.texts), e.orFree(b.texts))}
}

func (e *evaluation) orFree(t texts) texts {
	if t == nil {
		return unknownText(max(e.at, 0), Free)
	}
	return t
}

// call evaluates the functions that texts are built with.
func (e *evaluation) call(f *pg.FuncCall) bodyValue {
	name := functionName(f)
	if f.GetFuncVariadic() || name.Schema != "" && name.Schema != "pg_catalog" {
		return bodyValue{}
	}
	var args []bodyValue
	for _, a := range f.GetArgs() {
		args = append(args, e.value(a))
	}
	if len(args) == 0 {
		return bodyValue{}
	}
	at := e.position(f.GetLocation())
	switch first := args[0].texts; name.Name {
	case "format":
		return bodyValue{texts: e.format(args, at)}
	case "concat":
		out := texts{{}}
		for _, a := range args {
			out = join(out, e.orFree(a.texts))
		}
		return bodyValue{texts: out}
	case "quote_ident":
		return bodyValue{texts: quoted(first, at, 'I')}
	case "quote_literal", "quote_nullable":
		return bodyValue{texts: quoted(first, at, 'L')}
	case "lower", "upper":
		return bodyValue{texts: each(first, func(s string) string {
			if name.Name == "lower" {
				return strings.ToLower(s)
			}
			return strings.ToUpper(s)
		})}
	case "string_to_array":
		if len(args) == 2 && len(first) == 1 && len(args[1].texts) == 1 {
			list, ok := first[0].constant()
			sep, ok2 := args[1].texts[0].constant()
			if ok && ok2 && sep != "" {
				return listOf(strings.Split(list, sep), first[0])
			}
		}
	}
	return bodyValue{}
}

// each changes texts that are known; nil if one isn't.
func each(t texts, change func(string) string) texts {
	var out texts
	for _, one := range t {
		s, ok := one.constant()
		if !ok {
			return nil
		}
		out = append(out, built{{text: change(s), at: start(one)}})
	}
	return out
}

// quoted is quote_ident (I) or quote_literal (L).
func quoted(t texts, at int, verb byte) texts {
	quote, trust := plpgsql.QuoteIdent, QuotedIdentifier
	if verb == 'L' {
		quote, trust = plpgsql.QuoteLiteral, QuotedLiteral
	}
	if t == nil {
		return unknownText(at, trust)
	}
	var out texts
	for _, one := range t {
		s, ok := one.constant()
		switch {
		case !ok:
			out = append(out, unknownText(at, trust)...)
		case quote(s) == s:
			out = append(out, one)
		default:
			out = append(out, built{{text: quote(s), at: start(one)}})
		}
	}
	return out
}

// format is the function format().
func (e *evaluation) format(args []bodyValue, at int) texts {
	var out texts
	for _, layout := range args[0].texts {
		text, ok := layout.constant()
		if !ok {
			return nil
		}
		pieces, ok := plpgsql.Format(text)
		if !ok {
			return nil
		}
		made := texts{{}}
		for _, p := range pieces {
			switch {
			case p.Verb == 0:
				made = join(made, texts{layout.slice(p.At, p.At+len(p.Text))})
			case p.Arg+1 >= len(args):
				return nil
			case p.Verb == 's':
				arg := args[p.Arg+1].texts
				if arg == nil {
					arg = unknownText(at, Free)
				}
				made = join(made, arg)
			default:
				made = join(made, quoted(args[p.Arg+1].texts, at, p.Verb))
			}
		}
		if made == nil {
			return nil
		}
		out = append(out, made...)
	}
	if len(out) > maxTexts {
		return nil
	}
	return out
}
