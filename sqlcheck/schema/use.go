package schema

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A reader goes over a policy's expressions and the functions they call, and
// notes which settings are read and what they are compared with.
type reader struct {
	catalog *catalog
	own     *table // the policy's table, nil inside functions
	found   map[string]*usage
	scope   *scope
	vars    map[string]sources // parameters and variables of the function being read
	params  []sources
	calling []*function
	budget  int
}

// A scope is the FROM clause of a sub-select.
type scope struct {
	outer *scope
	items []scopeItem
	ctes  map[string]sources
	// looked up settings: those that conditions of this sub-select compare
	// with rows; what it returns depends on them.
	lookups []string
	linked  []string // the policy's columns that are compared with columns of the same name
}

type scopeItem struct {
	alias  string
	table  *table  // nil for a function, a sub-select or an unknown relation
	known  bool    // the columns are those of table
	values sources // what the columns of anything but a table are made of
}

// maxReads bounds the work on one policy: functions are read at each call.
const maxReads = 20_000

func (c *catalog) policyUses(t *table, p *Policy) []SettingUse {
	r := &reader{catalog: c, own: t, found: map[string]*usage{}, budget: maxReads}
	c.lookingIn(p.SearchPath, func() {
		for _, expr := range []*pg.Node{p.using, p.check} {
			if expr != nil {
				r.condition(expr)
			}
		}
	})
	uses := usesOf(r.found)
	for i := range uses {
		if u := &uses[i]; u.Use == Flag {
			values, known := p.openingValues(u.Name)
			u.Opens, u.Any = values, !known
		}
	}
	return uses
}

// viewFilters lists the settings that a view's query compares with rows.
func (c *catalog) viewFilters(t *table) []string {
	if t.query == nil {
		return nil
	}
	r := &reader{catalog: c, found: map[string]*usage{}, budget: maxReads}
	r.selects(t.query)
	var out []string
	for name, u := range r.found {
		if u.compared {
			out = merge(out, []string{name})
		}
	}
	return out
}

// functionSettings lists the settings that a function reads, directly or
// through others, but not whether it asks who is connected.
func (c *catalog) functionSettings(f *function) []string {
	return slices.DeleteFunc(slices.Clone(c.settingsRead(f)), func(n string) bool { return n == roleSetting })
}

// expressionSettings lists what an expression without rows reads.
func (c *catalog) expressionSettings(expr *pg.Node) []string {
	r := &reader{catalog: c, found: map[string]*usage{}, budget: maxReads}
	out := r.value(expr).settings
	for name := range r.found {
		out = merge(out, []string{name})
	}
	return out
}

// settingsRead counts who is connected as a setting.
func (c *catalog) settingsRead(f *function) []string {
	if known, ok := c.read[f]; ok {
		return known
	}
	r := &reader{catalog: c, found: map[string]*usage{}, budget: maxReads}
	args := make([]sources, len(f.params))
	s := r.enter(f, args)
	out := s.settings
	for name := range r.found {
		out = merge(out, []string{name})
	}
	out = merge(out, mentioned(f.Body))
	if c.read != nil {
		c.read[f] = out
	}
	return out
}

// mentioned finds current_setting('x' in any language.
func mentioned(body string) []string {
	ts := tokens(body)
	var out []string
	for i := 0; i+2 < len(ts); i++ {
		ends := i+3 >= len(ts) || ts[i+3].is(",") || ts[i+3].is(")") || ts[i+3].is("::")
		if ts[i].is("current_setting") && ts[i+1].is("(") && ts[i+2].kind == tokString && ends {
			out = merge(out, []string{strings.ToLower(ts[i+2].text)})
		}
	}
	return out
}

// note records a setting; compared when it met a column.
func (r *reader) note(name string, compared bool, columns []string) {
	u := r.found[name]
	if u == nil {
		u = &usage{}
		r.found[name] = u
	}
	if compared {
		u.compared = true
		u.columns = merge(u.columns, columns)
		for s := r.scope; s != nil; s = s.outer {
			s.lookups = merge(s.lookups, []string{name})
		}
	}
}

// meet records that two values are compared.
func (r *reader) meet(left, right sources) {
	for _, pair := range [2][2]sources{{left, right}, {right, left}} {
		this, other := pair[0], pair[1]
		for _, name := range this.settings {
			r.note(name, other.rows || this.rows, merge(other.columns, this.columns))
		}
	}
}

// condition reads an expression whose truth decides: a setting that stands
// alone is a flag.
func (r *reader) condition(n *pg.Node) {
	s := r.value(n)
	r.meet(s, sources{})
}

// value reads an expression and says what its value is made of. Comparisons
// inside it are recorded; their own value, true or false, is made of nothing.
func (r *reader) value(n *pg.Node) sources {
	if r.budget--; r.budget < 0 || n == nil || n.GetNode() == nil {
		return sources{}
	}
	switch {
	case n.GetAConst() != nil:
		text, ok := constant(n)
		return sources{text: text, constant: ok}
	case n.GetTypeCast() != nil:
		return r.value(n.GetTypeCast().GetArg())
	case n.GetCollateClause() != nil:
		return r.value(n.GetCollateClause().GetArg())
	case n.GetAIndirection() != nil:
		return r.value(n.GetAIndirection().GetArg())
	case n.GetNamedArgExpr() != nil:
		return r.value(n.GetNamedArgExpr().GetArg())
	case n.GetColumnRef() != nil:
		return r.ref(names(n.GetColumnRef().GetFields()))
	case n.GetParamRef() != nil:
		if i := int(n.GetParamRef().GetNumber()); i >= 1 && i <= len(r.params) {
			return r.params[i-1]
		}
	case n.GetFuncCall() != nil:
		return r.call(n.GetFuncCall())
	case n.GetAExpr() != nil:
		return r.operator(n.GetAExpr())
	case n.GetBoolExpr() != nil:
		for _, a := range n.GetBoolExpr().GetArgs() {
			r.condition(a)
		}
	case n.GetNullTest() != nil:
		r.meet(onlySettings(r.value(n.GetNullTest().GetArg())), sources{})
	case n.GetBooleanTest() != nil:
		r.condition(n.GetBooleanTest().GetArg())
	case n.GetSubLink() != nil:
		return r.sublink(n.GetSubLink())
	case n.GetCaseExpr() != nil:
		return r.caseExpr(n.GetCaseExpr())
	case n.GetSqlvalueFunction() != nil:
		switch n.GetSqlvalueFunction().GetOp() {
		case pg.SQLValueFunctionOp_SVFOP_CURRENT_USER, pg.SQLValueFunctionOp_SVFOP_CURRENT_ROLE,
			pg.SQLValueFunctionOp_SVFOP_USER, pg.SQLValueFunctionOp_SVFOP_SESSION_USER:
			return sources{settings: []string{roleSetting}}
		}
	case n.GetCoalesceExpr() != nil:
		return r.values(n.GetCoalesceExpr().GetArgs())
	case n.GetMinMaxExpr() != nil:
		return r.values(n.GetMinMaxExpr().GetArgs())
	case n.GetAArrayExpr() != nil:
		return r.values(n.GetAArrayExpr().GetElements())
	case n.GetRowExpr() != nil:
		return r.values(n.GetRowExpr().GetArgs())
	case n.GetList() != nil:
		return r.values(n.GetList().GetItems())
	}
	return sources{}
}

// onlySettings leaves the columns out: "setting || column IS NULL" compares nothing.
func onlySettings(s sources) sources { return sources{settings: s.settings} }

func (r *reader) values(nodes []*pg.Node) sources {
	var out sources
	for _, n := range nodes {
		out = out.union(r.value(n))
	}
	return out
}

// ref resolves a column: the sub-selects from the inside out, then the
// policy's table, then variables.
func (r *reader) ref(parts []string) sources {
	if len(parts) == 0 || parts[len(parts)-1] == "" { // a star
		return sources{rows: true}
	}
	name := parts[len(parts)-1]
	qualifier := ""
	if len(parts) > 1 {
		qualifier = parts[len(parts)-2]
	}
	if v, ok := r.vars[name]; ok && (qualifier == "" || r.isFunction(qualifier)) {
		return v
	}
	if v, ok := r.vars[qualifier]; ok && qualifier != "" {
		return v // a record's field
	}
	var guess *scopeItem
	for s := r.scope; s != nil; s = s.outer {
		for i := range s.items {
			item := &s.items[i]
			switch {
			case qualifier != "" && item.alias == qualifier:
				return item.sources()
			case qualifier == "" && item.alias == name:
				return item.sources()
			case qualifier == "" && item.known && item.table.column(name) != nil:
				return item.sources()
			case qualifier == "" && !item.known && guess == nil:
				guess = item
			}
		}
	}
	if r.own != nil && (qualifier == "" || qualifier == r.own.Name) {
		if guess == nil || qualifier != "" || r.own.column(name) != nil && guess.table == nil && len(guess.values.settings) > 0 {
			return sources{columns: []string{name}, rows: true}
		}
	}
	if guess != nil {
		return guess.sources()
	}
	return sources{rows: true}
}

func (i *scopeItem) sources() sources {
	if i.table != nil || !i.known && len(i.values.settings) == 0 {
		return sources{rows: true}
	}
	return i.values
}

func (r *reader) isFunction(name string) bool {
	return len(r.calling) > 0 && r.calling[len(r.calling)-1].Name == name
}

// comparing are the operators that hold a value against another.
var comparing = map[string]bool{
	"=": true, "<>": true, "!=": true, "<": true, ">": true, "<=": true, ">=": true,
	"~": true, "~*": true, "!~": true, "!~*": true, "~~": true, "~~*": true, "!~~": true, "!~~*": true,
	"@>": true, "<@": true, "&&": true, "?": true, "?|": true, "?&": true, "^@": true, "@@": true,
}

func (r *reader) operator(n *pg.A_Expr) sources {
	left, right := r.value(n.GetLexpr()), r.value(n.GetRexpr())
	_, op := qualified(n.GetName())
	if op == "||" && left.constant && right.constant {
		return sources{text: left.text + right.text, constant: true}
	}
	if n.GetKind() == pg.A_Expr_Kind_AEXPR_NULLIF || n.GetKind() == pg.A_Expr_Kind_AEXPR_OP && !comparing[op] {
		return left.union(right)
	}
	r.meet(left, right)
	r.link(n.GetLexpr(), n.GetRexpr(), left, right)
	return sources{}
}

// link notes that the policy's own column is compared with a column of the same
// name in a sub-select: m.tenant_id = orders.tenant_id ties the row to what the
// sub-select looked up.
func (r *reader) link(l, rn *pg.Node, left, right sources) {
	if r.scope == nil || len(left.columns) == len(right.columns) || !left.rows || !right.rows {
		return
	}
	a, b := names(l.GetColumnRef().GetFields()), names(rn.GetColumnRef().GetFields())
	if len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		r.scope.linked = merge(r.scope.linked, merge(left.columns, right.columns))
	}
}

func (r *reader) caseExpr(n *pg.CaseExpr) sources {
	out := r.value(n.GetDefresult())
	for _, w := range n.GetArgs() {
		when := w.GetCaseWhen()
		if n.GetArg() != nil {
			r.meet(r.value(n.GetArg()), r.value(when.GetExpr()))
		} else {
			r.condition(when.GetExpr())
		}
		out = out.union(r.value(when.GetResult()))
	}
	return out
}

func (r *reader) sublink(n *pg.SubLink) sources {
	result := r.selects(n.GetSubselect().GetSelectStmt())
	switch n.GetSubLinkType() {
	case pg.SubLinkType_EXISTS_SUBLINK:
		return sources{}
	case pg.SubLinkType_ANY_SUBLINK, pg.SubLinkType_ALL_SUBLINK:
		r.meet(r.value(n.GetTestexpr()), result)
		return sources{}
	}
	return result
}
