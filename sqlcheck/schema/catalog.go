package schema

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A catalog is the state of the database while migrations are replayed.
type catalog struct {
	tables    map[string]*table      // by "schema.name"
	functions map[string][]*function // overloads by "schema.name"
	roles     roleSet
	schemas   map[string]*namespace
	indexes   map[string]*index      // by "schema.name"
	sequences map[string]*sequence   // by "schema.name"
	domains   map[string]*domain     // by name as in Column.Type
	read      map[*function][]string // settings, once nothing changes any more
	defaults  map[defaultKey]*defaultEntry
	settings  []*RoleSetting
	gone      map[string][]Event // histories of what was dropped, by kind and name

	publications map[string]*Publication

	login string // who connected, "" for the migrating role
	session
	outer *session // what SET LOCAL hides until the transaction ends; nil if nothing
}

// A table is a Table with what is only needed while replaying.
type table struct {
	Table
	policies []*Policy
	query    *pg.SelectStmt // a view's
	acl      acl
	indexes  []*index // in the order in which they were made
	foreign  []*foreignKey
	checks   []*check
	triggers []*trigger
	defaults map[string]*pg.Node // by column

	columnACL map[string]acl  // by column
	inherited map[string]bool // columns that are there because a parent has them, and for nothing else
}

func newCatalog() *catalog {
	return &catalog{
		tables:    map[string]*table{},
		functions: map[string][]*function{},
		roles:     roleSet{},
		schemas:   map[string]*namespace{public: publicSchema()},
		indexes:   map[string]*index{},
		sequences: map[string]*sequence{},
		domains:   map[string]*domain{},
		defaults:  map[defaultKey]*defaultEntry{},
		gone:      map[string][]Event{},
		session:   newSession(""),

		publications: map[string]*Publication{},
	}
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
	if c.temporary[name] {
		return nil
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
	if schema == "pg_temp" || c.temporary[name] {
		return t // nobody will ask for it
	}
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

func (t *table) policy(name string) *Policy {
	for _, p := range t.policies {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// move gives the relation another name.
func (r *replay) move(t *table, schema, name string) {
	old := t.key()
	r.renameInQueries(t, schema, name)
	delete(r.tables, old)
	if schema != t.Schema {
		r.moveOwned(t, schema)
	}
	for _, i := range t.indexes { // expressions may name the table
		for _, e := range i.elems {
			renameTable(e.expr, t.Name, name)
		}
		renameTable(i.where, t.Name, name)
	}
	t.Schema, t.Name = schema, name
	r.tables[t.key()] = t
	for _, other := range r.tables {
		if other.PartitionOf == old {
			other.PartitionOf = t.key()
		}
		replaceName(other.Inherits, old, t.key())
		replaceName(other.Reads, old, t.key())
		replaceName(other.CopyOf, old, t.key())
	}
	r.renamePublished(old, t.key())
	r.renameTypeInFunctions(old, t.key())
	if bare, _, _ := strings.Cut(old, "."); bare == public {
		r.renameTypeInFunctions(strings.TrimPrefix(old, public+"."), t.rowType())
	}
}

// rowType is the name of the table's rows as a type.
func (t *table) rowType() string {
	if t.Schema == public {
		return t.Name
	}
	return t.key()
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

// model freezes the state.
func (c *catalog) model(unmodelled map[string]int) *Model {
	m := &Model{Unmodelled: unmodelled}
	c.read = map[*function][]string{}
	c.temporary = map[string]bool{}
	parents := map[string]bool{}
	for _, t := range c.tables {
		for _, p := range t.Inherits {
			parents[p] = true
		}
	}
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		t := c.tables[k]
		if t.query != nil && t.Query == "" {
			t.Query = deparsed(queryNode(t.query))
		}
		out := t.Table
		out.Filters = c.viewFilters(t)
		for _, p := range t.policies {
			p.texts()
			frozen := *p
			frozen.Settings = c.policyUses(t, p)
			frozen.Calls = c.policyCalls(p)
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
	for _, f := range c.sortedFunctions() {
		if f.Schema != "pg_temp" { // gone with its session
			m.Functions = append(m.Functions, c.freezeFunction(f))
		}
	}
	m.Roles, m.Schemas, m.Defaults = c.freezeRoles(), c.freezeSchemas(), c.freezeDefaults()
	m.RoleSettings, m.Publications = c.settings, c.freezePublications()
	slices.SortFunc(m.RoleSettings, func(a, b *RoleSetting) int {
		return cmp.Or(cmp.Compare(a.Database, b.Database), cmp.Compare(a.Role, b.Role), cmp.Compare(a.Name, b.Name))
	})
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
		} else {
			out.Indexes = append(out.Indexes, i.plain())
		}
	}
	slices.SortFunc(out.Indexes, func(a, b Index) int { return strings.Compare(a.Name, b.Name) })
	for _, k := range t.checks {
		out.Checks = append(out.Checks, k.freeze(t))
	}
	slices.SortFunc(out.Checks, func(a, b Check) int { return strings.Compare(a.Name, b.Name) })
	out.Grants = t.acl.freeze(t.Owner, securedKinds["tables"])
	for _, name := range slices.Sorted(maps.Keys(t.columnACL)) {
		out.Grants = append(out.Grants, t.columnACL[name].grants(name)...)
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

func (c *catalog) sortedTables() []*table {
	var out []*table
	for _, k := range slices.Sorted(maps.Keys(c.tables)) {
		out = append(out, c.tables[k])
	}
	return out
}

func (c *catalog) sortedFunctions() []*function {
	var out []*function
	for _, k := range slices.Sorted(maps.Keys(c.functions)) {
		out = append(out, c.functions[k]...)
	}
	return out
}
