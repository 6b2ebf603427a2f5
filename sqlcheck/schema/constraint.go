package schema

import (
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A check is a CHECK constraint.
type check struct {
	name string
	expr *pg.Node
	own  bool // NO INHERIT
	at   Position
}

// copy makes a check of another table like this one.
func (k *check) copy(at Position) *check {
	return &check{name: k.name, expr: cloneExpr(k.expr), at: at}
}

// definitions collects the constraints of a statement, which the server makes
// after the columns: checks, then keys, then foreign keys.
type definitions struct {
	keys    []*index
	foreign []foreignDef
	checks  []*check
}

// add takes a constraint; column is the one that it stands at, "" for a
// constraint of the table.
func (d *definitions) add(c *pg.Constraint, column string) {
	columns := names(c.GetKeys())
	if column != "" {
		columns = []string{column}
	}
	switch c.GetContype() {
	case pg.ConstrType_CONSTR_PRIMARY, pg.ConstrType_CONSTR_UNIQUE:
		d.keys = append(d.keys, &index{name: c.GetConname(), elems: columnElems(columns), including: names(c.GetIncluding()),
			unique: true, constraint: true, primary: c.GetContype() == pg.ConstrType_CONSTR_PRIMARY, method: "btree",
			deferrable: c.GetDeferrable(), deferred: c.GetInitdeferred()})
	case pg.ConstrType_CONSTR_EXCLUSION:
		i := &index{name: c.GetConname(), constraint: true, exclusion: true, method: c.GetAccessMethod(),
			including: names(c.GetIncluding()), where: c.GetWhereClause()}
		for _, n := range c.GetExclusions() {
			if items := n.GetList().GetItems(); len(items) > 0 {
				i.elems = append(i.elems, elemsOf(items[:1])...)
			}
		}
		d.keys = append(d.keys, i)
	case pg.ConstrType_CONSTR_CHECK:
		d.checks = append(d.checks, &check{name: c.GetConname(), expr: c.GetRawExpr(), own: c.GetIsNoInherit()})
	case pg.ConstrType_CONSTR_FOREIGN:
		if column == "" {
			columns = names(c.GetFkAttrs())
		}
		d.foreign = append(d.foreign, foreignDef{c, columns})
	case pg.ConstrType_CONSTR_ATTR_DEFERRABLE, pg.ConstrType_CONSTR_ATTR_DEFERRED: // of the constraint before it
		if len(d.keys) > 0 {
			last := d.keys[len(d.keys)-1]
			last.deferrable = true
			last.deferred = last.deferred || c.GetContype() == pg.ConstrType_CONSTR_ATTR_DEFERRED
		}
	}
}

func (d *definitions) column(def *pg.ColumnDef) {
	for _, n := range def.GetConstraints() {
		d.add(n.GetConstraint(), def.GetColname())
	}
}

func (r *replay) addChecks(t *table, checks []*check) {
	for _, c := range checks {
		if c.name == "" {
			c.name = r.freeConstraint(t, onlyColumn(t, c.expr), "check")
		}
		if slices.ContainsFunc(t.checks, func(o *check) bool { return o.name == c.name }) {
			continue
		}
		c.at = r.at
		t.checks = append(t.checks, c)
		if c.own {
			continue
		}
		for _, child := range r.children(t) {
			if !slices.ContainsFunc(child.checks, func(o *check) bool { return o.name == c.name }) {
				child.checks = append(child.checks, c.copy(r.at))
			}
		}
	}
}

// onlyColumn returns the column of the table that the expression is about, ""
// when it is about several or none.
func onlyColumn(t *table, expr *pg.Node) string {
	found := map[string]bool{}
	walk(expr, func(n *pg.Node) bool {
		if name, _ := lastName(n.GetColumnRef().GetFields()); name != "" && t.column(name) != nil {
			found[name] = true
		}
		return true
	})
	if len(found) != 1 {
		return ""
	}
	for name := range found {
		return name
	}
	return ""
}

// addKeys makes the keys of CREATE TABLE: the primary key first, and one index
// for constraints on the same columns.
func (r *replay) addKeys(t *table, keys []*index) {
	var list []*index
	for _, k := range keys {
		if k.primary {
			list = append(list, k)
		}
	}
	for _, k := range keys {
		if k.primary {
			continue
		}
		i := slices.IndexFunc(list, func(o *index) bool {
			return sameElems(o.elems, k.elems) && slices.Equal(o.including, k.including) && o.method == k.method &&
				sameExpr(o.where, k.where) && o.exclusion == k.exclusion && o.deferrable == k.deferrable && o.deferred == k.deferred
		})
		if i < 0 {
			list = append(list, k)
		} else if list[i].name == "" {
			list[i].name = k.name
		}
	}
	for _, k := range list {
		k.table = t
		r.addIndex(k, true)
	}
}

// addConstraint is ALTER TABLE .. ADD CONSTRAINT.
func (r *replay) addConstraint(t *table, c *pg.Constraint, recurse bool) {
	if c.GetConname() != "" && t.hasConstraint(c.GetConname()) {
		return // the server would have refused
	}
	if c.GetIndexname() != "" {
		r.useIndex(t, c)
		return
	}
	var d definitions
	d.add(c, "")
	r.addChecks(t, d.checks)
	for _, k := range d.keys {
		k.table = t
		r.addIndex(k, recurse)
		if k.primary && recurse {
			r.notNull(t, k)
		}
	}
	r.addForeignKeys(t, d.foreign)
}

// notNull: ADD PRIMARY KEY makes the columns of children NOT NULL too.
func (r *replay) notNull(t *table, k *index) {
	for _, child := range r.children(t) {
		for _, e := range k.elems {
			if c := child.column(e.column); c != nil {
				c.NotNull = true
			}
		}
	}
}

// useIndex makes an index a constraint, which gives the index its name.
func (r *replay) useIndex(t *table, c *pg.Constraint) {
	i := t.index(c.GetIndexname())
	if i == nil {
		return
	}
	i.constraint, i.primary, i.at = true, c.GetContype() == pg.ConstrType_CONSTR_PRIMARY, r.at
	i.deferrable, i.deferred = c.GetDeferrable(), c.GetInitdeferred()
	if c.GetConname() != "" && c.GetConname() != i.name {
		r.renameIndex(i, c.GetConname())
	}
	if i.primary {
		for _, t := range append(r.children(t), t) {
			for _, e := range i.elems {
				if col := t.column(e.column); col != nil {
					col.NotNull = true
				}
			}
		}
	}
}

func (t *table) hasConstraint(name string) bool {
	if i := t.index(name); i != nil && i.constraint {
		return true
	}
	return slices.ContainsFunc(t.foreign, func(f *foreignKey) bool { return f.name == name }) ||
		slices.ContainsFunc(t.checks, func(c *check) bool { return c.name == name })
}

func (r *replay) dropConstraint(t *table, name string, cascade bool) {
	if i := t.index(name); i != nil && i.constraint {
		if cascade {
			r.dropReferences(t, i)
		}
		r.dropIndex(i)
		return
	}
	for _, f := range t.foreign {
		if f.name == name {
			r.dropForeignKey(f)
			return
		}
	}
	for _, t := range append(r.children(t), t) {
		t.checks = slices.DeleteFunc(t.checks, func(c *check) bool { return c.name == name })
	}
}

func (r *replay) renameConstraint(t *table, old, name string) {
	if i := t.index(old); i != nil && i.constraint {
		r.renameIndex(i, name)
		return
	}
	for _, f := range t.foreign {
		if f.name == old {
			f.name = name
			return
		}
	}
	for _, t := range append(r.children(t), t) {
		for _, c := range t.checks {
			if c.name == old {
				c.name = name
			}
		}
	}
}
