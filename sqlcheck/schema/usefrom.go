package schema

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// selects reads a sub-select and says what its result is made of; that counts
// the settings by which it looked rows up.
func (r *reader) selects(s *pg.SelectStmt) sources {
	if s == nil {
		return sources{}
	}
	r.scope = &scope{outer: r.scope, ctes: map[string]sources{}}
	defer func() { r.scope = r.scope.outer }()
	for _, n := range s.GetWithClause().GetCtes() {
		c := n.GetCommonTableExpr()
		r.scope.ctes[c.GetCtename()] = r.selects(c.GetCtequery().GetSelectStmt())
	}
	if s.GetLarg() != nil {
		return r.selects(s.GetLarg()).union(r.selects(s.GetRarg()))
	}
	for _, f := range s.GetFromClause() {
		r.from(f)
	}
	var out sources
	for _, l := range s.GetValuesLists() {
		out = out.union(r.value(l))
	}
	for _, t := range s.GetTargetList() {
		out = out.union(r.value(t.GetResTarget().GetVal()))
	}
	if s.GetWhereClause() != nil {
		r.condition(s.GetWhereClause())
	}
	if s.GetHavingClause() != nil {
		r.condition(s.GetHavingClause())
	}
	for _, name := range r.scope.lookups {
		r.note(name, true, r.scope.linked)
	}
	out.settings = merge(out.settings, r.scope.lookups)
	return out
}

func (r *reader) from(n *pg.Node) {
	switch {
	case n.GetRangeVar() != nil:
		v := n.GetRangeVar()
		item := scopeItem{alias: v.GetRelname()}
		if v.GetAlias() != nil {
			item.alias = v.GetAlias().GetAliasname()
		}
		if values, ok := r.cte(v); ok {
			item.values = values
		} else if t := r.catalog.relation(v); t != nil {
			item.table, item.known = t, !t.Assumed && len(t.Columns) > 0
		}
		r.scope.items = append(r.scope.items, item)
	case n.GetRangeSubselect() != nil:
		sub := n.GetRangeSubselect()
		values := r.selects(sub.GetSubquery().GetSelectStmt())
		r.scope.items = append(r.scope.items, scopeItem{alias: sub.GetAlias().GetAliasname(), values: values})
	case n.GetRangeFunction() != nil:
		f := n.GetRangeFunction()
		var values sources
		for _, item := range f.GetFunctions() {
			for _, call := range item.GetList().GetItems() {
				values = values.union(r.value(call))
			}
		}
		r.scope.items = append(r.scope.items, scopeItem{alias: f.GetAlias().GetAliasname(), values: values})
	case n.GetJoinExpr() != nil:
		j := n.GetJoinExpr()
		r.from(j.GetLarg())
		r.from(j.GetRarg())
		if j.GetQuals() != nil {
			r.condition(j.GetQuals())
		}
	}
}

func (r *reader) cte(v *pg.RangeVar) (sources, bool) {
	for s := r.scope; s != nil && v.GetSchemaname() == ""; s = s.outer {
		if values, ok := s.ctes[v.GetRelname()]; ok {
			return values, true
		}
	}
	return sources{}, false
}

// supabaseClaims are the functions of Supabase's auth schema, which its
// migrations call but do not define.
var supabaseClaims = map[string]bool{"uid": true, "jwt": true, "role": true, "email": true}

const claims = "request.jwt.claims"

func (r *reader) call(f *pg.FuncCall) sources {
	schema, name := qualified(f.GetFuncname())
	args := make([]sources, 0, len(f.GetArgs()))
	var all sources
	for _, a := range f.GetArgs() {
		s := r.value(a)
		args = append(args, s)
		all = all.union(s)
	}
	if f.GetAggFilter() != nil {
		r.condition(f.GetAggFilter())
	}
	if name == "current_setting" && (schema == "" || schema == "pg_catalog") {
		if len(args) > 0 && args[0].constant {
			return sources{settings: []string{strings.ToLower(args[0].text)}}
		}
		return all
	}
	fs := r.catalog.lookupFunctions(schema, name)
	if len(fs) == 0 {
		if schema == "auth" && supabaseClaims[name] {
			return sources{settings: []string{claims}}
		}
		return all
	}
	var out sources
	for _, fn := range fs {
		if fn.takes(len(args)) {
			for i := len(args); i < len(fn.params); i++ {
				args = append(args, r.value(fn.missing(i)))
			}
			out = out.union(r.enter(fn, args))
		}
	}
	return out
}

// enter reads a function's body with what its arguments are made of.
func (r *reader) enter(f *function, args []sources) sources {
	if slices.Contains(r.calling, f) || len(r.calling) >= maxCalls {
		return sources{}
	}
	saved := *r
	r.calling = append(slices.Clone(r.calling), f)
	r.own, r.scope, r.params, r.vars = nil, nil, args, map[string]sources{}
	for i, name := range f.params {
		if name != "" && i < len(args) {
			r.vars[name] = args[i]
		}
	}
	var out sources
	r.catalog.lookingIn(f.lookupPath(), func() { out = r.body(f) })
	budget := r.budget
	*r = saved
	r.budget = budget
	if r.scope != nil { // rows that the function looked up by a setting
		for name, u := range r.found {
			if u.compared && slices.Contains(out.settings, name) {
				r.scope.lookups = merge(r.scope.lookups, []string{name})
			}
		}
	}
	return out
}

func (r *reader) body(f *function) (out sources) {
	switch f.Language {
	case "sql":
		for _, n := range f.statements() {
			if s := n.GetSelectStmt(); s != nil {
				out = r.selects(s)
			}
		}
	case "plpgsql":
		if block, ok := f.block(); ok {
			out = r.block([]plpgsql.Stmt{block})
		}
	default:
		out = sources{settings: mentioned(f.Body)}
	}
	return out
}

// block reads PL/pgSQL statements and says what they return.
func (r *reader) block(list []plpgsql.Stmt) sources {
	var out sources
	for _, s := range list {
		for _, d := range s.Decls {
			r.vars[d.Name] = r.text(d.Init.Text)
		}
		switch s.Kind {
		case plpgsql.Assign:
			name := variable(s.Into[0])
			r.vars[name] = r.vars[name].union(r.text(s.Expr.Text))
		case plpgsql.SQL, plpgsql.ForQuery, plpgsql.ReturnQuery, plpgsql.Perform:
			expr := s.Expr.Text
			if s.Kind == plpgsql.Perform {
				expr = "SELECT " + expr
			}
			got := r.query(expr)
			for _, v := range s.Into {
				r.vars[v] = r.vars[v].union(got)
			}
			if s.Kind == plpgsql.ReturnQuery {
				out = out.union(got)
			}
		case plpgsql.Return:
			out = out.union(r.text(s.Expr.Text))
		case plpgsql.Foreach:
			for _, v := range s.Into {
				r.vars[v] = r.text(s.Expr.Text)
			}
		case plpgsql.Loop:
			r.text(s.Expr.Text)
		}
		for i, b := range s.Branches {
			r.meet(r.text(s.Condition(i)), sources{})
			out = out.union(r.block(b.Body))
		}
		out = out.union(r.block(s.Body))
		out = out.union(r.block(s.Handlers))
	}
	return out
}

// variable returns the variable of a target, which may be a field of a record
// or an element of an array.
func variable(target string) string {
	if !strings.ContainsAny(target, ".[") {
		return target
	}
	return (&lexer{src: target}).next().text
}

// text reads an expression given as text.
func (r *reader) text(expr string) sources {
	if strings.TrimSpace(expr) == "" {
		return sources{}
	}
	return r.query("SELECT " + expr)
}

func (r *reader) query(text string) sources {
	stmts, err := parse(text)
	if err != nil {
		var out sources
		for _, name := range mentioned(text) {
			r.note(name, false, nil)
			out.settings = merge(out.settings, []string{name})
		}
		return out
	}
	var out sources
	for _, s := range stmts {
		if q := s.GetStmt().GetSelectStmt(); q != nil {
			out = out.union(r.selects(q))
		}
	}
	return out
}
