package schema

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// mentions collects what a query or a body names.
type mentions struct {
	c         *catalog
	relations []string // "schema.name"
	functions []string
	dynamic   bool
	// bare are relations named without schema, except those that the body makes for
	// itself, which are in own.
	bare, own []string
}

func (m *mentions) sorted() (relations, functions []string) {
	return sortedSet(m.relations), sortedSet(m.functions)
}

// unqualified are the relations that the body finds by the search_path, sorted.
func (m *mentions) unqualified() []string {
	return slices.DeleteFunc(sortedSet(m.bare), func(name string) bool { return slices.Contains(m.own, name) })
}

func sortedSet(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// node adds what a statement or an expression names. Names of WITH queries are
// no relations.
func (m *mentions) node(n *pg.Node) {
	ctes := ctesOf(n)
	walk(n, func(n *pg.Node) bool {
		if v := n.GetRangeVar(); v != nil && (v.GetSchemaname() != "" || !ctes[v.GetRelname()]) {
			switch {
			case v.GetRelpersistence() == "t":
				m.own = append(m.own, v.GetRelname())
			case v.GetSchemaname() == "":
				m.bare = append(m.bare, v.GetRelname())
			}
			if v.GetSchemaname() == "" && m.c.temporary[v.GetRelname()] {
				return true
			}
			if t := m.c.relation(v); t != nil {
				m.relations = append(m.relations, t.key())
			} else if v.GetSchemaname() == "" && strings.HasPrefix(v.GetRelname(), "pg_") {
				m.relations = append(m.relations, key("pg_catalog", v.GetRelname()))
			} else {
				m.relations = append(m.relations, key(m.c.newKey(v)))
			}
		}
		if f := n.GetFuncCall(); f != nil {
			if fs := m.c.lookupFunctions(qualified(f.GetFuncname())); len(fs) > 0 {
				m.functions = append(m.functions, key(fs[0].Schema, fs[0].Name))
			}
		}
		return true
	})
}

// ctesOf are the names of a query's WITH queries.
func ctesOf(n *pg.Node) map[string]bool {
	out := map[string]bool{}
	walk(n, func(n *pg.Node) bool {
		if c := n.GetCommonTableExpr(); c != nil {
			out[c.GetCtename()] = true
		}
		return true
	})
	return out
}

// text adds what SQL text names.
func (m *mentions) text(sql string) {
	if strings.TrimSpace(sql) == "" {
		return
	}
	stmts, err := parse(sql)
	if err != nil {
		m.dynamic = true
		return
	}
	for _, s := range stmts {
		m.node(s.GetStmt())
	}
}

// block adds what PL/pgSQL statements name.
func (m *mentions) block(list []plpgsql.Stmt) {
	expr := func(e string) {
		if strings.Contains(e, "(") || strings.Contains(strings.ToLower(e), "select") {
			m.text("SELECT " + e)
		}
	}
	for _, s := range list {
		for _, d := range s.Decls {
			expr(d.Init.Text)
		}
		switch s.Kind {
		case plpgsql.SQL, plpgsql.ForQuery, plpgsql.ReturnQuery, plpgsql.Open:
			m.text(s.Expr.Text)
		case plpgsql.Execute, plpgsql.ForExecute, plpgsql.ReturnExecute:
			m.dynamic = true
			expr(s.Expr.Text)
		case plpgsql.Assign, plpgsql.Perform, plpgsql.Return, plpgsql.Foreach, plpgsql.Loop, plpgsql.Exit, plpgsql.Continue:
			expr(s.Expr.Text)
		}
		for i, b := range s.Branches {
			expr(s.Condition(i))
			m.block(b.Body)
		}
		m.block(s.Body)
		m.block(s.Handlers)
	}
}

// body adds what a function's body names, looked up where the function looks.
func (c *catalog) body(f *function) *mentions {
	m := &mentions{c: c}
	c.lookingIn(f.lookupPath(), func() { m.function(f) })
	return m
}

func (m *mentions) function(f *function) {
	switch f.Language {
	case "sql":
		stmts := f.statements()
		m.dynamic = len(stmts) == 0
		for _, n := range stmts {
			m.node(n)
		}
	case "plpgsql":
		block, ok := f.block()
		m.dynamic = !ok
		m.block([]plpgsql.Stmt{block})
	default:
		m.dynamic = true
	}
}

// policyCalls lists the functions of the migrations that a policy calls.
func (c *catalog) policyCalls(p *Policy) []string {
	m := &mentions{c: c}
	c.lookingIn(p.SearchPath, func() {
		for _, expr := range []*pg.Node{p.using, p.check} {
			if expr != nil {
				m.node(expr)
			}
		}
	})
	_, functions := m.sorted()
	return functions
}

// reads lists the relations that a query names.
func (r *replay) reads(query *pg.Node) []string {
	m := &mentions{c: r.catalog}
	m.node(query)
	relations, _ := m.sorted()
	return relations
}

// callees lists the functions of the migrations that a query calls.
func (r *replay) callees(query *pg.Node) []string {
	m := &mentions{c: r.catalog}
	m.node(query)
	_, functions := m.sorted()
	return functions
}
