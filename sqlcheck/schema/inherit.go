package schema

import (
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// partitions returns the direct partitions of a table, sorted by name. A table
// that is a partition of itself, which no server lets be, has none.
func (r *replay) partitions(t *table) []*table {
	name := t.key()
	seen := map[string]bool{}
	for up := t.PartitionOf; up != "" && !seen[up]; {
		if seen[up] = true; up == name {
			return nil
		}
		if parent := r.tables[up]; parent != nil {
			up = parent.PartitionOf
		}
	}
	var out []*table
	for _, other := range r.tables {
		if other.PartitionOf == name {
			out = append(out, other)
		}
	}
	slices.SortFunc(out, func(a, b *table) int { return compareStrings(a.key(), b.key()) })
	return out
}

// family returns the table with those below it, or it alone for ONLY.
func (r *replay) family(t *table, recurse bool) []*table {
	if !recurse {
		return []*table{t}
	}
	return append(r.children(t), t)
}

// inheritColumns gives a table the columns and the checks of a parent. A
// partition's identity is the parent's business.
func (r *replay) inheritColumns(t, parent *table) {
	for _, c := range parent.Columns {
		if own := t.column(c.Name); own != nil {
			own.NotNull = own.NotNull || c.NotNull
			continue
		}
		t.copyColumn(parent, c, true, true, false)
		t.inherit(c.Name)
	}
	t.Incomplete = t.Incomplete || parent.Incomplete
	for _, k := range parent.checks {
		if !k.own && !slices.ContainsFunc(t.checks, func(o *check) bool { return o.name == k.name }) {
			t.checks = append(t.checks, k.copy(r.at))
		}
	}
}

// inherit notes that a column is there because of a parent.
func (t *table) inherit(column string) {
	if t.inherited == nil {
		t.inherited = map[string]bool{}
	}
	t.inherited[column] = true
}

// copyColumn adds a column of another table, with as much of it as asked for.
func (t *table) copyColumn(from *table, c Column, defaults, generated, identity bool) {
	expr := from.defaults[c.Name]
	if c.Generated && !generated || !c.Generated && !defaults {
		c.Generated, c.Default, expr = false, "", nil
	}
	c.Identity = c.Identity && identity
	t.Columns = append(t.Columns, c)
	if expr != nil {
		t.setDefault(c.Name, cloneExpr(expr), c.Default)
	}
}

// joinPartitioned gives a partition its parts of the parent's keys, triggers
// and foreign keys.
func (r *replay) joinPartitioned(part, parent *table) {
	for _, i := range slices.Clone(parent.indexes) {
		r.inheritIndex(i, part)
	}
	for _, f := range slices.Clone(parent.foreign) {
		r.inheritForeignKey(f, part)
	}
	for _, g := range parent.triggers {
		if g.Row {
			r.inheritTrigger(g, part)
		}
	}
}

// leavePartitioned is DETACH: keys and foreign keys become the table's own,
// the parent's triggers go.
func (r *replay) leavePartitioned(part *table) {
	for _, i := range part.indexes {
		i.parent = nil
	}
	for _, f := range part.foreign {
		f.parent = nil
	}
	for _, g := range slices.Clone(part.triggers) {
		if g.parent != nil {
			r.dropTrigger(part, g)
			g.parent = nil
		}
	}
}

// What LIKE .. INCLUDING asks for, from the server's TableLikeOption.
const (
	likeConstraints = 1 << 2
	likeDefaults    = 1 << 3
	likeGenerated   = 1 << 4
	likeIdentity    = 1 << 5
	likeIndexes     = 1 << 6
)

// like copies the columns of LIKE.
func (r *replay) like(t, source *table, options uint32) {
	for _, c := range source.Columns {
		if t.column(c.Name) != nil {
			continue
		}
		t.copyColumn(source, c, options&likeDefaults != 0, options&likeGenerated != 0, options&likeIdentity != 0)
		if c.Identity && options&likeIdentity != 0 {
			r.ownSequence(t, c.Name)
		}
	}
	t.Incomplete = t.Incomplete || source.Incomplete || source.Assumed
	if options&likeConstraints != 0 {
		for _, k := range source.checks {
			t.checks = append(t.checks, k.copy(r.at))
		}
	}
}

// likeKeys copies the indexes of LIKE, which the server does after the table's own.
func (r *replay) likeKeys(t *table, clause *pg.TableLikeClause) {
	source := r.relation(clause.GetRelation())
	if source == nil || clause.GetOptions()&likeIndexes == 0 {
		return
	}
	for _, i := range slices.Clone(source.indexes) {
		r.addIndex(i.copyTo(t, nil), true)
	}
}
