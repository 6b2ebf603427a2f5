package schema

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// maxRenames bounds the work on queries and conditions that renames go through.
const maxRenames = 100_000

// eachQuery calls f for the queries of views, and for the conditions of policies
// that may have sub-selects, if they have the name in them; f reports whether it
// changed something, which the texts will say too.
func (r *replay) eachQuery(name string, f func(of *table, n *pg.Node) bool) {
	visit := func(t *table, n *pg.Node, text *string) {
		if n == nil || *text != "" && !hasName(*text, name) {
			return
		}
		if r.renames++; r.renames > maxRenames {
			r.skip("RENAME")
		} else if f(t, n) {
			*text = ""
		}
	}
	for _, t := range r.sortedTables() {
		if t.query != nil {
			visit(t, queryNode(t.query), &t.Query)
		}
		for _, p := range t.policies {
			visit(t, p.using, &p.Using)
			visit(t, p.check, &p.Check)
		}
	}
}

func queryNode(q *pg.SelectStmt) *pg.Node {
	return &pg.Node{Node: &pg.Node_SelectStmt{SelectStmt: q}}
}

// texts fills in what renames left empty: a loop of them would print each text
// many times.
func (p *Policy) texts() {
	if p.using != nil && p.Using == "" {
		p.Using = deparsed(p.using)
	}
	if p.check != nil && p.Check == "" {
		p.Check = deparsed(p.check)
	}
}

// hasName is a quick way to see that a text does not have a name.
func hasName(text, name string) bool {
	return text == "" || strings.Contains(name, `"`) || strings.Contains(strings.ToLower(text), strings.ToLower(name))
}

// renameInQueries renames a table where queries name it, as the server does, which
// knows tables by number. It is called before the table has its new name.
func (r *replay) renameInQueries(t *table, schema, name string) {
	r.eachQuery(t.Name, func(of *table, n *pg.Node) bool {
		renamed, aliased := false, false
		walkRanges(n, func(v *pg.RangeVar) {
			if v.GetRelname() != t.Name || r.relation(v) != t {
				return
			}
			renamed = true
			aliased = aliased || v.GetAlias() != nil
			if v.Relname = name; v.GetSchemaname() != "" || schema != t.Schema {
				v.Schemaname = schema
			}
		})
		if of == t || renamed && !aliased {
			renamed = renameQualifier(n, t.Name, name) || renamed
		}
		return renamed
	})
}

// walkRanges calls f for the relations that a query names.
func walkRanges(n *pg.Node, f func(*pg.RangeVar)) {
	ctes := ctesOf(n)
	walk(n, func(n *pg.Node) bool {
		if v := n.GetRangeVar(); v != nil && (v.GetSchemaname() != "" || !ctes[v.GetRelname()]) {
			f(v)
		}
		return true
	})
}

// renameQualifier renames the table in qualified columns.
func renameQualifier(n *pg.Node, old, name string) bool {
	found := false
	walk(n, func(n *pg.Node) bool {
		if fields := n.GetColumnRef().GetFields(); len(fields) > 1 && fields[len(fields)-2].GetString_().GetSval() == old {
			fields[len(fields)-2].GetString_().Sval = name
			found = found || old != name
		}
		return true
	})
	return found
}

// renameColumnInQueries renames a column of t where queries read it: qualified by
// the table or its alias, or bare where no other relation of the query has it. A
// result keeps the name that it had, and so does a column of JOIN .. USING, by an
// alias as the server has it.
func (r *replay) renameColumnInQueries(t *table, old, name string) {
	r.eachQuery(old, func(of *table, n *pg.Node) bool {
		joined, renamed := joinsUsing(n, old), false
		var names []string
		other := of != t && of.query == nil && of.column(old) != nil
		walkRanges(n, func(v *pg.RangeVar) {
			switch u := r.relation(v); {
			case u == t && joined:
				u.aliasColumns(v)
				renamed = true
			case u == t && v.GetAlias() != nil:
				names = append(names, v.GetAlias().GetAliasname())
			case u == t:
				names = append(names, v.GetRelname())
			case u != nil && u.column(old) != nil:
				other = true
			}
		})
		if len(names) == 0 {
			return renamed
		}
		walk(n, func(n *pg.Node) bool {
			if target := n.GetResTarget(); target.GetName() == "" && columnNamed(target.GetVal(), names, old, other) {
				target.Name = old
			}
			if columnNamed(n, names, old, other) {
				fields := n.GetColumnRef().GetFields()
				fields[len(fields)-1].GetString_().Sval = name
				renamed = true
			}
			return true
		})
		return renamed
	})
}

// joinsUsing reports whether a query joins by the name of a column.
func joinsUsing(n *pg.Node, column string) bool {
	found := false
	walk(n, func(n *pg.Node) bool {
		if j := n.GetJoinExpr(); j != nil {
			found = found || j.GetIsNatural() || slices.Contains(names(j.GetUsingClause()), column)
		}
		return true
	})
	return found
}

// aliasColumns keeps the names that a query knows the columns by.
func (t *table) aliasColumns(v *pg.RangeVar) {
	if v.Alias == nil {
		v.Alias = &pg.Alias{Aliasname: v.GetRelname()}
	}
	for _, c := range t.Columns[min(len(v.Alias.Colnames), len(t.Columns)):] {
		v.Alias.Colnames = append(v.Alias.Colnames, &pg.Node{Node: &pg.Node_String_{String_: &pg.String{Sval: c.Name}}})
	}
}

// renameFunctionInQueries renames a function where queries call it.
func (r *replay) renameFunctionInQueries(was, f *function) {
	for _, t := range r.tables {
		replaceName(t.Calls, key(was.Schema, was.Name), key(f.Schema, f.Name))
	}
	r.eachQuery(was.Name, func(_ *table, n *pg.Node) bool {
		renamed := false
		walk(n, func(n *pg.Node) bool {
			call := n.GetFuncCall()
			if call == nil {
				return true
			}
			schema, name := qualified(call.GetFuncname())
			if name != was.Name || schema != was.Schema && (schema != "" || len(r.lookupFunctions("", name)) > 0) || !was.takes(len(call.GetArgs())) {
				return true
			}
			parts := call.GetFuncname()
			parts[len(parts)-1].GetString_().Sval = f.Name
			if len(parts) > 1 {
				parts[len(parts)-2].GetString_().Sval = f.Schema
			} else if f.Schema != was.Schema {
				call.Funcname = []*pg.Node{{Node: &pg.Node_String_{String_: &pg.String{Sval: f.Schema}}}, parts[0]}
			}
			renamed = true
			return true
		})
		return renamed
	})
}

// columnNamed reports whether n is the column of one of the relations.
func columnNamed(n *pg.Node, relations []string, column string, ambiguous bool) bool {
	fields := n.GetColumnRef().GetFields()
	if len(fields) == 0 || fields[len(fields)-1].GetString_().GetSval() != column {
		return false
	}
	if len(fields) == 1 {
		return !ambiguous
	}
	return slices.Contains(relations, fields[len(fields)-2].GetString_().GetSval())
}
