package schema

import (
	"maps"
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// functionRows are pg_proc. The OID of a function stands as what ::regprocedure prints.
func (c *catalog) functionRows() []value {
	var out []value
	for _, f := range c.sortedFunctions() {
		kind := "f"
		if f.Procedure {
			kind = "p"
		}
		out = append(out, row("oid", regprocedure(f), "proname", f.Name, "pronamespace", f.Schema, "prokind", kind,
			"prosecdef", f.SecurityDefiner, "proleakproof", f.Leakproof, "proisstrict", f.Strict))
	}
	return out
}

func (c *catalog) routineRows() []value {
	var out []value
	for _, f := range c.sortedFunctions() {
		kind := "FUNCTION"
		if f.Procedure {
			kind = "PROCEDURE"
		}
		security := "INVOKER"
		if f.SecurityDefiner {
			security = "DEFINER"
		}
		out = append(out, row("routine_schema", f.Schema, "routine_name", f.Name, "routine_type", kind, "security_type", security,
			"specific_schema", f.Schema))
	}
	return out
}

// regprocedure names a function so that a statement can: with its schema, which the
// server leaves out where search_path leads to it.
func regprocedure(f *function) string {
	return plpgsql.QuoteIdent(f.Schema) + "." + plpgsql.QuoteIdent(f.Name) + "(" + strings.Join(f.Args, ",") + ")"
}

// identityArguments are those of what regprocedure names.
func identityArguments(text string) value {
	if i := strings.Index(text, "("); i >= 0 && strings.HasSuffix(text, ")") {
		return textValue(text[i+1 : len(text)-1])
	}
	return value{}
}

// asksForFunctions reports whether a query is about functions. The server and its
// extensions have many that no migration makes, so that none found says nothing.
func asksForFunctions(query *pg.Node) bool {
	found := false
	walkRanges(query, func(v *pg.RangeVar) {
		found = found || v.GetRelname() == "pg_proc" || v.GetRelname() == "routines"
	})
	return found
}

func (c *catalog) publicationRows() []value {
	var out []value
	for _, k := range slices.Sorted(maps.Keys(c.publications)) {
		out = append(out, row("pubname", k, "puballtables", c.publications[k].AllTables))
	}
	return out
}

func (c *catalog) publishedRows() []value {
	var out []value
	for _, k := range slices.Sorted(maps.Keys(c.publications)) {
		p := c.publications[k]
		for _, t := range c.sortedTables() {
			listed := slices.ContainsFunc(p.Tables, func(o PublishedTable) bool { return o.Table == t.key() })
			if t.Kind == BaseTable && (p.AllTables || listed || slices.Contains(p.Schemas, t.Schema)) {
				out = append(out, row("pubname", k, "schemaname", t.Schema, "tablename", t.Name))
			}
		}
	}
	return out
}
