package schema

import (
	"maps"
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A namespace is a Schema with what is only needed while replaying.
type namespace struct {
	Schema
	acl acl
}

// publicSchema is what every database has. Since PostgreSQL 15 not everybody may
// create in it.
func publicSchema() *namespace {
	n := &namespace{Schema: Schema{Name: public, Assumed: true}}
	n.acl = append(defaultACL("", securedKinds["schemas"]), aclItem{grantee: public, has: privUsage, origin: BuiltIn})
	return n
}

// namespace returns a schema, and makes one up when no migration created it.
func (r *replay) namespace(name string) *namespace {
	if r.schemas[name] == nil {
		r.schemas[name] = &namespace{Schema: Schema{Name: name, Assumed: true, At: r.at}}
	}
	return r.schemas[name]
}

func (r *replay) createSchema(s *pg.CreateSchemaStmt) {
	owner := r.role
	if s.GetAuthrole() != nil {
		owner = r.ownerOf(s.GetAuthrole())
	}
	name := s.GetSchemaname()
	if name == "" {
		name = owner
	}
	if name == "" { // AUTHORIZATION CURRENT_USER, whoever that is
		r.skip("CREATE SCHEMA")
		return
	}
	saved := r.session
	r.role = owner
	if old := r.schemas[name]; old == nil || old.Assumed && name != public {
		n := &namespace{Schema: Schema{Name: name, Owner: owner, At: r.at}, acl: r.newACL("schemas", "")}
		n.History = append(r.gone["schema "+name], r.record(Created, "", "created"))
		r.schemas[name] = n
	}
	r.searchPath = []string{name}
	elements := slices.Clone(s.GetSchemaElts())
	slices.SortStableFunc(elements, func(a, b *pg.Node) int { return elementOrder(a) - elementOrder(b) })
	for _, e := range elements {
		r.statement(e, "", -1)
	}
	r.session = saved
}

// elementOrder is the order in which the server makes the elements of a schema.
func elementOrder(n *pg.Node) int {
	switch {
	case n.GetCreateSeqStmt() != nil:
		return 0
	case n.GetCreateStmt() != nil:
		return 1
	case n.GetViewStmt() != nil:
		return 2
	case n.GetIndexStmt() != nil:
		return 3
	case n.GetCreateTrigStmt() != nil:
		return 4
	}
	return 5
}

func (r *replay) dropSchema(name string) {
	for _, t := range r.sortedTables() {
		if t.Schema == name {
			r.drop(t)
		}
	}
	for _, f := range r.sortedFunctions() {
		if f.Schema == name {
			r.removeFunction(f, true)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(r.sequences)) {
		if strings.HasPrefix(k, name+".") {
			delete(r.sequences, k)
		}
	}
	for k := range r.defaults {
		if k.schema == name {
			delete(r.defaults, k)
		}
	}
	if n := r.schemas[name]; n != nil {
		r.bury("schema "+name, n.History)
		delete(r.schemas, name)
	}
}

// bury keeps the history of what is dropped, in case that it is made anew.
func (r *replay) bury(what string, history []Event) {
	r.gone[what] = append(history, r.record(Dropped, "", "dropped"))
}

func (r *replay) renameSchema(old, name string) {
	if n := r.schemas[old]; n != nil {
		delete(r.schemas, old)
		n.Name = name
		n.History = append(n.History, r.record(Renamed, "", "renamed from %s to %s", old, name))
		r.schemas[name] = n
	}
	for k, e := range r.defaults {
		if k.schema == old {
			delete(r.defaults, k)
			k.schema = name
			r.defaults[k] = e
		}
	}
	for _, p := range r.publications {
		replaceName(p.Schemas, old, name)
		slices.Sort(p.Schemas)
	}
	for _, t := range r.sortedTables() {
		if t.Schema == old {
			r.move(t, name, t.Name)
		}
	}
	for k, fs := range r.functions {
		if len(fs) > 0 && fs[0].Schema == old {
			delete(r.functions, k)
			for _, f := range fs {
				f.Schema = name
			}
			r.functions[key(name, fs[0].Name)] = fs
		}
	}
	for _, k := range slices.Sorted(maps.Keys(r.sequences)) {
		if schema, seq, _ := strings.Cut(k, "."); schema == old && r.sequences[k].table == nil {
			r.moveSequence(k, name, seq)
		}
	}
	for _, t := range r.tables {
		for _, g := range t.triggers {
			if g.Function.Schema == old {
				g.Function.Schema = name
			}
		}
	}
}

func (c *catalog) freezeSchemas() []*Schema {
	var out []*Schema
	for _, k := range slices.Sorted(maps.Keys(c.schemas)) {
		n := c.schemas[k]
		frozen := n.Schema
		frozen.Grants = n.acl.freeze(n.Owner, securedKinds["schemas"])
		out = append(out, &frozen)
	}
	return out
}
