package schema

import (
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// refusal is the error with which a statement surely fails; "" where it succeeds, as
// far as can be told. That something is there is sure; that it is not only of what
// belongs to a table that the migrations make.
func (r *replay) refusal(n *pg.Node) string {
	switch {
	case n.GetCreateStmt() != nil:
		return r.taken(n.GetCreateStmt().GetRelation(), n.GetCreateStmt().GetIfNotExists())
	case n.GetCreateForeignTableStmt() != nil:
		base := n.GetCreateForeignTableStmt().GetBaseStmt()
		return r.taken(base.GetRelation(), base.GetIfNotExists())
	case n.GetCreateTableAsStmt() != nil:
		return r.taken(n.GetCreateTableAsStmt().GetInto().GetRel(), n.GetCreateTableAsStmt().GetIfNotExists())
	case n.GetViewStmt() != nil:
		return r.taken(n.GetViewStmt().GetView(), n.GetViewStmt().GetReplace())
	case n.GetCreateSeqStmt() != nil:
		return r.taken(n.GetCreateSeqStmt().GetSequence(), n.GetCreateSeqStmt().GetIfNotExists())
	case n.GetIndexStmt() != nil:
		return r.indexRefusal(n.GetIndexStmt())
	case n.GetCreatePolicyStmt() != nil:
		s := n.GetCreatePolicyStmt()
		return when(r.hasPolicy(s.GetTable(), s.GetPolicyName()) == yes, "duplicate_object")
	case n.GetAlterPolicyStmt() != nil:
		s := n.GetAlterPolicyStmt()
		return when(r.hasPolicy(s.GetTable(), s.GetPolicyName()) == no, "undefined_object")
	case n.GetCreateTrigStmt() != nil:
		s := n.GetCreateTrigStmt()
		t := r.relation(s.GetRelation())
		return when(t != nil && t.trigger(s.GetTrigname()) != nil && !s.GetReplace(), "duplicate_object")
	case n.GetCreateRoleStmt() != nil:
		role := r.roles[n.GetCreateRoleStmt().GetRole()]
		return when(role != nil && !role.Assumed, "duplicate_object")
	case n.GetCreateSchemaStmt() != nil:
		s := n.GetCreateSchemaStmt()
		old := r.schemas[s.GetSchemaname()]
		return when(old != nil && !s.GetIfNotExists() && (!old.Assumed || old.Name == public), "duplicate_schema")
	case n.GetCreatePublicationStmt() != nil:
		return when(r.publications[n.GetCreatePublicationStmt().GetPubname()] != nil, "duplicate_object")
	case n.GetCreateFunctionStmt() != nil:
		return r.functionRefusal(n.GetCreateFunctionStmt())
	case n.GetAlterTableStmt() != nil:
		return r.alterRefusal(n.GetAlterTableStmt())
	case n.GetRenameStmt() != nil:
		return r.renameRefusal(n.GetRenameStmt())
	case n.GetDropStmt() != nil:
		return r.dropRefusal(n.GetDropStmt())
	}
	return ""
}

func when(is bool, condition string) string {
	if is {
		return condition
	}
	return ""
}

// taken is for a statement that makes a relation; lenient: it says what to do if there
// is one.
func (r *replay) taken(name *pg.RangeVar, lenient bool) string {
	schema, rel := r.newKey(name)
	return when(!lenient && name.GetRelpersistence() != "t" && r.isRelation(schema, rel), "duplicate_table")
}

// isRelation reports whether a table, view, index or sequence has a name.
func (r *replay) isRelation(schema, name string) bool {
	k := key(schema, name)
	t := r.tables[k]
	return t != nil && !t.Assumed || r.indexes[k] != nil || r.sequences[k] != nil
}

// A fact is known to hold, known not to, or not known.
type fact uint8

const (
	unsure fact = iota
	yes
	no
)

func (r *replay) hasPolicy(table *pg.RangeVar, name string) fact {
	switch t := r.relation(table); {
	case t == nil:
		return unsure
	case t.policy(name) != nil:
		return yes
	case t.Assumed:
		return unsure
	}
	return no
}

func (t *table) hasColumn(name string) fact {
	switch {
	case t.column(name) != nil:
		return yes
	case t.Assumed || t.Incomplete:
		return unsure
	}
	return no
}

func (r *replay) indexRefusal(s *pg.IndexStmt) string {
	t := r.relation(s.GetRelation())
	if s.GetIdxname() == "" || s.GetIfNotExists() || t == nil {
		return ""
	}
	return when(r.isRelation(t.Schema, s.GetIdxname()), "duplicate_table")
}

func (r *replay) functionRefusal(s *pg.CreateFunctionStmt) string {
	if s.GetReplace() {
		return ""
	}
	f := &function{}
	f.Schema, f.Name = qualified(s.GetFuncname())
	if f.Schema == "" {
		f.Schema = r.creationSchema()
	}
	for _, n := range s.GetParameters() {
		f.addParam(n.GetFunctionParameter())
	}
	same := slices.ContainsFunc(r.functions[key(f.Schema, f.Name)], func(o *function) bool { return slices.Equal(o.Args, f.Args) })
	return when(same, "duplicate_function")
}

func (r *replay) alterRefusal(s *pg.AlterTableStmt) string {
	t := r.relation(s.GetRelation())
	if t == nil || s.GetObjtype() == pg.ObjectType_OBJECT_INDEX {
		return ""
	}
	for _, n := range s.GetCmds() {
		if condition := r.partRefusal(t, n.GetAlterTableCmd()); condition != "" {
			return condition
		}
	}
	return ""
}

func (r *replay) partRefusal(t *table, c *pg.AlterTableCmd) string {
	switch c.GetSubtype() {
	case pg.AlterTableType_AT_AddColumn:
		return when(!c.GetMissingOk() && t.hasColumn(c.GetDef().GetColumnDef().GetColname()) == yes, "duplicate_column")
	case pg.AlterTableType_AT_DropColumn:
		return when(!c.GetMissingOk() && t.hasColumn(c.GetName()) == no, "undefined_column")
	case pg.AlterTableType_AT_AlterColumnType, pg.AlterTableType_AT_SetNotNull, pg.AlterTableType_AT_DropNotNull, pg.AlterTableType_AT_ColumnDefault:
		return when(t.hasColumn(c.GetName()) == no, "undefined_column")
	case pg.AlterTableType_AT_DropConstraint:
		return when(!c.GetMissingOk() && !t.Assumed && !t.Incomplete && !t.hasConstraint(c.GetName()), "undefined_object")
	case pg.AlterTableType_AT_AddConstraint:
		d := c.GetDef().GetConstraint()
		key := d.GetContype() == pg.ConstrType_CONSTR_UNIQUE || d.GetContype() == pg.ConstrType_CONSTR_PRIMARY || d.GetContype() == pg.ConstrType_CONSTR_EXCLUSION
		switch {
		case d.GetContype() == pg.ConstrType_CONSTR_PRIMARY && slices.ContainsFunc(t.indexes, func(i *index) bool { return i.primary }):
			return "invalid_table_definition"
		case d.GetConname() == "" || d.GetIndexname() != "":
			return ""
		case key && r.isRelation(t.Schema, d.GetConname()):
			return "duplicate_table"
		}
		return when(t.hasConstraint(d.GetConname()), "duplicate_object")
	}
	return ""
}

func (r *replay) renameRefusal(s *pg.RenameStmt) string {
	t := r.relation(s.GetRelation())
	if t == nil {
		return ""
	}
	switch s.GetRenameType() {
	case pg.ObjectType_OBJECT_COLUMN:
		if t.hasColumn(s.GetSubname()) == no {
			return "undefined_column"
		}
		return when(t.hasColumn(s.GetNewname()) == yes, "duplicate_column")
	case pg.ObjectType_OBJECT_POLICY:
		if r.hasPolicy(s.GetRelation(), s.GetSubname()) == no {
			return "undefined_object"
		}
		return when(t.policy(s.GetNewname()) != nil, "duplicate_object")
	case pg.ObjectType_OBJECT_TABLE, pg.ObjectType_OBJECT_VIEW:
		return when(r.isRelation(t.Schema, s.GetNewname()), "duplicate_table")
	}
	return ""
}

func (r *replay) dropRefusal(s *pg.DropStmt) string {
	if s.GetMissingOk() || s.GetRemoveType() != pg.ObjectType_OBJECT_POLICY && s.GetRemoveType() != pg.ObjectType_OBJECT_TRIGGER {
		return ""
	}
	for _, n := range s.GetObjects() {
		parts := names(n.GetList().GetItems())
		if len(parts) < 2 {
			continue
		}
		in := ""
		if len(parts) > 2 {
			in = parts[len(parts)-3]
		}
		t, name := r.table(in, parts[len(parts)-2]), parts[len(parts)-1]
		if t == nil || t.Assumed {
			continue
		}
		if s.GetRemoveType() == pg.ObjectType_OBJECT_POLICY && t.policy(name) == nil || s.GetRemoveType() == pg.ObjectType_OBJECT_TRIGGER && t.trigger(name) == nil {
			return "undefined_object"
		}
	}
	return ""
}
