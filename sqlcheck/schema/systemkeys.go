package schema

import (
	"maps"
	"slices"
	"strings"
)

// constraintRows are pg_constraint. As with tables, a name stands for an OID.
func (c *catalog) constraintRows() []value {
	var out []value
	c.eachConstraint(func(t *table, name, kind string, fk *foreignKey) {
		to := ""
		if fk != nil && fk.to != nil {
			to = c.regclass(fk.to)
		}
		out = append(out, row("conname", name, "conrelid", c.regclass(t), "connamespace", t.Schema, "contype", kind, "confrelid", to))
	})
	return out
}

// informationConstraints are information_schema.table_constraints.
func (c *catalog) informationConstraints() []value {
	kinds := map[string]string{"p": "PRIMARY KEY", "u": "UNIQUE", "f": "FOREIGN KEY", "c": "CHECK"}
	var out []value
	c.eachConstraint(func(t *table, name, kind string, _ *foreignKey) {
		if kinds[kind] != "" {
			out = append(out, row("constraint_schema", t.Schema, "table_schema", t.Schema, "table_name", t.Name,
				"constraint_name", name, "constraint_type", kinds[kind]))
		}
	})
	return out
}

// eachConstraint calls f for every constraint with its letter in pg_constraint.
func (c *catalog) eachConstraint(f func(t *table, name, kind string, fk *foreignKey)) {
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		t := c.tables[k]
		for _, i := range t.indexes {
			switch {
			case i.primary:
				f(t, i.name, "p", nil)
			case i.exclusion:
				f(t, i.name, "x", nil)
			case i.constraint:
				f(t, i.name, "u", nil)
			}
		}
		for _, fk := range t.foreign {
			f(t, fk.name, "f", fk)
		}
		for _, k := range t.checks {
			f(t, k.name, "c", nil)
		}
	}
}

// columnUsage are the views of information_schema that have a row for a column
// of a constraint: key_column_usage the columns that it is on,
// constraint_column_usage those that it needs, which may be another table's.
func (c *catalog) columnUsage(view string) []value {
	var out []value
	add := func(t *table, name string, of *table, columns []string) {
		for _, column := range columns {
			out = append(out, row("constraint_schema", t.Schema, "constraint_name", name, "table_schema", of.Schema,
				"table_name", of.Name, "column_name", column))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		t := c.tables[k]
		for _, i := range t.indexes {
			if i.constraint {
				add(t, i.name, t, i.key().Columns)
			}
		}
		for _, f := range t.foreign {
			if view == "key_column_usage" {
				add(t, f.name, t, f.columns)
			} else if f.to != nil {
				add(t, f.name, f.to, f.refs)
			}
		}
		if view == "key_column_usage" {
			continue
		}
		for _, k := range t.checks {
			for _, col := range t.Columns {
				if refersTo(k.expr, t.Name, col.Name) {
					add(t, k.name, t, []string{col.Name})
				}
			}
		}
	}
	return out
}

// ownedRows are what pg_class has of indexes and sequences.
func (c *catalog) ownedRows() []value {
	var out []value
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		t := c.tables[k]
		kind := "i"
		if t.Partitioned {
			kind = "I"
		}
		for _, i := range t.indexes {
			out = append(out, row("oid", i.oid(), "relname", i.name, "relnamespace", t.Schema, "relkind", kind,
				"relispartition", i.parent != nil))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(c.sequences)) {
		schema, name, _ := strings.Cut(k, ".")
		out = append(out, row("oid", k, "relname", name, "relnamespace", schema, "relkind", "S"))
	}
	return out
}

// oid stands for an index as regclass does for a table.
func (i *index) oid() string {
	if i.table.Schema == "public" {
		return i.name
	}
	return key(i.table.Schema, i.name)
}

// pgIndexRows are pg_index.
func (c *catalog) pgIndexRows() []value {
	var out []value
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		t := c.tables[k]
		for _, i := range t.indexes {
			out = append(out, row("indexrelid", i.oid(), "indrelid", c.regclass(t), "indisunique", i.unique,
				"indisprimary", i.primary, "indisvalid", true))
		}
	}
	return out
}

func (c *catalog) sequenceRows(schemaColumn, nameColumn string) []value {
	var out []value
	for _, k := range slices.Sorted(maps.Keys(c.sequences)) {
		schema, name, _ := strings.Cut(k, ".")
		out = append(out, row(schemaColumn, schema, nameColumn, name))
	}
	return out
}

// indexRows are pg_indexes.
func (c *catalog) indexRows() []value {
	var out []value
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		for _, i := range c.tables[k].indexes {
			out = append(out, row("schemaname", c.tables[k].Schema, "tablename", c.tables[k].Name, "indexname", i.name))
		}
	}
	return out
}

// triggerRows are pg_trigger.
func (c *catalog) triggerRows() []value {
	var out []value
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		for _, g := range c.tables[k].triggers {
			out = append(out, row("tgname", g.Name, "tgrelid", c.regclass(c.tables[k]), "tgisinternal", false))
		}
	}
	return out
}

// informationTriggers are information_schema.triggers, a row an event.
func (c *catalog) informationTriggers() []value {
	var out []value
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		t := c.tables[k]
		for _, g := range t.triggers {
			for _, e := range []struct {
				on   bool
				name string
			}{{g.Insert, "INSERT"}, {g.Update, "UPDATE"}, {g.Delete, "DELETE"}} {
				if e.on {
					out = append(out, row("trigger_schema", t.Schema, "event_object_schema", t.Schema, "event_object_table", t.Name,
						"trigger_name", g.Name, "event_manipulation", e.name))
				}
			}
		}
	}
	return out
}
