package schema

import (
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// An index is an index of a table, with its constraint if it is one's.
type index struct {
	name       string
	table      *table
	elems      []indexElem
	including  []string
	names      []string // its own names of its columns, which stay when the table's change
	unique     bool
	primary    bool
	constraint bool
	exclusion  bool
	deferrable bool
	deferred   bool
	method     string
	where      *pg.Node
	parent     *index // of the partitioned table, when this is a partition's part of it
	at         Position
}

// An indexElem is a column or, with column "", an expression.
type indexElem struct {
	column string
	expr   *pg.Node
}

func columnElems(columns []string) []indexElem {
	out := make([]indexElem, len(columns))
	for i, c := range columns {
		out[i].column = c
	}
	return out
}

func (i *index) key() Key {
	k := Key{Name: i.name, Leads: i.leads(), Primary: i.primary, Constraint: i.constraint, Partial: i.where != nil, At: i.at}
	for _, e := range i.elems {
		k.Columns = append(k.Columns, e.column)
	}
	return k
}

// plain gives an index that is no key.
func (i *index) plain() Index {
	out := Index{Name: i.name, Leads: i.leads(), Method: i.method, Partial: i.where != nil, At: i.at}
	for _, e := range i.elems {
		out.Columns = append(out.Columns, e.column)
	}
	return out
}

// leads is the column that the first element is made of, "" for several or none.
func (i *index) leads() string {
	if len(i.elems) == 0 {
		return ""
	}
	if i.elems[0].column != "" {
		return i.elems[0].column
	}
	found := map[string]bool{}
	last := ""
	walk(i.elems[0].expr, func(n *pg.Node) bool {
		if fields := n.GetColumnRef().GetFields(); len(fields) > 0 {
			last = fields[len(fields)-1].GetString_().GetSval()
			found[last] = true
		}
		return true
	})
	if len(found) != 1 {
		return ""
	}
	return last
}

// uses reports whether the index goes when the column does.
func (i *index) uses(column string) bool {
	for _, e := range i.elems {
		if e.column == column || e.expr != nil && refersTo(e.expr, i.table.Name, column) {
			return true
		}
	}
	return slices.Contains(i.including, column) || refersTo(i.where, i.table.Name, column)
}

func (i *index) renameColumn(old, name string) {
	for j := range i.elems {
		if i.elems[j].column == old {
			i.elems[j].column = name
		}
		renameRefs(i.elems[j].expr, i.table.Name, old, name)
	}
	replaceName(i.including, old, name)
	renameRefs(i.where, i.table.Name, old, name)
}

// same reports whether a partition's index can stand for its parent's.
func (i *index) same(o *index) bool {
	return i.unique == o.unique && i.exclusion == o.exclusion && sameElems(i.elems, o.elems) &&
		slices.Equal(i.including, o.including) && i.method == o.method && sameExpr(i.where, o.where)
}

func sameElems(a, b []indexElem) bool {
	return slices.EqualFunc(a, b, func(x, y indexElem) bool {
		return x.column == y.column && sameExpr(x.expr, y.expr)
	})
}

// sameExpr compares expressions by their text.
func sameExpr(a, b *pg.Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, err1 := pg.Deparse(a)
	y, err2 := pg.Deparse(b)
	return err1 == nil && err2 == nil && x == y
}

// createIndex is CREATE INDEX.
func (r *replay) createIndex(s *pg.IndexStmt) {
	t := r.relation(s.GetRelation())
	if t == nil || s.GetIdxname() != "" && r.isRelation(t.Schema, s.GetIdxname()) {
		return // IF NOT EXISTS, or the server would have refused
	}
	i := &index{name: s.GetIdxname(), table: t, unique: s.GetUnique(), method: s.GetAccessMethod(), where: s.GetWhereClause()}
	i.elems = elemsOf(s.GetIndexParams())
	for _, n := range s.GetIndexIncludingParams() {
		i.including = append(i.including, n.GetIndexElem().GetName())
	}
	r.addIndex(i, s.GetRelation().GetInh())
}

func elemsOf(params []*pg.Node) []indexElem {
	var out []indexElem
	for _, n := range params {
		e := n.GetIndexElem()
		elem := indexElem{e.GetName(), e.GetExpr()}
		expr := e.GetExpr()
		for expr.GetCollateClause() != nil {
			expr = expr.GetCollateClause().GetArg()
		}
		if fields := expr.GetColumnRef().GetFields(); len(fields) == 1 { // ((a)) is a column
			elem = indexElem{column: fields[0].GetString_().GetSval()}
		}
		out = append(out, elem)
	}
	return out
}

// addIndex makes an index, and those of the partitions.
func (r *replay) addIndex(i *index, recurse bool) {
	t := i.table
	if i.primary {
		if slices.ContainsFunc(t.indexes, func(o *index) bool { return o.primary }) {
			return // the server would have refused
		}
		for _, e := range i.elems {
			if c := t.column(e.column); c != nil {
				c.NotNull = true
			}
		}
	}
	if i.names == nil {
		i.names = indexColumnNames(i.elems, i.including)
	}
	if i.name == "" {
		columns := joinNames(i.names)
		switch {
		case i.primary:
			i.name = r.freeName(t.Schema, t.Name, "", "pkey", true)
		case i.exclusion:
			i.name = r.freeName(t.Schema, t.Name, columns, "excl", true)
		case i.constraint:
			i.name = r.freeName(t.Schema, t.Name, columns, "key", true)
		default:
			i.name = r.freeName(t.Schema, t.Name, columns, "idx", false)
		}
	} else if r.indexes[key(t.Schema, i.name)] != nil {
		return // the server would have refused
	}
	i.at = r.at
	r.indexes[key(t.Schema, i.name)] = i
	t.indexes = append(t.indexes, i)
	if recurse && t.Partitioned {
		for _, part := range r.partitions(t) {
			r.inheritIndex(i, part)
		}
	}
}

// inheritIndex gives a partition its part of an index: one that it has already,
// or a new one.
func (r *replay) inheritIndex(parent *index, part *table) {
	for _, own := range part.indexes {
		if own.parent == nil && own.same(parent) && (own.constraint || !parent.constraint) {
			r.attachIndex(parent, own)
			return
		}
	}
	r.addIndex(parent.copyTo(part, parent), true)
}

// attachIndex makes an index a part of another, below which its own parts stay.
func (r *replay) attachIndex(parent, child *index) {
	child.parent = parent
}

// copyTo makes an index of another table like this one; the server names it.
func (i *index) copyTo(t *table, parent *index) *index {
	out := *i
	out.name, out.table, out.parent = "", t, parent
	out.elems = slices.Clone(i.elems)
	for j := range out.elems {
		out.elems[j].expr = cloneExpr(out.elems[j].expr)
	}
	out.including = slices.Clone(i.including)
	out.where = cloneExpr(i.where)
	return &out
}

// dropIndex drops an index, its constraint and its parts in partitions.
func (r *replay) dropIndex(i *index) {
	if r.indexes[key(i.table.Schema, i.name)] == i {
		delete(r.indexes, key(i.table.Schema, i.name))
	}
	i.table.indexes = slices.DeleteFunc(i.table.indexes, func(o *index) bool { return o == i })
	if !i.table.Partitioned {
		return
	}
	for _, part := range r.partitions(i.table) {
		for _, o := range slices.Clone(part.indexes) {
			if o.parent == i {
				r.dropIndex(o)
			}
		}
	}
}

// findIndex finds an index as the server does, or by its bare name.
func (c *catalog) findIndex(schema, name string) *index {
	if schema != "" {
		return c.indexes[key(schema, name)]
	}
	for _, s := range append(slices.Clone(c.searchPath), "public") {
		if i := c.indexes[key(s, name)]; i != nil {
			return i
		}
	}
	var found *index
	for _, i := range c.indexes {
		if i.name == name {
			if found != nil {
				return nil
			}
			found = i
		}
	}
	return found
}

// renameIndex also renames its constraint, which has the same name.
func (r *replay) renameIndex(i *index, name string) {
	if r.isRelation(i.table.Schema, name) {
		return
	}
	delete(r.indexes, key(i.table.Schema, i.name))
	i.name = name
	r.indexes[key(i.table.Schema, name)] = i
}

func (t *table) index(name string) *index {
	for _, i := range t.indexes {
		if i.name == name {
			return i
		}
	}
	return nil
}
