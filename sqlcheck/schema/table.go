package schema

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

func (r *replay) createTable(s *pg.CreateStmt, kind TableKind) {
	if r.isTemporary(s.GetRelation()) {
		return
	}
	t := r.create(s.GetRelation(), kind, "created")
	if t == nil {
		return
	}
	t.Partitioned = s.GetPartspec() != nil
	t.Incomplete = s.GetOfTypename() != nil
	var parents []*table
	for _, n := range s.GetInhRelations() {
		p := r.relation(n.GetRangeVar())
		name := key(r.newKey(n.GetRangeVar()))
		if p != nil {
			name = p.key()
			parents = append(parents, p)
			r.inheritColumns(t, p)
		} else {
			t.Incomplete = true
		}
		if s.GetPartbound() != nil {
			t.PartitionOf = name
		} else {
			t.Inherits = append(t.Inherits, name)
		}
	}
	var d definitions
	for _, e := range s.GetTableElts() {
		switch {
		case e.GetColumnDef() != nil:
			r.defineColumn(t, e.GetColumnDef())
			d.column(e.GetColumnDef())
		case e.GetConstraint() != nil:
			d.add(e.GetConstraint(), "")
		case e.GetTableLikeClause() != nil:
			if like := r.relation(e.GetTableLikeClause().GetRelation()); like != nil {
				r.like(t, like, e.GetTableLikeClause().GetOptions())
				t.CopyOf = sortedSet(append(t.CopyOf, like.key()))
			} else {
				t.Incomplete = true
			}
		}
	}
	r.addChecks(t, d.checks)
	if s.GetPartbound() != nil {
		for _, p := range parents {
			r.joinPartitioned(t, p)
		}
	}
	r.addKeys(t, d.keys)
	for _, e := range s.GetTableElts() {
		if e.GetTableLikeClause() != nil {
			r.likeKeys(t, e.GetTableLikeClause())
		}
	}
	r.addForeignKeys(t, d.foreign)
}

// isTemporary reports whether a new relation is a temporary one, which hides one
// of its name as long as the session lasts.
func (r *replay) isTemporary(name *pg.RangeVar) bool {
	if name.GetRelpersistence() != "t" && name.GetSchemaname() != "pg_temp" {
		return false
	}
	r.temporary[name.GetRelname()] = true
	return true
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
		t = &table{Table: Table{Schema: schema, Name: rel, History: r.gone["table "+key(schema, rel)]}}
		r.tables[key(schema, rel)] = t
	}
	t.Kind, t.Assumed, t.Owner = kind, false, r.role
	t.acl = r.newACL("tables", schema)
	r.event(t, Created, "", "%s", what)
	return t
}

// addColumn is ALTER TABLE .. ADD COLUMN. Children get the column with its
// default, partitions also their part of its keys.
func (r *replay) addColumn(t *table, def *pg.ColumnDef, recurse bool) {
	if t.column(def.GetColname()) != nil {
		return // IF NOT EXISTS
	}
	r.defineColumn(t, def)
	added := *t.column(def.GetColname())
	if recurse {
		for _, child := range r.children(t) {
			if own := child.column(added.Name); own != nil {
				own.NotNull = own.NotNull || added.NotNull
			} else {
				child.copyColumn(t, added, true, true, false)
				child.inherit(added.Name)
			}
		}
	}
	var d definitions
	d.column(def)
	r.addChecks(t, d.checks)
	for _, k := range d.keys {
		k.table = t
		r.addIndex(k, recurse)
	}
	r.addForeignKeys(t, d.foreign)
}

// defineColumn adds a column, or adds to one that is inherited.
func (r *replay) defineColumn(t *table, d *pg.ColumnDef) {
	c := t.column(d.GetColname())
	delete(t.inherited, d.GetColname())
	if c == nil {
		t.Columns = append(t.Columns, Column{Name: d.GetColname(), Type: typeName(d.GetTypeName())})
		c = &t.Columns[len(t.Columns)-1]
	}
	c.NotNull = c.NotNull || d.GetIsNotNull()
	if isSerial(d.GetTypeName()) {
		c.NotNull = true
		t.setDefault(c.Name, nil, serialDefault(t.Schema, r.ownSequence(t, c.Name)))
	}
	for _, n := range d.GetConstraints() {
		switch n := n.GetConstraint(); n.GetContype() {
		case pg.ConstrType_CONSTR_NOTNULL, pg.ConstrType_CONSTR_PRIMARY:
			c.NotNull = true
		case pg.ConstrType_CONSTR_IDENTITY:
			c.NotNull, c.Identity = true, true
			r.ownSequence(t, c.Name)
		case pg.ConstrType_CONSTR_DEFAULT:
			r.giveDefault(t, c, n.GetRawExpr(), r.defaultText(n))
		case pg.ConstrType_CONSTR_GENERATED:
			c.Generated = true
			t.setDefault(c.Name, n.GetRawExpr(), r.defaultText(n))
		}
	}
}

// giveDefault sets a column's default. NULL is none, unless it hides that of a
// domain.
func (r *replay) giveDefault(t *table, c *Column, expr *pg.Node, text string) {
	if isNull(expr) && r.domains[c.Type] == nil {
		expr, text = nil, ""
	}
	t.setDefault(c.Name, expr, text)
}

func isNull(expr *pg.Node) bool {
	for expr.GetTypeCast() != nil {
		expr = expr.GetTypeCast().GetArg()
	}
	return expr == nil || expr.GetAConst().GetIsnull()
}

func (r *replay) dropObjects(s *pg.DropStmt) {
	cascade := s.GetBehavior() == pg.DropBehavior_DROP_CASCADE
	for _, o := range s.GetObjects() {
		switch s.GetRemoveType() {
		case pg.ObjectType_OBJECT_TABLE, pg.ObjectType_OBJECT_VIEW, pg.ObjectType_OBJECT_MATVIEW, pg.ObjectType_OBJECT_FOREIGN_TABLE:
			schema, name := qualified(o.GetList().GetItems())
			if t := r.table(schema, name); t != nil {
				r.drop(t)
			} else if schema == "" {
				delete(r.temporary, name)
			}
		case pg.ObjectType_OBJECT_INDEX:
			if i := r.findIndex(qualified(o.GetList().GetItems())); i != nil && !i.constraint {
				r.dropIndex(i)
			}
		case pg.ObjectType_OBJECT_SEQUENCE:
			r.dropSequence(o.GetList().GetItems(), cascade)
		case pg.ObjectType_OBJECT_DOMAIN, pg.ObjectType_OBJECT_TYPE:
			r.dropType(typeName(o.GetTypeName()), cascade)
		case pg.ObjectType_OBJECT_TRIGGER:
			parts := o.GetList().GetItems()
			if len(parts) == 0 {
				continue
			}
			schema, name := qualified(parts[:len(parts)-1])
			if t := r.table(schema, name); t != nil {
				if g := t.trigger(parts[len(parts)-1].GetString_().GetSval()); g != nil {
					r.dropTrigger(t, g)
				}
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
				r.dropPolicy(t, parts[len(parts)-1].GetString_().GetSval(), "")
			}
		case pg.ObjectType_OBJECT_FUNCTION, pg.ObjectType_OBJECT_PROCEDURE, pg.ObjectType_OBJECT_ROUTINE:
			r.dropFunction(o.GetObjectWithArgs(), cascade)
		case pg.ObjectType_OBJECT_PUBLICATION:
			delete(r.publications, o.GetString_().GetSval())
		}
	}
}

// dropType drops a type, and with CASCADE the columns that are of it.
func (r *replay) dropType(name string, cascade bool) {
	delete(r.domains, name)
	if !cascade {
		return
	}
	for _, t := range r.sortedTables() {
		for _, c := range slices.Clone(t.Columns) {
			if c.Type == name || c.Type == name+"[]" {
				r.dropColumn(t, c.Name, true, true)
			}
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
	if k := r.findSequence(s.GetRelation().GetSchemaname(), s.GetRelation().GetRelname()); k != "" {
		_, name, _ := strings.Cut(k, ".")
		r.moveSequence(k, s.GetNewschema(), name)
		return
	}
	if t := r.relation(s.GetRelation()); t != nil {
		r.event(t, Moved, "", "moved from schema %s to %s", t.Schema, s.GetNewschema())
		r.move(t, s.GetNewschema(), t.Name)
	}
}

func (r *replay) rename(s *pg.RenameStmt) {
	switch s.GetRenameType() {
	case pg.ObjectType_OBJECT_TABLE, pg.ObjectType_OBJECT_VIEW, pg.ObjectType_OBJECT_MATVIEW, pg.ObjectType_OBJECT_FOREIGN_TABLE:
		if t := r.relation(s.GetRelation()); t != nil {
			r.event(t, Renamed, "", "renamed from %s to %s", t.Name, s.GetNewname())
			r.move(t, t.Schema, s.GetNewname())
		} else if old := s.GetRelation().GetRelname(); r.temporary[old] {
			delete(r.temporary, old)
			r.temporary[s.GetNewname()] = true
		} else {
			r.renameIndexOrSequence(s.GetRelation(), s.GetNewname())
		}
	case pg.ObjectType_OBJECT_COLUMN:
		if t := r.relation(s.GetRelation()); t != nil {
			r.renameColumn(t, s.GetSubname(), s.GetNewname())
		}
	case pg.ObjectType_OBJECT_POLICY:
		if t := r.relation(s.GetRelation()); t != nil {
			if p := t.policy(s.GetSubname()); p != nil {
				r.event(t, PolicyRenamed, p.Name, "policy %s renamed to %s", p.Name, s.GetNewname())
				p.Name = s.GetNewname()
			}
		}
	case pg.ObjectType_OBJECT_SCHEMA:
		r.renameSchema(s.GetSubname(), s.GetNewname())
	case pg.ObjectType_OBJECT_INDEX:
		if i := r.findIndex(s.GetRelation().GetSchemaname(), s.GetRelation().GetRelname()); i != nil {
			r.renameIndex(i, s.GetNewname())
		}
	case pg.ObjectType_OBJECT_SEQUENCE:
		r.renameIndexOrSequence(s.GetRelation(), s.GetNewname())
	case pg.ObjectType_OBJECT_TABCONSTRAINT:
		if t := r.relation(s.GetRelation()); t != nil {
			r.renameConstraint(t, s.GetSubname(), s.GetNewname())
		}
	case pg.ObjectType_OBJECT_TRIGGER:
		if t := r.relation(s.GetRelation()); t != nil {
			r.renameTrigger(t, s.GetSubname(), s.GetNewname())
		}
	case pg.ObjectType_OBJECT_TYPE, pg.ObjectType_OBJECT_DOMAIN:
		r.renameType(s.GetObject().GetList().GetItems(), s.GetNewname())
	case pg.ObjectType_OBJECT_ROLE:
		r.renameRole(s.GetSubname(), s.GetNewname())
	case pg.ObjectType_OBJECT_FUNCTION, pg.ObjectType_OBJECT_PROCEDURE, pg.ObjectType_OBJECT_ROUTINE:
		r.moveFunction(s.GetObject().GetObjectWithArgs(), "", s.GetNewname())
	case pg.ObjectType_OBJECT_PUBLICATION:
		r.renamePublication(s.GetObject().GetString_().GetSval(), s.GetNewname())
	}
}

func (r *replay) renameColumn(t *table, old, name string) {
	r.renameColumnInQueries(t, old, name)
	for _, t := range append(r.children(t), t) {
		t.renameColumn(old, name)
		for _, seq := range r.sequences {
			if seq.table == t && seq.column == old {
				seq.column = name
			}
		}
	}
	for _, other := range r.tables {
		for _, f := range other.foreign {
			if f.to == t {
				replaceName(f.refs, old, name)
			}
		}
	}
	r.event(t, ColumnRenamed, old, "column %s renamed to %s", old, name)
}

// renameColumn renames a column wherever the table has it: the server knows
// columns by number, so that everything follows.
func (t *table) renameColumn(old, name string) {
	if c := t.column(old); c != nil {
		c.Name = name
	}
	for _, p := range t.policies {
		if (p.Using == "" || hasName(p.Using, old)) && renameRefs(p.using, t.Name, old, name) {
			p.Using = ""
		}
		if (p.Check == "" || hasName(p.Check, old)) && renameRefs(p.check, t.Name, old, name) {
			p.Check = ""
		}
	}
	if t.inherited[old] {
		delete(t.inherited, old)
		t.inherited[name] = true
	}
	if list, ok := t.columnACL[old]; ok {
		delete(t.columnACL, old)
		t.columnACL[name] = list
	}
	for _, i := range t.indexes {
		i.renameColumn(old, name)
	}
	for _, k := range t.checks {
		renameRefs(k.expr, t.Name, old, name)
	}
	for _, f := range t.foreign {
		replaceName(f.columns, old, name)
		replaceName(f.clears, old, name)
	}
	for _, g := range t.triggers {
		replaceName(g.column, old, name)
	}
	if expr, ok := t.defaults[old]; ok {
		delete(t.defaults, old)
		t.defaults[name] = expr
	}
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Generated && refersTo(t.defaults[c.Name], t.Name, old) {
			renameRefs(t.defaults[c.Name], t.Name, old, name)
			c.Default = deparsed(t.defaults[c.Name])
		}
	}
}

func (r *replay) renameIndexOrSequence(v *pg.RangeVar, name string) {
	if k := r.findSequence(v.GetSchemaname(), v.GetRelname()); k != "" {
		schema, _, _ := strings.Cut(k, ".")
		r.moveSequence(k, schema, name)
	} else if i := r.findIndex(v.GetSchemaname(), v.GetRelname()); i != nil {
		r.renameIndex(i, name)
	}
}

func (r *replay) dropSequence(parts []*pg.Node, cascade bool) {
	k := r.findSequence(qualified(parts))
	if k == "" {
		return
	}
	seq := r.sequences[k]
	delete(r.sequences, k)
	if cascade && seq.table != nil {
		if c := seq.table.column(seq.column); c != nil && strings.HasPrefix(c.Default, "nextval(") {
			seq.table.setDefault(seq.column, nil, "")
		}
	}
}

// renameType renames the type of the columns that have it.
func (r *replay) renameType(parts []*pg.Node, name string) {
	schema, old := qualified(parts)
	from, to := typeKey(schema, old), typeKey(schema, name)
	for _, t := range r.tables {
		for i := range t.Columns {
			switch t.Columns[i].Type {
			case from:
				t.Columns[i].Type = to
			case from + "[]":
				t.Columns[i].Type = to + "[]"
			}
		}
	}
	r.renameTypeInFunctions(from, to)
	if d := r.domains[from]; d != nil {
		delete(r.domains, from)
		r.domains[to] = d
	}
}

// renameRefs renames the policy's own column where the expression names it;
// inside sub-selects only qualified by the table. It reports whether it did.
func renameRefs(expr *pg.Node, tableName, old, name string) (renamed bool) {
	walk(expr, func(n *pg.Node) bool {
		fields := n.GetColumnRef().GetFields()
		if len(fields) == 0 || fields[len(fields)-1].GetString_().GetSval() != old {
			return n.GetSubLink() == nil
		}
		if len(fields) == 1 || fields[len(fields)-2].GetString_().GetSval() == tableName {
			fields[len(fields)-1].GetString_().Sval = name
			renamed = true
		}
		return true
	})
	return renamed
}
