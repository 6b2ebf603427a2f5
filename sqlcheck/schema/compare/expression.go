package compare

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/tenantvet/tenantvet/sqlcheck"
	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A side is a model with one of its tables, whose policy has an expression.
type side struct {
	model *schema.Model
	table *schema.Table
}

// sameExpression reports whether two expressions ask the same, though one is as
// somebody wrote it and the other in the server's words: those have casts that were
// implied, names with their relation, and one spelling for IN, BETWEEN and the like.
// What can't be parsed is the same if its text is.
func sameExpression(a string, of side, b string, other side) bool {
	if squeezed(a) == squeezed(b) {
		return true
	}
	if (a == "") != (b == "") {
		return false
	}
	x, okX := tokens("SELECT "+a, of)
	y, okY := tokens("SELECT "+b, other)
	return okX && okY && sameTokens(x, y)
}

// sameStatements is sameExpression for bodies in SQL.
func sameStatements(a string, of side, b string, other side) bool {
	if squeezed(a) == squeezed(b) {
		return true
	}
	x, okX := tokens(a, of)
	y, okY := tokens(b, other)
	return okX && okY && sameTokens(x, y)
}

func squeezed(text string) string { return strings.Join(strings.Fields(text), " ") }

// sameTokens compares what two expressions are made of. Where a name could not be
// told to belong to a relation or a schema, any will do.
func sameTokens(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		inA, nameA, okA := strings.Cut(a[i], "\x00")
		inB, nameB, okB := strings.Cut(b[i], "\x00")
		if !okA || !okB || nameA != nameB || inA != anywhere && inB != anywhere {
			return false
		}
	}
	return true
}

// anywhere stands for a relation or a schema that is not known.
const anywhere = "?"

// tokens puts statements into one form.
func tokens(sql string, of side) ([]string, bool) {
	tree, err := pg.Parse(sql)
	if err != nil {
		return nil, false
	}
	w := &writer{model: of.model}
	w.scopes = [][]item{{}}
	if of.table != nil {
		w.scopes[0] = append(w.scopes[0], w.item(of.table.Name, of.table))
	}
	for _, s := range tree.Stmts {
		w.node(s.GetStmt())
	}
	return w.out, true
}

// A writer takes a tree apart.
type writer struct {
	model  *schema.Model
	out    []string
	scopes [][]item // of nested queries, the innermost last
	items  int
}

// An item is what a FROM clause brings.
type item struct {
	name, label string
	columns     map[string]bool // nil when not known
}

func (w *writer) item(name string, t *schema.Table) item {
	i := item{name: name, label: "r" + strconv.Itoa(w.items)}
	w.items++
	if t != nil && !t.Assumed && !t.Incomplete {
		i.columns = map[string]bool{}
		for _, c := range t.Columns {
			i.columns[c.Name] = true
		}
	}
	return i
}

func (w *writer) put(tokens ...string) { w.out = append(w.out, tokens...) }

// call puts an operator with its operands.
func (w *writer) call(name string, operands ...*pg.Node) {
	w.put("(", name)
	for _, o := range operands {
		w.node(o)
	}
	w.put(")")
}

func (w *writer) node(n *pg.Node) {
	switch {
	case n == nil || n.GetNode() == nil:
	case n.GetTypeCast() != nil: // the server writes those down that are implied
		w.node(n.GetTypeCast().GetArg())
	case n.GetCollateClause() != nil:
		w.node(n.GetCollateClause().GetArg())
	case n.GetAArrayExpr() != nil:
		w.array(n.GetAArrayExpr().GetElements())
	case n.GetAConst() != nil:
		w.constant(n.GetAConst())
	case n.GetColumnRef() != nil:
		w.column(n.GetColumnRef())
	case n.GetAExpr() != nil:
		w.operator(n.GetAExpr())
	case n.GetBoolExpr() != nil:
		w.boolean(n.GetBoolExpr())
	case n.GetFuncCall() != nil:
		w.function(n.GetFuncCall())
	case n.GetSubLink() != nil:
		w.sublink(n.GetSubLink())
	case n.GetCaseExpr() != nil:
		w.cases(n.GetCaseExpr())
	case n.GetSelectStmt() != nil:
		w.query(n.GetSelectStmt(), false)
	case n.GetResTarget() != nil && n.GetResTarget().GetVal() != nil: // its name has no bearing
		w.node(n.GetResTarget().GetVal())
	case n.GetRangeVar() != nil:
		w.relation(n.GetRangeVar())
	default:
		m := n.ProtoReflect()
		if set := m.WhichOneof(m.Descriptor().Oneofs().Get(0)); set != nil {
			w.message(string(set.Name()), m.Get(set).Message())
		}
	}
}

// message writes what has no form of its own, field by field.
func (w *writer) message(name string, m protoreflect.Message) {
	w.put("(", name)
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if strings.HasSuffix(string(f.Name()), "location") || f.Name() == "stmt_len" || !m.Has(f) {
			continue
		}
		w.put(string(f.Name()))
		if f.IsList() {
			list := m.Get(f).List()
			for j := range list.Len() {
				w.value(f, list.Get(j))
			}
			continue
		}
		w.value(f, m.Get(f))
	}
	w.put(")")
}

func (w *writer) value(f protoreflect.FieldDescriptor, v protoreflect.Value) {
	if f.Kind() != protoreflect.MessageKind {
		w.put(v.String())
		return
	}
	switch m := v.Message().Interface().(type) {
	case *pg.Node:
		w.node(m)
	case *pg.RangeVar:
		w.relation(m)
	case *pg.SelectStmt:
		w.query(m, false)
	default:
		w.message(string(f.Name()), v.Message())
	}
}

func (w *writer) constant(c *pg.A_Const) {
	switch {
	case c.GetIsnull():
		w.put("null")
	case c.GetSval() != nil:
		w.put("'" + c.GetSval().GetSval())
	case c.GetFval() != nil:
		w.put("'" + c.GetFval().GetFval())
	case c.GetBoolval() != nil:
		w.put("'" + strconv.FormatBool(c.GetBoolval().GetBoolval()))
	default:
		w.put("'" + strconv.Itoa(int(c.GetIval().GetIval())))
	}
}

// column writes a column with the relation that it belongs to.
func (w *writer) column(c *pg.ColumnRef) {
	fields := c.GetFields()
	last := fields[len(fields)-1]
	if last.GetAStar() != nil {
		w.put("*")
		return
	}
	name := last.GetString_().GetSval()
	if len(fields) > 1 {
		of := fields[len(fields)-2].GetString_().GetSval()
		for i := len(w.scopes) - 1; i >= 0; i-- {
			for _, it := range w.scopes[i] {
				if it.name == of {
					w.put(it.label + "\x00" + name)
					return
				}
			}
		}
		w.put(anywhere + "\x00" + name)
		return
	}
	for i := len(w.scopes) - 1; i >= 0; i-- {
		unknown := false
		for _, it := range w.scopes[i] {
			if it.columns[name] {
				w.put(it.label + "\x00" + name)
				return
			}
			unknown = unknown || it.columns == nil
		}
		if unknown {
			break
		}
	}
	w.put(anywhere + "\x00" + name)
}

// operator writes the kinds of A_Expr, of which the server keeps fewer.
func (w *writer) operator(e *pg.A_Expr) {
	name := ""
	if parts := e.GetName(); len(parts) > 0 {
		name = parts[len(parts)-1].GetString_().GetSval()
	}
	switch e.GetKind() {
	case pg.A_Expr_Kind_AEXPR_IN:
		items := e.GetRexpr().GetList().GetItems()
		if len(items) == 1 {
			w.call(name, e.GetLexpr(), items[0])
			return
		}
		quantifier := "any"
		if name == "<>" {
			quantifier = "all"
		}
		w.put("(", name+quantifier)
		w.node(e.GetLexpr())
		w.array(items)
		w.put(")")
	case pg.A_Expr_Kind_AEXPR_OP_ANY:
		w.call(name+"any", e.GetLexpr(), e.GetRexpr())
	case pg.A_Expr_Kind_AEXPR_OP_ALL:
		w.call(name+"all", e.GetLexpr(), e.GetRexpr())
	case pg.A_Expr_Kind_AEXPR_BETWEEN, pg.A_Expr_Kind_AEXPR_NOT_BETWEEN:
		w.put("(", betweens(e).String())
		w.bounds(e)
		w.put(")")
	case pg.A_Expr_Kind_AEXPR_DISTINCT:
		w.call("distinct", e.GetLexpr(), e.GetRexpr())
	case pg.A_Expr_Kind_AEXPR_NOT_DISTINCT: // the server says NOT (.. IS DISTINCT FROM ..)
		w.put("(", pg.BoolExprType_NOT_EXPR.String())
		w.call("distinct", e.GetLexpr(), e.GetRexpr())
		w.put(")")
	case pg.A_Expr_Kind_AEXPR_NULLIF:
		w.call("nullif", e.GetLexpr(), e.GetRexpr())
	default:
		w.call(name, e.GetLexpr(), e.GetRexpr())
	}
}

// betweens is what the server makes of BETWEEN, and of NOT BETWEEN.
func betweens(e *pg.A_Expr) pg.BoolExprType {
	switch e.GetKind() {
	case pg.A_Expr_Kind_AEXPR_BETWEEN:
		return pg.BoolExprType_AND_EXPR
	case pg.A_Expr_Kind_AEXPR_NOT_BETWEEN:
		return pg.BoolExprType_OR_EXPR
	}
	return pg.BoolExprType_BOOL_EXPR_TYPE_UNDEFINED
}

// bounds writes the two comparisons of BETWEEN.
func (w *writer) bounds(e *pg.A_Expr) {
	below, above := ">=", "<="
	if betweens(e) == pg.BoolExprType_OR_EXPR {
		below, above = "<", ">"
	}
	items := e.GetRexpr().GetList().GetItems()
	w.call(below, e.GetLexpr(), items[0])
	w.call(above, e.GetLexpr(), items[1])
}

func (w *writer) array(items []*pg.Node) {
	w.put("(", "array")
	for _, i := range items {
		w.node(i)
	}
	w.put(")")
}

// boolean writes AND and OR without the nesting of their own kind.
func (w *writer) boolean(e *pg.BoolExpr) {
	w.put("(", e.GetBoolop().String())
	var args func(*pg.BoolExpr)
	args = func(of *pg.BoolExpr) {
		for _, a := range of.GetArgs() {
			switch b := a.GetBoolExpr(); {
			case b != nil && b.GetBoolop() == e.GetBoolop() && b.GetBoolop() != pg.BoolExprType_NOT_EXPR:
				args(b)
			case betweens(a.GetAExpr()) == e.GetBoolop():
				w.bounds(a.GetAExpr())
			default:
				w.node(a)
			}
		}
	}
	args(e)
	w.put(")")
}

func (w *writer) function(f *pg.FuncCall) {
	parts := f.GetFuncname()
	in, name := anywhere, parts[len(parts)-1].GetString_().GetSval()
	if len(parts) > 1 && parts[len(parts)-2].GetString_().GetSval() != "pg_catalog" {
		in = parts[len(parts)-2].GetString_().GetSval()
	}
	w.put("(", in+"\x00"+strings.ToLower(name))
	for _, a := range f.GetArgs() {
		if n := a.GetNamedArgExpr(); n != nil {
			w.node(n.GetArg())
			continue
		}
		w.node(a)
	}
	if f.GetAggDistinct() {
		w.put("distinct")
	}
	if f.GetAggStar() {
		w.put("*")
	}
	w.node(f.GetAggFilter())
	w.put(")")
}

func (w *writer) sublink(s *pg.SubLink) {
	kind := s.GetSubLinkType()
	w.put("(", kind.String())
	w.node(s.GetTestexpr())
	for _, n := range s.GetOperName() {
		if op := n.GetString_().GetSval(); op != "=" && op != "pg_catalog" {
			w.put(op)
		}
	}
	w.query(s.GetSubselect().GetSelectStmt(), kind == pg.SubLinkType_EXISTS_SUBLINK)
	w.put(")")
}

// cases writes CASE, to which the server adds ELSE NULL.
func (w *writer) cases(c *pg.CaseExpr) {
	w.put("(", "case")
	w.node(c.GetArg())
	for _, n := range c.GetArgs() {
		w.node(n.GetCaseWhen().GetExpr())
		w.node(n.GetCaseWhen().GetResult())
	}
	if d := c.GetDefresult(); d != nil && !null(d) {
		w.put("else")
		w.node(d)
	}
	w.put(")")
}

func null(n *pg.Node) bool {
	for n.GetTypeCast() != nil {
		n = n.GetTypeCast().GetArg()
	}
	return n.GetAConst().GetIsnull()
}

// query writes a sub-select. Of EXISTS the server keeps no list that has a meaning.
func (w *writer) query(s *pg.SelectStmt, exists bool) {
	w.scopes = append(w.scopes, nil)
	defer func() { w.scopes = w.scopes[:len(w.scopes)-1] }()
	w.put("(", "select", s.GetOp().String())
	for _, n := range s.GetWithClause().GetCtes() {
		w.node(n.GetCommonTableExpr().GetCtequery())
	}
	if s.GetLarg() != nil {
		w.query(s.GetLarg(), false)
		w.query(s.GetRarg(), false)
		if s.GetAll() {
			w.put("all")
		}
	}
	for _, n := range s.GetFromClause() {
		w.from(n)
	}
	if !exists {
		for _, n := range s.GetTargetList() {
			w.node(n)
		}
	}
	w.put("where")
	w.node(s.GetWhereClause())
	for _, list := range [][]*pg.Node{s.GetDistinctClause(), s.GetGroupClause(), s.GetSortClause(), s.GetValuesLists()} {
		w.put(";")
		for _, n := range list {
			w.node(n)
		}
	}
	w.node(s.GetHavingClause())
	if !null(s.GetLimitCount()) {
		w.node(s.GetLimitCount())
	}
	w.node(s.GetLimitOffset())
	w.put(")")
}

// from writes a part of a FROM clause and makes its names known.
func (w *writer) from(n *pg.Node) {
	switch {
	case n.GetRangeVar() != nil:
		w.relation(n.GetRangeVar())
	case n.GetJoinExpr() != nil:
		j := n.GetJoinExpr()
		w.put("(", j.GetJointype().String())
		w.from(j.GetLarg())
		w.from(j.GetRarg())
		for _, u := range j.GetUsingClause() {
			w.put(u.GetString_().GetSval())
		}
		w.node(j.GetQuals())
		w.put(")")
	case n.GetRangeSubselect() != nil:
		w.node(n.GetRangeSubselect().GetSubquery())
		w.bring(item{name: n.GetRangeSubselect().GetAlias().GetAliasname()})
	case n.GetRangeFunction() != nil:
		name := n.GetRangeFunction().GetAlias().GetAliasname()
		for _, f := range n.GetRangeFunction().GetFunctions() {
			for _, call := range f.GetList().GetItems() {
				w.node(call)
				if parts := call.GetFuncCall().GetFuncname(); name == "" && len(parts) > 0 {
					name = parts[len(parts)-1].GetString_().GetSval()
				}
			}
		}
		w.bring(item{name: name})
	default:
		w.node(n)
	}
}

// relation writes a table and makes it known.
func (w *writer) relation(r *pg.RangeVar) {
	t := w.model.Table(sqlcheck.Name{Schema: r.GetSchemaname(), Name: r.GetRelname()})
	if t != nil {
		w.put(t.Schema + "\x00" + t.Name)
	} else if r.GetSchemaname() != "" {
		w.put(r.GetSchemaname() + "\x00" + r.GetRelname())
	} else {
		w.put(anywhere + "\x00" + r.GetRelname())
	}
	name := r.GetAlias().GetAliasname()
	if name == "" {
		name = r.GetRelname()
	}
	w.bring(w.item(name, t))
}

// bring makes a name of the innermost query known.
func (w *writer) bring(i item) {
	if i.label == "" {
		i.label = "r" + strconv.Itoa(w.items)
		w.items++
	}
	last := len(w.scopes) - 1
	w.scopes[last] = append(w.scopes[last], i)
}
