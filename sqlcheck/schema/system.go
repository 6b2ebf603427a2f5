package schema

import (
	"maps"
	"slices"
	"strings"
)

// systemRows gives the rows of a system catalog or information_schema view as
// the model has them; false for a relation, such as the program's own, whose
// rows are not known. A column that is missing here evaluates to unknown. The
// OID of a table stands as its name, of a schema as the schema's name.
func (c *catalog) systemRows(schema, name string) ([]value, bool) {
	if schema == "information_schema" {
		switch name {
		case "tables":
			return c.each(func(t *table) []any {
				return []any{"table_schema", t.Schema, "table_name", t.Name, "table_type", informationType(t.Kind)}
			}, BaseTable, View, ForeignTable), true
		case "views":
			return c.each(func(t *table) []any { return []any{"table_schema", t.Schema, "table_name", t.Name} }, View), true
		case "columns":
			return c.columnRows(), true
		case "table_constraints":
			return c.informationConstraints(), true
		case "key_column_usage", "constraint_column_usage":
			return c.columnUsage(name), true
		case "sequences":
			return c.sequenceRows("sequence_schema", "sequence_name"), true
		case "triggers":
			return c.informationTriggers(), true
		case "routines":
			return c.routineRows(), true
		case "schemata":
			return c.schemaRows("schema_name"), true
		}
		return nil, false
	}
	if schema != "" && schema != "pg_catalog" {
		return nil, false
	}
	switch name {
	case "pg_tables":
		return c.each(func(t *table) []any {
			return []any{"schemaname", t.Schema, "tablename", t.Name, "rowsecurity", t.RLS}
		}, BaseTable), true
	case "pg_views":
		return c.each(func(t *table) []any { return []any{"schemaname", t.Schema, "viewname", t.Name} }, View), true
	case "pg_matviews":
		return c.each(func(t *table) []any { return []any{"schemaname", t.Schema, "matviewname", t.Name} }, MaterializedView), true
	case "pg_class":
		rows := c.each(func(t *table) []any {
			return []any{"oid", c.regclass(t), "relname", t.Name, "relnamespace", t.Schema, "relkind", c.relkind(t),
				"relrowsecurity", t.RLS, "relforcerowsecurity", t.Forced, "relispartition", t.PartitionOf != ""}
		}, BaseTable, View, MaterializedView, ForeignTable)
		return append(rows, c.ownedRows()...), true
	case "pg_namespace":
		return c.schemaRows("nspname"), true
	case "pg_attribute":
		return c.attributeRows(), true
	case "pg_policies", "pg_policy":
		return c.policyRows(), true
	case "pg_roles", "pg_authid", "pg_user":
		return c.roleRows(), true
	case "pg_constraint":
		return c.constraintRows(), true
	case "pg_index":
		return c.pgIndexRows(), true
	case "pg_sequences":
		return c.sequenceRows("schemaname", "sequencename"), true
	case "pg_indexes":
		return c.indexRows(), true
	case "pg_trigger":
		return c.triggerRows(), true
	case "pg_proc":
		return c.functionRows(), true
	case "pg_publication":
		return c.publicationRows(), true
	case "pg_publication_tables":
		return c.publishedRows(), true
	case "pg_inherits":
		return c.inheritRows(), true
	}
	return nil, false
}

func informationType(k TableKind) string {
	switch k {
	case View:
		return "VIEW"
	case ForeignTable:
		return "FOREIGN"
	}
	return "BASE TABLE"
}

func (c *catalog) relkind(t *table) string {
	switch t.Kind {
	case View:
		return "v"
	case MaterializedView:
		return "m"
	case ForeignTable:
		return "f"
	}
	if t.Partitioned {
		return "p"
	}
	return "r"
}

// row makes a row of pairs of column and value.
func row(pairs ...any) value {
	v := value{kind: valRow, cols: make([]string, 0, len(pairs)/2), list: make([]value, 0, len(pairs)/2)}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.cols = append(v.cols, pairs[i].(string))
		switch x := pairs[i+1].(type) {
		case string:
			v.list = append(v.list, textValue(x))
		case bool:
			v.list = append(v.list, boolValue(x))
		case int:
			v.list = append(v.list, numberValue(x))
		default:
			v.list = append(v.list, value{})
		}
	}
	return v
}

// each makes a row of every table of the kinds, sorted by name.
func (c *catalog) each(pairs func(*table) []any, kinds ...TableKind) []value {
	var out []value
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		if t := c.tables[k]; slices.Contains(kinds, t.Kind) {
			out = append(out, row(pairs(t)...))
		}
	}
	return out
}

func (c *catalog) columnRows() []value {
	var out []value
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		t := c.tables[k]
		for _, col := range t.Columns {
			nullable := "YES"
			if col.NotNull {
				nullable = "NO"
			}
			out = append(out, row("table_schema", t.Schema, "table_name", t.Name, "column_name", col.Name,
				"data_type", col.Type, "is_nullable", nullable))
		}
	}
	return out
}

func (c *catalog) attributeRows() []value {
	var out []value
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		t := c.tables[k]
		for i, col := range t.Columns {
			out = append(out, row("attrelid", c.regclass(t), "attname", col.Name, "attnum", i+1,
				"attnotnull", col.NotNull, "attisdropped", false))
		}
	}
	return out
}

func (c *catalog) schemaRows(column string) []value {
	seen := map[string]bool{"public": true, "pg_catalog": true, "information_schema": true}
	for name := range c.schemas {
		seen[name] = true
	}
	for _, t := range c.tables {
		seen[t.Schema] = true
	}
	var out []value
	for _, s := range slices.Sorted(maps.Keys(seen)) {
		out = append(out, row(column, s, "oid", s))
	}
	return out
}

func (c *catalog) policyRows() []value {
	var out []value
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		t := c.tables[k]
		for _, p := range t.policies {
			permissive := "PERMISSIVE"
			if !p.Permissive {
				permissive = "RESTRICTIVE"
			}
			out = append(out, row("schemaname", t.Schema, "tablename", t.Name, "policyname", p.Name, "polname", p.Name,
				"polrelid", c.regclass(t), "permissive", permissive, "cmd", strings.ToUpper(p.Command)))
		}
	}
	return out
}

func (c *catalog) roleRows() []value {
	var out []value
	for _, k := range slices.Sorted(maps.Keys(c.roles)) {
		role := c.roles[k]
		out = append(out, row("rolname", role.Name, "usename", role.Name, "rolsuper", role.Superuser,
			"rolbypassrls", role.BypassRLS, "rolcanlogin", role.CanLogin))
	}
	return out
}

func (c *catalog) inheritRows() []value {
	var out []value
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		t := c.tables[k]
		parents := t.Inherits
		if t.PartitionOf != "" {
			parents = append(slices.Clone(parents), t.PartitionOf)
		}
		for _, name := range parents {
			if p := c.tables[name]; p != nil {
				out = append(out, row("inhrelid", c.regclass(t), "inhparent", c.regclass(p)))
			}
		}
	}
	return out
}
