package schema

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// drop removes the relation and what can't be without it: partitions always,
// children, views and policies of other tables with CASCADE (without, the server
// would have refused).
func (r *replay) drop(t *table) {
	if r.tables[t.key()] != t {
		return
	}
	delete(r.tables, t.key())
	r.bury("table "+t.key(), t.History)
	for _, i := range t.indexes {
		delete(r.indexes, key(t.Schema, i.name))
	}
	for _, f := range r.sortedFunctions() {
		if f.hasType(t) {
			r.removeFunction(f, true)
		}
	}
	r.dropSequences(t, "")
	r.renamePublished(t.key(), "")
	for _, other := range r.sortedTables() {
		other.foreign = slices.DeleteFunc(other.foreign, func(f *foreignKey) bool { return f.to == t })
		if other.PartitionOf == t.key() || slices.Contains(other.Inherits, t.key()) || slices.Contains(other.Reads, t.key()) {
			r.drop(other)
			continue
		}
		for _, p := range slices.Clone(other.policies) {
			if (hasName(p.Using, t.Name) || hasName(p.Check, t.Name)) && r.names(p, t) {
				r.dropPolicy(other, p.Name, t.key())
			}
		}
	}
}

// hasType reports whether a function takes or returns rows of a table.
func (f *function) hasType(t *table) bool {
	is := func(name string) bool {
		name = strings.TrimSuffix(name, "[]")
		return name == t.Name && (t.Schema == public || f.Schema == t.Schema) || name == t.key()
	}
	return is(f.Returns) || slices.ContainsFunc(f.Params, func(p Param) bool { return is(p.Type) })
}

// names reports whether a policy of another table looks something up in t.
func (r *replay) names(p *Policy, t *table) bool {
	found := false
	for _, expr := range []*pg.Node{p.using, p.check} {
		walk(expr, func(n *pg.Node) bool {
			if v := n.GetRangeVar(); v != nil && v.GetRelname() == t.Name && (v.GetSchemaname() == t.Schema || v.GetSchemaname() == "" && r.relation(v) == nil) {
				found = true
			}
			return !found
		})
	}
	return found
}
