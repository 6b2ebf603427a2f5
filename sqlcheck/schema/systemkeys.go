package schema

import (
	"maps"
	"slices"
)

// constraintRows are pg_constraint. As with tables, a name stands for an OID.
func (c *catalog) constraintRows() []value {
	var out []value
	c.eachConstraint(func(t *table, name, kind string) {
		out = append(out, row("conname", name, "conrelid", c.regclass(t), "connamespace", t.Schema, "contype", kind))
	})
	return out
}

// informationConstraints are information_schema.table_constraints.
func (c *catalog) informationConstraints() []value {
	kinds := map[string]string{"p": "PRIMARY KEY", "u": "UNIQUE", "f": "FOREIGN KEY", "c": "CHECK"}
	var out []value
	c.eachConstraint(func(t *table, name, kind string) {
		if kinds[kind] != "" {
			out = append(out, row("constraint_schema", t.Schema, "table_schema", t.Schema, "table_name", t.Name,
				"constraint_name", name, "constraint_type", kinds[kind]))
		}
	})
	return out
}

// eachConstraint calls f for every constraint with its letter in pg_constraint.
func (c *catalog) eachConstraint(f func(t *table, name, kind string)) {
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		t := c.tables[k]
		for _, i := range t.indexes {
			switch {
			case i.primary:
				f(t, i.name, "p")
			case i.exclusion:
				f(t, i.name, "x")
			case i.constraint:
				f(t, i.name, "u")
			}
		}
		for _, fk := range t.foreign {
			f(t, fk.name, "f")
		}
		for _, k := range t.checks {
			f(t, k.name, "c")
		}
	}
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
