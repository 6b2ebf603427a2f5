package schema

import (
	"strconv"
	"unicode/utf8"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// maxName is the length in bytes to which the server cuts names.
const maxName = 63

// maxPasses bounds the search for a name that is free; no schema has as many
// indexes on the same columns.
const maxPasses = 200

// objectName is the server's makeObjectName: name1_name2_label, of which the
// longer one of the names is shortened until all fits.
func objectName(name1, name2, label string) string {
	room := maxName - len(label) - 1
	if name2 != "" {
		room--
	}
	n1, n2 := len(name1), len(name2)
	for n1+n2 > room {
		if n1 > n2 {
			n1--
		} else {
			n2--
		}
	}
	out := clip(name1, n1)
	if name2 != "" {
		out += "_" + clip(name2, n2)
	}
	return out + "_" + label
}

// clip cuts a text to at most n bytes, never inside a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// joinNames is what the server makes of several columns in a generated name.
func joinNames(columns []string) string {
	out := ""
	for _, c := range columns {
		if out != "" {
			out += "_"
		}
		out += clip(c, maxName)
		if len(out) > maxName {
			break
		}
	}
	return out
}

// freeName is the first name that no relation of the schema has; for the index
// of a constraint, no constraint either.
func (c *catalog) freeName(schema, name1, name2, label string, constraint bool) string {
	for pass := 0; ; pass++ {
		l := label
		if pass > 0 {
			l += strconv.Itoa(pass)
		}
		name := objectName(name1, name2, l)
		if !c.isRelation(schema, name) && !(constraint && c.isConstraint(schema, name)) || pass > maxPasses {
			return name
		}
	}
}

// freeConstraint names a constraint that has no index.
func (c *catalog) freeConstraint(t *table, column, label string) string {
	for pass := 0; ; pass++ {
		l := label
		if pass > 0 {
			l += strconv.Itoa(pass)
		}
		name := objectName(t.Name, column, l)
		if i := c.indexes[key(t.Schema, name)]; (i == nil || !i.constraint) && !c.isConstraint(t.Schema, name) || pass > maxPasses {
			return name
		}
	}
}

// isRelation reports whether the name is taken: indexes and sequences share
// the names of tables.
func (c *catalog) isRelation(schema, name string) bool {
	k := key(schema, name)
	return c.tables[k] != nil || c.indexes[k] != nil || c.sequences[k] != nil
}

// isConstraint reports whether a constraint without index has the name.
func (c *catalog) isConstraint(schema, name string) bool {
	for _, t := range c.tables {
		if t.Schema != schema {
			continue
		}
		for _, f := range t.foreign {
			if f.name == name {
				return true
			}
		}
		for _, k := range t.checks {
			if k.name == name {
				return true
			}
		}
	}
	return false
}

// indexColumnNames names the columns of an index, expressions too.
func indexColumnNames(elems []indexElem, including []string) []string {
	var out []string
	taken := map[string]bool{}
	add := func(name string) {
		unique := name
		for i := 1; taken[unique]; i++ {
			n := strconv.Itoa(i)
			unique = clip(name, maxName-len(n)) + n
		}
		taken[unique] = true
		out = append(out, unique)
	}
	for _, e := range elems {
		switch name := e.column; {
		case name != "":
			add(name)
		default:
			if name, _ = figureName(e.expr); name == "" {
				name = "expr"
			}
			add(name)
		}
	}
	for _, c := range including {
		add(c)
	}
	return out
}

// figureName is the name that the server gives to an expression, "" for none;
// strength 2 is a name of the expression's own, 1 one that a better one replaces.
func figureName(n *pg.Node) (name string, strength int) {
	switch {
	case n == nil:
	case n.GetColumnRef() != nil:
		return lastName(n.GetColumnRef().GetFields())
	case n.GetAIndirection() != nil:
		if name, strength = lastName(n.GetAIndirection().GetIndirection()); strength > 0 {
			return name, strength
		}
		return figureName(n.GetAIndirection().GetArg())
	case n.GetFuncCall() != nil:
		return lastName(n.GetFuncCall().GetFuncname())
	case n.GetAExpr() != nil:
		if n.GetAExpr().GetKind() == pg.A_Expr_Kind_AEXPR_NULLIF {
			return "nullif", 2
		}
	case n.GetTypeCast() != nil:
		if name, strength = figureName(n.GetTypeCast().GetArg()); strength <= 1 {
			_, name = qualified(n.GetTypeCast().GetTypeName().GetNames())
			return name, 1
		}
		return name, strength
	case n.GetCollateClause() != nil:
		return figureName(n.GetCollateClause().GetArg())
	case n.GetCaseExpr() != nil:
		if name, strength = figureName(n.GetCaseExpr().GetDefresult()); strength <= 1 {
			return "case", 1
		}
		return name, strength
	case n.GetSubLink() != nil:
		return sublinkName(n.GetSubLink())
	case n.GetCoalesceExpr() != nil:
		return "coalesce", 2
	case n.GetMinMaxExpr() != nil:
		if n.GetMinMaxExpr().GetOp() == pg.MinMaxOp_IS_GREATEST {
			return "greatest", 2
		}
		return "least", 2
	case n.GetAArrayExpr() != nil:
		return "array", 2
	case n.GetRowExpr() != nil:
		return "row", 2
	case n.GetGroupingFunc() != nil:
		return "grouping", 2
	case n.GetSqlvalueFunction() != nil:
		return valueFunctions[n.GetSqlvalueFunction().GetOp()], 2
	}
	return "", 0
}

func sublinkName(s *pg.SubLink) (string, int) {
	switch s.GetSubLinkType() {
	case pg.SubLinkType_EXISTS_SUBLINK:
		return "exists", 2
	case pg.SubLinkType_ARRAY_SUBLINK:
		return "array", 2
	case pg.SubLinkType_EXPR_SUBLINK:
		q := s.GetSubselect().GetSelectStmt()
		for q.GetLarg() != nil {
			q = q.GetLarg()
		}
		if len(q.GetTargetList()) > 0 {
			target := q.GetTargetList()[0].GetResTarget()
			if target.GetName() != "" {
				return target.GetName(), 2
			}
			return figureName(target.GetVal())
		}
	}
	return "", 0
}

// lastName returns the last part of a name that is no star.
func lastName(parts []*pg.Node) (string, int) {
	for i := len(parts) - 1; i >= 0; i-- {
		if s := parts[i].GetString_(); s != nil {
			return s.GetSval(), 2
		}
	}
	return "", 0
}

var valueFunctions = map[pg.SQLValueFunctionOp]string{
	pg.SQLValueFunctionOp_SVFOP_CURRENT_DATE:        "current_date",
	pg.SQLValueFunctionOp_SVFOP_CURRENT_TIME:        "current_time",
	pg.SQLValueFunctionOp_SVFOP_CURRENT_TIME_N:      "current_time",
	pg.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP:   "current_timestamp",
	pg.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP_N: "current_timestamp",
	pg.SQLValueFunctionOp_SVFOP_LOCALTIME:           "localtime",
	pg.SQLValueFunctionOp_SVFOP_LOCALTIME_N:         "localtime",
	pg.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP:      "localtimestamp",
	pg.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP_N:    "localtimestamp",
	pg.SQLValueFunctionOp_SVFOP_CURRENT_ROLE:        "current_role",
	pg.SQLValueFunctionOp_SVFOP_CURRENT_USER:        "current_user",
	pg.SQLValueFunctionOp_SVFOP_USER:                "user",
	pg.SQLValueFunctionOp_SVFOP_SESSION_USER:        "session_user",
	pg.SQLValueFunctionOp_SVFOP_CURRENT_CATALOG:     "current_catalog",
	pg.SQLValueFunctionOp_SVFOP_CURRENT_SCHEMA:      "current_schema",
}
