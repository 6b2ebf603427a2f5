package schema

import (
	"maps"
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A catalog is the state of the database while migrations are replayed.
type catalog struct {
	tables     map[string]*table      // by "schema.name"
	functions  map[string][]*function // overloads by "schema.name"
	roles      map[string]*Role
	schemas    map[string]bool
	indexes    map[string]*index      // by "schema.name"
	sequences  map[string]*sequence   // by "schema.name"
	domains    map[string]*domain     // by name as in Column.Type
	read       map[*function][]string // settings, once nothing changes any more
	searchPath []string               // search_path in effect; the first one receives new objects
	localPath  []string               // what SET LOCAL search_path hides until the transaction ends; nil if nothing
	role       string                 // SET ROLE in effect
}

// A table is a Table with what is only needed while replaying.
type table struct {
	Table
	policies []*policy
	query    *pg.SelectStmt // a view's
	indexes  []*index       // in the order in which they were made
	foreign  []*foreignKey
	checks   []*check
	triggers []*trigger
	defaults map[string]*pg.Node // by column
}

// A policy is a Policy with its parsed expressions.
type policy struct {
	Policy
	using, check *pg.Node
}

func newCatalog() *catalog {
	return &catalog{
		tables:     map[string]*table{},
		functions:  map[string][]*function{},
		roles:      map[string]*Role{},
		schemas:    map[string]bool{},
		indexes:    map[string]*index{},
		sequences:  map[string]*sequence{},
		domains:    map[string]*domain{},
		searchPath: []string{"public"},
	}
}

// session forgets what a new connection would not know.
func (c *catalog) session() {
	c.searchPath, c.localPath, c.role = []string{"public"}, nil, ""
}

// endTransaction ends what SET LOCAL did.
func (c *catalog) endTransaction() {
	if c.localPath != nil {
		c.searchPath, c.localPath = c.localPath, nil
	}
}

// setPath applies SET search_path.
func (c *catalog) setPath(names []string, local bool) {
	var path []string
	for _, n := range names {
		if n = strings.TrimSpace(n); n != "" && n != "$user" && n != "pg_catalog" && n != "pg_temp" {
			path = append(path, n)
		}
	}
	if local && c.localPath == nil {
		c.localPath = c.searchPath
	}
	c.searchPath = path
}

// creationSchema is where an object named without schema goes.
func (c *catalog) creationSchema() string {
	if len(c.searchPath) > 0 {
		return c.searchPath[0]
	}
	return "public"
}

func key(schema, name string) string { return schema + "." + name }

// newKey is the key of a relation about to be created.
func (c *catalog) newKey(r *pg.RangeVar) (schema, name string) {
	if r.GetSchemaname() != "" {
		return r.GetSchemaname(), r.GetRelname()
	}
	return c.creationSchema(), r.GetRelname()
}

// table finds a relation as the server does, or by its bare name when only one
// schema has it: a search_path may come from the connection string or the role.
func (c *catalog) table(schema, name string) *table {
	if schema != "" {
		return c.tables[key(schema, name)]
	}
	for _, s := range c.searchPath {
		if t := c.tables[key(s, name)]; t != nil {
			return t
		}
	}
	if t := c.tables[key("public", name)]; t != nil {
		return t
	}
	var found *table
	for _, t := range c.tables {
		if t.Name == name {
			if found != nil {
				return nil
			}
			found = t
		}
	}
	return found
}

func (c *catalog) relation(r *pg.RangeVar) *table {
	return c.table(r.GetSchemaname(), r.GetRelname())
}

// assume returns the relation, and makes one up when no migration created it.
func (c *catalog) assume(schema, name string) *table {
	if t := c.table(schema, name); t != nil {
		return t
	}
	if schema == "" {
		schema = c.creationSchema()
	}
	t := &table{Table: Table{Schema: schema, Name: name, Assumed: true}}
	c.tables[key(schema, name)] = t
	return t
}

func (t *table) key() string { return key(t.Schema, t.Name) }

func (t *table) column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

func (t *table) policy(name string) *policy {
	for _, p := range t.policies {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// move gives the relation another name.
func (c *catalog) move(t *table, schema, name string) {
	old := t.key()
	delete(c.tables, old)
	if schema != t.Schema {
		c.moveOwned(t, schema)
	}
	for _, i := range t.indexes { // expressions may name the table
		for _, e := range i.elems {
			renameTable(e.expr, t.Name, name)
		}
		renameTable(i.where, t.Name, name)
	}
	t.Schema, t.Name = schema, name
	c.tables[t.key()] = t
	for _, other := range c.tables {
		if other.PartitionOf == old {
			other.PartitionOf = t.key()
		}
		replaceName(other.Inherits, old, t.key())
		replaceName(other.Reads, old, t.key())
	}
}

// moveOwned takes a table's indexes and sequences along into another schema.
func (c *catalog) moveOwned(t *table, schema string) {
	for _, i := range t.indexes {
		delete(c.indexes, key(t.Schema, i.name))
		c.indexes[key(schema, i.name)] = i
	}
	for _, k := range slices.Sorted(maps.Keys(c.sequences)) {
		if c.sequences[k].table == t {
			c.moveSequence(k, schema, strings.TrimPrefix(k, t.Schema+"."))
		}
	}
}

// renameTable renames the table where an expression of its own names it.
func renameTable(expr *pg.Node, old, name string) {
	walk(expr, func(n *pg.Node) bool {
		if fields := n.GetColumnRef().GetFields(); len(fields) > 1 && fields[len(fields)-2].GetString_().GetSval() == old {
			fields[len(fields)-2].GetString_().Sval = name
		}
		return true
	})
}

func replaceName(names []string, old, now string) {
	for i, n := range names {
		if n == old {
			names[i] = now
		}
	}
}

// drop removes the relation and what can't be without it: partitions always,
// children and views with CASCADE (without, the server would have refused).
func (c *catalog) drop(t *table) {
	if c.tables[t.key()] != t {
		return
	}
	delete(c.tables, t.key())
	for _, i := range t.indexes {
		delete(c.indexes, key(t.Schema, i.name))
	}
	c.dropSequences(t, "")
	for _, other := range c.tables {
		other.foreign = slices.DeleteFunc(other.foreign, func(f *foreignKey) bool { return f.to == t })
	}
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		other := c.tables[k]
		if other != nil && (other.PartitionOf == t.key() || slices.Contains(other.Inherits, t.key()) || slices.Contains(other.Reads, t.key())) {
			c.drop(other)
		}
	}
}

// model freezes the state.
func (c *catalog) model(unmodelled map[string]int) *Model {
	m := &Model{Unmodelled: unmodelled}
	c.read = map[*function][]string{}
	parents := map[string]bool{}
	for _, t := range c.tables {
		for _, p := range t.Inherits {
			parents[p] = true
		}
	}
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		t := c.tables[k]
		out := t.Table
		out.Filters = c.viewFilters(t)
		for _, p := range t.policies {
			frozen := p.Policy
			frozen.Settings = c.policyUses(t, p)
			out.Policies = append(out.Policies, &frozen)
		}
		slices.SortFunc(out.Policies, func(a, b *Policy) int { return strings.Compare(a.Name, b.Name) })
		c.freeze(t, &out)
		out.Inherited = parents[k]
		m.Tables = append(m.Tables, &out)
	}
	slices.SortFunc(m.Tables, func(a, b *Table) int {
		if a.Schema != b.Schema {
			return strings.Compare(a.Schema, b.Schema)
		}
		return strings.Compare(a.Name, b.Name)
	})
	for _, k := range slices.Sorted(maps.Keys(c.functions)) {
		for _, f := range c.functions[k] {
			if f.Schema == "pg_temp" {
				continue // gone with its session
			}
			out := f.Function
			out.Settings = c.functionSettings(f)
			m.Functions = append(m.Functions, &out)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(c.roles)) {
		m.Roles = append(m.Roles, c.roles[k])
	}
	return m
}

// freeze fills in the keys, triggers and defaults of a table.
func (c *catalog) freeze(t *table, out *Table) {
	out.Columns = slices.Clone(t.Columns)
	for i := range out.Columns {
		col := &out.Columns[i]
		expr := t.defaults[col.Name]
		if d := c.domains[col.Type]; d != nil && col.Default == "" {
			col.Default, expr = d.text, d.expr
		}
		if expr != nil {
			col.DefaultSettings = c.expressionSettings(expr)
		}
	}
	for _, i := range t.indexes {
		if i.unique {
			out.Keys = append(out.Keys, i.key())
		}
	}
	slices.SortFunc(out.Keys, func(a, b Key) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range t.foreign {
		out.ForeignKeys = append(out.ForeignKeys, f.freeze())
	}
	slices.SortFunc(out.ForeignKeys, func(a, b ForeignKey) int { return strings.Compare(a.Name, b.Name) })
	for _, g := range t.triggers {
		out.Triggers = append(out.Triggers, c.freezeTrigger(g))
	}
	slices.SortFunc(out.Triggers, func(a, b Trigger) int { return strings.Compare(a.Name, b.Name) })
}
