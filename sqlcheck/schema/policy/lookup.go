package policy

import (
	"fmt"
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A witness is a row that a sub-select finds, of which only what its conditions
// say is known.
type witness struct {
	env     *env
	holds   value // that its conditions are met
	targets []*pg.Node
	query   *pg.SelectStmt
}

func (r *run) sublink(n *pg.SubLink, e *env) value {
	q := n.GetSubselect().GetSelectStmt()
	switch n.GetSubLinkType() {
	case pg.SubLinkType_EXISTS_SUBLINK:
		return r.exists(q, e)
	case pg.SubLinkType_ANY_SUBLINK:
		test := r.eval(n.GetTestexpr(), e)
		_, op := qualified(n.GetOperName())
		if op != "" && op != "=" {
			return r.truth(unknown(op+" ANY", test))
		}
		return r.in(test, q, e)
	case pg.SubLinkType_EXPR_SUBLINK:
		return r.scalar(q, e)
	case pg.SubLinkType_ARRAY_SUBLINK:
		v := r.scalar(q, e)
		if v.kind == null {
			return value{kind: array, why: v.why}
		}
		return value{kind: array, list: []value{v}, why: v.why}
	}
	return unknown("sub-select")
}

func (r *run) exists(q *pg.SelectStmt, e *env) value {
	if q.GetLarg() != nil {
		return r.or([]value{r.exists(q.GetLarg(), e), r.exists(q.GetRarg(), e)})
	}
	w := r.find1(q, e)
	if w.holds.kind == null {
		return boolean(false).because(w.holds.why)
	}
	return w.holds
}

// in is expr IN (SELECT ..).
func (r *run) in(test value, q *pg.SelectStmt, e *env) value {
	if q.GetLarg() != nil {
		return r.or([]value{r.in(test, q.GetLarg(), e), r.in(test, q.GetRarg(), e)})
	}
	w := r.find1(q, e)
	if !w.holds.isTrue() || len(w.targets) == 0 {
		if w.holds.kind == null {
			return boolean(false).because(w.holds.why)
		}
		return w.holds
	}
	item := r.eval(w.targets[0], w.env)
	if len(w.targets) > 1 {
		item = value{kind: array, list: r.all(w.targets, w.env)}
	}
	return r.equal(test, item).because(w.holds.why)
}

// scalar is a sub-select as a value.
func (r *run) scalar(q *pg.SelectStmt, e *env) value {
	if q.GetLarg() != nil {
		return unknown("union", r.scalar(q.GetLarg(), e), r.scalar(q.GetRarg(), e))
	}
	w := r.find1(q, e)
	if w.holds.kind == raised {
		return w.holds
	}
	if len(w.targets) == 1 && isAggregate(w.targets[0]) && len(q.GetFromClause()) > 0 {
		_, name := qualified(w.targets[0].GetFuncCall().GetFuncname())
		return value{kind: opaque, text: name, from: ofLookup, at: w.at(), why: w.holds.why}
	}
	if !w.holds.isTrue() || len(w.targets) == 0 {
		return value{why: w.holds.why}
	}
	return r.eval(w.targets[0], w.env).because(w.holds.why)
}

// at names the row that was found, the first one of a join.
func (w witness) at() string {
	if len(w.env.frames) == 0 {
		return ""
	}
	return w.env.frames[0].id
}

func isAggregate(n *pg.Node) bool {
	_, name := qualified(n.GetFuncCall().GetFuncname())
	switch name {
	case "count", "sum", "min", "max", "bool_or", "bool_and", "array_agg", "every":
		return true
	}
	return false
}

// find1 takes a row that the FROM clause may give.
func (r *run) find1(q *pg.SelectStmt, e *env) witness {
	w := witness{env: e.inside(), query: q}
	if r.depth++; r.depth > maxDepth {
		r.failed = "its sub-selects and functions go too deep"
	}
	defer func() { r.depth-- }()
	w.holds = r.sequence(func(yield func(func() value) bool) {
		for _, n := range q.GetFromClause() {
			for _, c := range r.from(n, w.env, q.GetWithClause()) {
				if !yield(func() value { return c }) {
					return
				}
			}
		}
		if q.GetWhereClause() != nil && !yield(func() value { return r.conjunction(q.GetWhereClause(), w.env) }) {
			return
		}
		if q.GetHavingClause() != nil && !yield(func() value { return r.truth(unknown("HAVING")) }) {
			return
		}
		if len(q.GetValuesLists()) > 0 {
			yield(func() value { return r.truth(unknown("VALUES")) })
		}
	})
	for _, t := range q.GetTargetList() {
		w.targets = append(w.targets, t.GetResTarget().GetVal())
	}
	return w
}

// sequence is AND that stops at the first condition which is not true: there is no
// row then, whatever else would be asked of it. That keeps the runs few.
func (r *run) sequence(conditions func(yield func(func() value) bool)) value {
	var met []value
	conditions(func(c func() value) bool {
		v := c()
		met = append(met, v)
		return r.eager || v.isTrue()
	})
	return r.and(met)
}

// conjunction is a condition of a sub-select.
func (r *run) conjunction(n *pg.Node, e *env) value {
	b := n.GetBoolExpr()
	if b == nil || b.GetBoolop() != pg.BoolExprType_AND_EXPR {
		return r.condition(n, e)
	}
	return r.sequence(func(yield func(func() value) bool) {
		for _, a := range b.GetArgs() {
			if !yield(func() value { return r.conjunction(a, e) }) {
				return
			}
		}
	})
}

// from adds the rows of a FROM item, and says what must hold of them.
func (r *run) from(n *pg.Node, e *env, with *pg.WithClause) []value {
	switch {
	case n.GetRangeVar() != nil:
		v := n.GetRangeVar()
		alias := v.GetRelname()
		if v.GetAlias() != nil {
			alias = v.GetAlias().GetAliasname()
		}
		for _, c := range with.GetCtes() {
			if cte := c.GetCommonTableExpr(); v.GetSchemaname() == "" && cte.GetCtename() == v.GetRelname() && !with.GetRecursive() {
				return r.derived(cte.GetCtequery().GetSelectStmt(), alias, e)
			}
		}
		return r.relation(v, alias, e)
	case n.GetRangeSubselect() != nil:
		s := n.GetRangeSubselect()
		return r.derived(s.GetSubquery().GetSelectStmt(), s.GetAlias().GetAliasname(), e)
	case n.GetRangeFunction() != nil:
		return r.rangeFunction(n.GetRangeFunction(), e)
	case n.GetJoinExpr() != nil:
		j := n.GetJoinExpr()
		conditions := r.from(j.GetLarg(), e, with)
		if !r.eager && slices.ContainsFunc(conditions, func(v value) bool { return !v.isTrue() }) {
			return conditions
		}
		conditions = append(conditions, r.from(j.GetRarg(), e, with)...)
		if !r.eager && slices.ContainsFunc(conditions, func(v value) bool { return !v.isTrue() }) {
			return conditions
		}
		if j.GetQuals() != nil {
			on := r.condition(j.GetQuals(), e)
			if j.GetJointype() != pg.JoinType_JOIN_INNER {
				// The other side may be missing, and then nothing is tied to it.
				on = r.or([]value{on, r.truth(unknown("no row to be joined"))})
			}
			conditions = append(conditions, on)
		}
		if len(j.GetUsingClause()) > 0 || j.GetIsNatural() {
			conditions = append(conditions, r.using(texts(j.GetUsingClause()), e))
		}
		return conditions
	}
	return []value{r.truth(unknown("FROM"))}
}

// using joins the last two rows on columns of the same name.
func (r *run) using(columns []string, e *env) value {
	if len(e.frames) < 2 || len(columns) == 0 {
		return r.truth(unknown("NATURAL JOIN"))
	}
	last := e.frames[len(e.frames)-1]
	var all []value
	for _, c := range columns {
		for _, f := range e.frames[:len(e.frames)-1] {
			a, okA := r.column(f, "", c)
			b, okB := r.column(last, "", c)
			if okA && okB {
				all = append(all, r.equal(a, b))
				break
			}
		}
	}
	return r.and(all)
}

// relation adds a row of a table, which its own policies let through.
func (r *run) relation(v *pg.RangeVar, alias string, e *env) []value {
	t := r.judge.table(v, e.path)
	name := v.GetRelname()
	if t != nil {
		name = tableName(t)
	}
	f := &frame{table: t, alias: alias, id: r.instance(name, int(v.GetLocation()), e)}
	e.frames = append(e.frames, f)
	picked, why := r.choose("a row in "+f.id, Exists, [2]string{}, "is there", "is not there")
	held := []value{boolean(picked == "is there").because(why)}
	if picked != "is there" && !r.eager {
		return held
	}
	switch {
	case t == nil:
		return append(held, r.truth(unknown("what is behind "+name)))
	case t.Kind == schema.View && !t.SecurityInvoker, t.Kind == schema.View:
		return append(held, r.truth(unknown("what is behind view "+name)))
	case t.RLS && !e.definer:
		return append(held, r.visible(t, f, e))
	}
	return held
}

// instance names a row apart from others of its table.
func (r *run) instance(name string, location int, e *env) string {
	in := ""
	if e.in != nil {
		in = e.in.Name
	}
	key := fmt.Sprintf("\x00%s %s %d %d", name, in, location, r.depth)
	if id, ok := r.judge.ids[key]; ok {
		return id
	}
	r.judge.instances[name]++
	id := name
	if n := r.judge.instances[name]; n > 1 {
		id = fmt.Sprintf("%s#%d", name, n)
	}
	r.judge.ids[key] = id
	return id
}

// visible asks the policies of a table that a policy looks something up in: they
// hold for that as well, for the same role.
func (r *run) visible(t *schema.Table, f *frame, e *env) value {
	if slices.Contains(e.visited, t) {
		return value{kind: raised} // the server refuses to go round in circles
	}
	inner := &env{frames: []*frame{{table: t, alias: t.Name, id: f.id}}, visited: append(slices.Clone(e.visited), t), roles: e.roles}
	var permissive, all []value
	open := false
	for _, p := range t.Policies {
		if p.Command != "all" && p.Command != "select" || p.Using == "" || !e.bind(p) {
			continue
		}
		n := r.judge.parse(p.Using)
		if n == nil {
			return r.truth(unknown("policy " + p.Name))
		}
		inner.path = p.SearchPath
		if p.Permissive && open {
			continue // another one lets the row through in this run
		}
		v := r.conjunction(n, inner)
		if p.Permissive {
			open = v.isTrue()
			permissive = append(permissive, v)
		} else {
			all = append(all, v)
		}
	}
	if len(permissive) == 0 {
		return boolean(false)
	}
	return r.and(append(all, r.or(permissive)))
}

// bind reports whether a policy is for the roles that the judged one is for.
func (e *env) bind(p *schema.Policy) bool {
	return slices.Contains(p.Roles, "public") || slices.ContainsFunc(p.Roles, func(role string) bool { return slices.Contains(e.roles, role) })
}

// derived adds the row of a sub-select in FROM.
func (r *run) derived(q *pg.SelectStmt, alias string, e *env) []value {
	if q == nil || q.GetLarg() != nil {
		e.frames = append(e.frames, &frame{alias: alias, id: alias})
		return []value{r.truth(unknown("what is behind " + alias))}
	}
	w := r.find1(q, e)
	f := &frame{alias: alias, id: alias, values: map[string]value{}, closed: true}
	if w.holds.isTrue() {
		for _, t := range q.GetTargetList() {
			target := t.GetResTarget()
			name := target.GetName()
			if parts := texts(target.GetVal().GetColumnRef().GetFields()); name == "" && len(parts) > 0 {
				name = parts[len(parts)-1]
			}
			if name == "" { // a star, or an expression without a name
				f.closed = false
				continue
			}
			f.values[name] = r.eval(target.GetVal(), w.env)
		}
	}
	e.frames = append(e.frames, f)
	if f.closed || !w.holds.isTrue() {
		return []value{w.holds}
	}
	return []value{w.holds, r.truth(unknown("what is behind " + alias))}
}

// rangeFunction adds the row that a function returns.
func (r *run) rangeFunction(n *pg.RangeFunction, e *env) []value {
	alias := n.GetAlias().GetAliasname()
	f := &frame{alias: alias, id: alias, values: map[string]value{}, closed: true}
	e.frames = append(e.frames, f)
	if len(n.GetFunctions()) != 1 {
		return []value{r.truth(unknown("FROM"))}
	}
	items := n.GetFunctions()[0].GetList().GetItems()
	if len(items) == 0 {
		return []value{r.truth(unknown("FROM"))}
	}
	v := r.eval(items[0], e)
	if alias == "" {
		_, f.alias = qualified(items[0].GetFuncCall().GetFuncname())
	}
	names := texts(n.GetAlias().GetColnames())
	if len(names) == 1 {
		f.values[names[0]] = v
	}
	f.values[""] = v
	switch {
	case v.kind == raised:
		return []value{v}
	case v.kind == null, v.kind == array && len(v.list) == 0:
		return []value{boolean(false).because(v.why)}
	}
	return nil
}
