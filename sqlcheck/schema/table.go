package schema

import (
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

func (r *replay) createTable(s *pg.CreateStmt, kind TableKind) {
	if s.GetRelation().GetRelpersistence() == "t" {
		return // temporary
	}
	t := r.create(s.GetRelation(), kind, "created")
	if t == nil {
		return
	}
	t.Partitioned = s.GetPartspec() != nil
	for _, e := range s.GetTableElts() {
		switch {
		case e.GetColumnDef() != nil:
			r.addColumn(t, e.GetColumnDef())
		case e.GetConstraint() != nil:
			r.addConstraint(t, e.GetConstraint())
		case e.GetTableLikeClause() != nil:
			if like := r.relation(e.GetTableLikeClause().GetRelation()); like != nil {
				t.Columns = append(t.Columns, like.Columns...)
			}
		}
	}
	for _, n := range s.GetInhRelations() {
		parent := n.GetRangeVar()
		name := key(r.newKey(parent))
		if p := r.relation(parent); p != nil {
			name = p.key()
			for _, c := range p.Columns {
				if t.column(c.Name) == nil {
					t.Columns = append(t.Columns, c)
				}
			}
		}
		if s.GetPartbound() != nil {
			t.PartitionOf = name
		} else {
			t.Inherits = append(t.Inherits, name)
		}
	}
}

// create makes a new relation; nil if there is one of that name already, which
// only IF NOT EXISTS lets pass.
func (r *replay) create(name *pg.RangeVar, kind TableKind, what string) *table {
	schema, rel := r.newKey(name)
	t := r.tables[key(schema, rel)]
	if t != nil && !t.Assumed {
		return nil
	}
	if t == nil {
		t = &table{Table: Table{Schema: schema, Name: rel}}
		r.tables[key(schema, rel)] = t
	}
	t.Kind, t.Assumed, t.Owner = kind, false, r.role
	r.event(t, "%s", what)
	return t
}

func (r *replay) addColumn(t *table, d *pg.ColumnDef) {
	if t.column(d.GetColname()) != nil {
		return // IF NOT EXISTS
	}
	c := Column{Name: d.GetColname(), Type: typeName(d.GetTypeName())}
	c.NotNull = d.GetIsNotNull() || isSerial(d.GetTypeName())
	for _, n := range d.GetConstraints() {
		switch n.GetConstraint().GetContype() {
		case pg.ConstrType_CONSTR_NOTNULL, pg.ConstrType_CONSTR_PRIMARY, pg.ConstrType_CONSTR_IDENTITY:
			c.NotNull = true
		}
	}
	t.Columns = append(t.Columns, c)
}

func (r *replay) addConstraint(t *table, s *pg.Constraint) {
	if s.GetContype() != pg.ConstrType_CONSTR_PRIMARY {
		return
	}
	for _, k := range names(s.GetKeys()) {
		if c := t.column(k); c != nil {
			c.NotNull = true
		}
	}
}

func (r *replay) createTableAs(s *pg.CreateTableAsStmt) {
	into := s.GetInto()
	if into.GetRel().GetRelpersistence() == "t" {
		return
	}
	kind, what := BaseTable, "created from a query"
	if s.GetObjtype() == pg.ObjectType_OBJECT_MATVIEW {
		kind, what = MaterializedView, "created"
	}
	t := r.create(into.GetRel(), kind, what)
	if t == nil {
		return
	}
	t.Columns = r.resultColumns(s.GetQuery().GetSelectStmt())
	for i, n := range names(into.GetColNames()) {
		if i < len(t.Columns) {
			t.Columns[i].Name = n
		}
	}
	if kind == MaterializedView {
		t.Reads = r.reads(s.GetQuery())
		t.query = s.GetQuery().GetSelectStmt()
	}
}

func (r *replay) createView(s *pg.ViewStmt) {
	if s.GetView().GetRelpersistence() == "t" {
		return
	}
	schema, name := r.newKey(s.GetView())
	t := r.tables[key(schema, name)]
	if t != nil && s.GetReplace() {
		r.event(t, "replaced")
	} else if t = r.create(s.GetView(), View, "created"); t == nil {
		return
	}
	t.SecurityInvoker = isTrue(option(s.GetOptions(), "security_invoker"))
	t.Columns = r.resultColumns(s.GetQuery().GetSelectStmt())
	t.Reads = r.reads(s.GetQuery())
	t.query = s.GetQuery().GetSelectStmt()
}

// resultColumns gives the columns of a query as far as that takes no types of
// expressions: plain columns, aliases and the stars of known tables. None of
// them is NOT NULL in the server's catalog.
func (r *replay) resultColumns(s *pg.SelectStmt) []Column {
	for s.GetLarg() != nil {
		s = s.GetLarg()
	}
	var from []*table
	for _, f := range s.GetFromClause() {
		walk(f, func(n *pg.Node) bool {
			if v := n.GetRangeVar(); v != nil {
				if t := r.relation(v); t != nil {
					from = append(from, t)
				}
			}
			return n.GetRangeSubselect() == nil
		})
	}
	var out []Column
	for _, n := range s.GetTargetList() {
		target := n.GetResTarget()
		fields := target.GetVal().GetColumnRef().GetFields()
		column := Column{Name: target.GetName()}
		switch {
		case len(fields) > 0 && fields[len(fields)-1].GetAStar() != nil:
			for _, t := range from {
				for _, c := range t.Columns {
					out = append(out, Column{Name: c.Name, Type: c.Type})
				}
			}
			continue
		case len(fields) > 0:
			name := fields[len(fields)-1].GetString_().GetSval()
			column.Type = typeOf(name, from)
			if column.Name == "" {
				column.Name = name
			}
		case column.Name == "" && target.GetVal().GetFuncCall() != nil:
			_, column.Name = qualified(target.GetVal().GetFuncCall().GetFuncname())
		}
		if column.Name != "" {
			out = append(out, column)
		}
	}
	return out
}

// typeOf returns the type of a column that one of the tables has.
func typeOf(name string, tables []*table) string {
	found := ""
	for _, t := range tables {
		if c := t.column(name); c != nil {
			if found != "" && found != c.Type {
				return ""
			}
			found = c.Type
		}
	}
	return found
}

// reads lists the relations that a query names.
func (r *replay) reads(query *pg.Node) []string {
	var out []string
	ctes := map[string]bool{}
	walk(query, func(n *pg.Node) bool {
		if c := n.GetCommonTableExpr(); c != nil {
			ctes[c.GetCtename()] = true
		}
		return true
	})
	walk(query, func(n *pg.Node) bool {
		v := n.GetRangeVar()
		if v == nil || v.GetSchemaname() == "" && ctes[v.GetRelname()] {
			return true
		}
		if t := r.relation(v); t != nil {
			out = append(out, t.key())
		} else {
			out = append(out, key(r.newKey(v)))
		}
		return true
	})
	slices.Sort(out)
	return slices.Compact(out)
}

func (r *replay) dropObjects(s *pg.DropStmt) {
	cascade := s.GetBehavior() == pg.DropBehavior_DROP_CASCADE
	for _, o := range s.GetObjects() {
		switch s.GetRemoveType() {
		case pg.ObjectType_OBJECT_TABLE, pg.ObjectType_OBJECT_VIEW, pg.ObjectType_OBJECT_MATVIEW, pg.ObjectType_OBJECT_FOREIGN_TABLE:
			schema, name := qualified(o.GetList().GetItems())
			if t := r.table(schema, name); t != nil {
				r.drop(t)
			}
		case pg.ObjectType_OBJECT_SCHEMA:
			r.dropSchema(o.GetString_().GetSval())
		case pg.ObjectType_OBJECT_POLICY:
			parts := o.GetList().GetItems()
			if len(parts) == 0 {
				continue
			}
			schema, name := qualified(parts[:len(parts)-1])
			if t := r.table(schema, name); t != nil {
				r.dropPolicy(t, parts[len(parts)-1].GetString_().GetSval())
			}
		case pg.ObjectType_OBJECT_FUNCTION, pg.ObjectType_OBJECT_PROCEDURE, pg.ObjectType_OBJECT_ROUTINE:
			r.dropFunction(o.GetObjectWithArgs(), cascade)
		}
	}
}

func (r *replay) dropSchema(name string) {
	for _, t := range r.tables {
		if t.Schema == name {
			r.drop(t)
		}
	}
	for k, fs := range r.functions {
		if len(fs) > 0 && fs[0].Schema == name {
			delete(r.functions, k)
		}
	}
}

func (r *replay) setSchema(s *pg.AlterObjectSchemaStmt) {
	if s.GetRelation() == nil {
		if f := s.GetObject().GetObjectWithArgs(); f != nil {
			r.moveFunction(f, s.GetNewschema(), "")
		}
		return
	}
	if t := r.relation(s.GetRelation()); t != nil {
		r.event(t, "moved from schema %s to %s", t.Schema, s.GetNewschema())
		r.move(t, s.GetNewschema(), t.Name)
	}
}

func (r *replay) setOwner(s *pg.AlterOwnerStmt) {
	if t := r.relation(s.GetRelation()); s.GetRelation() != nil && t != nil {
		t.Owner = roleName(s.GetNewowner(), r.role)
	}
}

func (r *replay) rename(s *pg.RenameStmt) {
	switch s.GetRenameType() {
	case pg.ObjectType_OBJECT_TABLE, pg.ObjectType_OBJECT_VIEW, pg.ObjectType_OBJECT_MATVIEW, pg.ObjectType_OBJECT_FOREIGN_TABLE:
		if t := r.relation(s.GetRelation()); t != nil {
			r.event(t, "renamed from %s to %s", t.Name, s.GetNewname())
			r.move(t, t.Schema, s.GetNewname())
		}
	case pg.ObjectType_OBJECT_COLUMN:
		if t := r.relation(s.GetRelation()); t != nil {
			r.renameColumn(t, s.GetSubname(), s.GetNewname())
		}
	case pg.ObjectType_OBJECT_POLICY:
		if t := r.relation(s.GetRelation()); t != nil {
			if p := t.policy(s.GetSubname()); p != nil {
				r.event(t, "policy %s renamed to %s", p.Name, s.GetNewname())
				p.Name = s.GetNewname()
			}
		}
	case pg.ObjectType_OBJECT_SCHEMA:
		r.renameSchema(s.GetSubname(), s.GetNewname())
	case pg.ObjectType_OBJECT_ROLE:
		r.renameRole(s.GetSubname(), s.GetNewname())
	case pg.ObjectType_OBJECT_FUNCTION, pg.ObjectType_OBJECT_PROCEDURE, pg.ObjectType_OBJECT_ROUTINE:
		r.moveFunction(s.GetObject().GetObjectWithArgs(), "", s.GetNewname())
	}
}

func (r *replay) renameColumn(t *table, old, name string) {
	if c := t.column(old); c != nil {
		c.Name = name
	}
	for _, p := range t.policies { // policies hold column numbers, so they follow
		renameRefs(p.using, t.Name, old, name)
		renameRefs(p.check, t.Name, old, name)
	}
	r.event(t, "column %s renamed to %s", old, name)
}

// renameRefs renames the policy's own column where the expression names it;
// inside sub-selects only qualified by the table.
func renameRefs(expr *pg.Node, tableName, old, name string) {
	walk(expr, func(n *pg.Node) bool {
		fields := n.GetColumnRef().GetFields()
		if len(fields) == 0 || fields[len(fields)-1].GetString_().GetSval() != old {
			return n.GetSubLink() == nil
		}
		if len(fields) == 1 || fields[len(fields)-2].GetString_().GetSval() == tableName {
			fields[len(fields)-1].GetString_().Sval = name
		}
		return true
	})
}

func (r *replay) renameSchema(old, name string) {
	for _, t := range r.tables {
		if t.Schema == old {
			defer r.move(t, name, t.Name)
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
}
