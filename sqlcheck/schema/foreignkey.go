package schema

import (
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A foreignKey is a ForeignKey that follows the tables it ties together.
type foreignKey struct {
	name     string
	table    *table
	columns  []string
	to       *table // nil for a table that no migration creates
	toName   string // "schema.name" of that one
	refs     []string
	onDelete string
	onUpdate string
	clears   []string
	// unchecked: NOT VALID, and not validated since.
	unchecked bool
	parent    *foreignKey // of the partitioned table
	at        Position
}

// A foreignDef is a constraint as written, with the columns it is about.
type foreignDef struct {
	def     *pg.Constraint
	columns []string
}

func (f *foreignKey) freeze() ForeignKey {
	out := ForeignKey{Name: f.name, Columns: f.columns, Table: f.toName, References: f.refs,
		OnDelete: f.onDelete, OnUpdate: f.onUpdate, Clears: f.clears, Unchecked: f.unchecked, At: f.at}
	if f.to != nil {
		out.Table = f.to.key()
	}
	return out
}

func (r *replay) addForeignKeys(t *table, defs []foreignDef) {
	for _, d := range defs {
		f := &foreignKey{name: d.def.GetConname(), table: t, columns: d.columns, refs: names(d.def.GetPkAttrs()),
			onDelete: action(d.def.GetFkDelAction()), onUpdate: action(d.def.GetFkUpdAction()),
			clears: names(d.def.GetFkDelSetCols()), unchecked: d.def.GetSkipValidation(), at: r.at}
		if len(f.clears) == 0 {
			f.clears = nil
		}
		if f.name == "" {
			f.name = r.freeConstraint(t, joinNames(f.columns), "fkey")
		}
		if f.to = r.relation(d.def.GetPktable()); f.to == nil {
			f.toName = key(r.newKey(d.def.GetPktable()))
		}
		if len(f.refs) == 0 {
			f.refs = f.to.primaryKey()
		}
		r.addForeignKey(f)
	}
}

func (t *table) primaryKey() []string {
	if t == nil {
		return nil
	}
	for _, i := range t.indexes {
		if i.primary {
			return i.key().Columns
		}
	}
	return nil
}

// addForeignKey gives a foreign key to a table and its partitions.
func (r *replay) addForeignKey(f *foreignKey) {
	f.table.foreign = append(f.table.foreign, f)
	if f.table.Partitioned {
		for _, part := range r.partitions(f.table) {
			r.inheritForeignKey(f, part)
		}
	}
}

// inheritForeignKey gives a partition its part of a foreign key: its own one of
// the same meaning, or a new one of the same name.
func (r *replay) inheritForeignKey(parent *foreignKey, part *table) {
	for _, own := range part.foreign {
		if own.parent == nil && own.to == parent.to && own.toName == parent.toName && slices.Equal(own.columns, parent.columns) &&
			slices.Equal(own.refs, parent.refs) && own.onDelete == parent.onDelete && own.onUpdate == parent.onUpdate {
			own.parent = parent
			return
		}
	}
	f := *parent
	f.table, f.parent, f.at = part, parent, r.at
	f.columns, f.refs, f.clears = slices.Clone(f.columns), slices.Clone(f.refs), slices.Clone(f.clears)
	if part.hasConstraint(f.name) {
		f.name = r.freeConstraint(part, joinNames(f.columns), "fkey")
	}
	r.addForeignKey(&f)
}

// validate is VALIDATE CONSTRAINT, on partitions as well.
func (r *replay) validate(t *table, name string) {
	for _, f := range t.foreign {
		if f.name != name {
			continue
		}
		f.unchecked = false
		for _, part := range r.partitions(t) {
			for _, own := range part.foreign {
				if own.parent == f {
					r.validate(part, own.name)
				}
			}
		}
	}
}

func (r *replay) dropForeignKey(f *foreignKey) {
	f.table.foreign = slices.DeleteFunc(f.table.foreign, func(o *foreignKey) bool { return o == f })
	if !f.table.Partitioned {
		return
	}
	for _, part := range r.partitions(f.table) {
		for _, o := range slices.Clone(part.foreign) {
			if o.parent == f {
				r.dropForeignKey(o)
			}
		}
	}
}

// dropReferences drops the foreign keys that rest on a key.
func (r *replay) dropReferences(t *table, k *index) {
	for _, other := range r.tables {
		for _, f := range slices.Clone(other.foreign) {
			if f.to == t && sameSet(f.refs, k.key().Columns) {
				r.dropForeignKey(f)
			}
		}
	}
}

func sameSet(a, b []string) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(s string) bool { return !slices.Contains(b, s) })
}

// action names what a foreign key does, of the letter that the parser has for it.
func action(letter string) string {
	switch letter {
	case "r":
		return "restrict"
	case "c":
		return "cascade"
	case "n":
		return "set null"
	case "d":
		return "set default"
	}
	return "no action"
}
