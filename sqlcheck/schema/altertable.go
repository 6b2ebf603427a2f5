package schema

import (
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

func (r *replay) alterTable(s *pg.AlterTableStmt) {
	switch s.GetObjtype() {
	case pg.ObjectType_OBJECT_INDEX:
		r.attachIndexes(s)
		return
	case pg.ObjectType_OBJECT_TABLE, pg.ObjectType_OBJECT_FOREIGN_TABLE, pg.ObjectType_OBJECT_VIEW, pg.ObjectType_OBJECT_MATVIEW:
	default:
		return // sequences, types
	}
	t := r.relation(s.GetRelation())
	cmds := slices.Clone(s.GetCmds())
	slices.SortStableFunc(cmds, func(a, b *pg.Node) int { return pass(a.GetAlterTableCmd()) - pass(b.GetAlterTableCmd()) })
	for _, n := range cmds {
		if t == nil {
			if s.GetMissingOk() || !security(n.GetAlterTableCmd()) {
				return
			}
			t = r.assume(s.GetRelation().GetSchemaname(), s.GetRelation().GetRelname())
		}
		r.alterTableCmd(t, n.GetAlterTableCmd(), s.GetRelation().GetInh())
	}
}

// pass orders the parts of one statement as the server does: what it drops
// first, then the columns' types, then the columns it adds.
func pass(c *pg.AlterTableCmd) int {
	switch c.GetSubtype() {
	case pg.AlterTableType_AT_DropColumn, pg.AlterTableType_AT_DropConstraint:
		return 0
	case pg.AlterTableType_AT_AlterColumnType:
		return 1
	case pg.AlterTableType_AT_AddColumn:
		return 2
	}
	return 3
}

// security reports whether a change matters on a table that no migration
// creates, so that it is worth assuming one.
func security(c *pg.AlterTableCmd) bool {
	switch c.GetSubtype() {
	case pg.AlterTableType_AT_EnableRowSecurity, pg.AlterTableType_AT_ForceRowSecurity:
		return true
	}
	return false
}

// alterTableCmd applies one part of ALTER TABLE; recurse is false for ONLY.
func (r *replay) alterTableCmd(t *table, c *pg.AlterTableCmd, recurse bool) {
	switch c.GetSubtype() {
	case pg.AlterTableType_AT_EnableRowSecurity:
		r.flag(t, &t.RLS, true, RLSEnabled)
	case pg.AlterTableType_AT_DisableRowSecurity:
		r.flag(t, &t.RLS, false, RLSDisabled)
	case pg.AlterTableType_AT_ForceRowSecurity:
		r.flag(t, &t.Forced, true, RLSForced)
	case pg.AlterTableType_AT_NoForceRowSecurity:
		r.flag(t, &t.Forced, false, RLSUnforced)
	case pg.AlterTableType_AT_AddColumn:
		r.addColumn(t, c.GetDef().GetColumnDef(), recurse)
	case pg.AlterTableType_AT_DropColumn:
		r.dropColumn(t, c.GetName(), c.GetBehavior() == pg.DropBehavior_DROP_CASCADE, recurse)
	case pg.AlterTableType_AT_AlterColumnType:
		for _, t := range append(r.children(t), t) {
			if col := t.column(c.GetName()); col != nil {
				col.Type = typeName(c.GetDef().GetColumnDef().GetTypeName())
			}
		}
	case pg.AlterTableType_AT_SetNotNull, pg.AlterTableType_AT_DropNotNull:
		for _, t := range r.family(t, recurse) {
			if col := t.column(c.GetName()); col != nil {
				set := c.GetSubtype() == pg.AlterTableType_AT_SetNotNull
				if col.NotNull && !set {
					r.event(t, NullAllowed, col.Name, "column %s no longer NOT NULL", col.Name)
				}
				col.NotNull = set
			}
		}
	case pg.AlterTableType_AT_AddConstraint:
		r.addConstraint(t, c.GetDef().GetConstraint(), recurse)
	case pg.AlterTableType_AT_ValidateConstraint:
		r.validate(t, c.GetName())
	case pg.AlterTableType_AT_DropConstraint:
		r.dropConstraint(t, c.GetName(), c.GetBehavior() == pg.DropBehavior_DROP_CASCADE)
	case pg.AlterTableType_AT_ColumnDefault:
		text := ""
		if c.GetDef() != nil {
			text = r.setDefaultText(c.GetDef())
		}
		for _, t := range r.family(t, recurse) {
			if col := t.column(c.GetName()); col != nil {
				r.giveDefault(t, col, c.GetDef(), text)
			}
		}
	case pg.AlterTableType_AT_AddIdentity:
		if col := t.column(c.GetName()); col != nil {
			col.Identity = true
			r.ownSequence(t, col.Name)
		}
	case pg.AlterTableType_AT_DropIdentity:
		if col := t.column(c.GetName()); col != nil {
			col.Identity = false
			r.dropSequences(t, col.Name)
		}
	case pg.AlterTableType_AT_DropExpression:
		for _, t := range r.family(t, recurse) {
			if col := t.column(c.GetName()); col != nil {
				col.Generated = false
				t.setDefault(col.Name, nil, "")
			}
		}
	case pg.AlterTableType_AT_EnableTrig, pg.AlterTableType_AT_EnableAlwaysTrig:
		r.enableTriggers(t, c.GetName(), true)
	case pg.AlterTableType_AT_DisableTrig, pg.AlterTableType_AT_EnableReplicaTrig:
		r.enableTriggers(t, c.GetName(), false)
	case pg.AlterTableType_AT_EnableTrigAll, pg.AlterTableType_AT_EnableTrigUser:
		r.enableTriggers(t, "", true)
	case pg.AlterTableType_AT_DisableTrigAll, pg.AlterTableType_AT_DisableTrigUser:
		r.enableTriggers(t, "", false)
	case pg.AlterTableType_AT_ChangeOwner:
		r.give(t, r.ownerOf(c.GetNewowner()))
	case pg.AlterTableType_AT_SetRelOptions:
		r.viewOptions(t, c.GetDef().GetList().GetItems())
	case pg.AlterTableType_AT_ResetRelOptions:
		r.resetViewOptions(t, c.GetDef().GetList().GetItems())
	case pg.AlterTableType_AT_AttachPartition:
		if part := r.relation(c.GetDef().GetPartitionCmd().GetName()); part != nil {
			part.PartitionOf = t.key()
			for _, c := range part.Columns {
				part.inherit(c.Name)
			}
			r.joinPartitioned(part, t)
			r.event(part, Attached, t.key(), "attached to %s", t.key())
		}
	case pg.AlterTableType_AT_DetachPartition:
		if part := r.relation(c.GetDef().GetPartitionCmd().GetName()); part != nil {
			part.PartitionOf = ""
			r.leavePartitioned(part)
			r.event(part, Detached, t.key(), "detached from %s", t.key())
		}
	case pg.AlterTableType_AT_AddInherit, pg.AlterTableType_AT_DropInherit:
		r.inherit(t, c.GetDef().GetRangeVar(), c.GetSubtype() == pg.AlterTableType_AT_AddInherit)
	}
}

// flag changes one switch of a table; a statement that changes nothing is no event.
func (r *replay) flag(t *table, f *bool, value bool, kind EventKind) {
	if *f != value {
		*f = value
		r.event(t, kind, "", "%s", kind)
	}
}

func (r *replay) inherit(t *table, parent *pg.RangeVar, add bool) {
	p := r.relation(parent)
	if p == nil {
		return
	}
	t.Inherits = slices.DeleteFunc(t.Inherits, func(n string) bool { return n == p.key() })
	if add {
		t.Inherits = append(t.Inherits, p.key())
	}
}

// children returns the tables below t in a partition or inheritance tree.
func (r *replay) children(t *table) []*table {
	var out []*table
	seen := map[*table]bool{t: true}
	for queue := []*table{t}; len(queue) > 0; queue = queue[1:] {
		parent := queue[0].key()
		for _, other := range r.tables {
			if (other.PartitionOf == parent || slices.Contains(other.Inherits, parent)) && !seen[other] {
				seen[other] = true
				out, queue = append(out, other), append(queue, other)
			}
		}
	}
	return out
}

// dropColumn also takes along the policies that use the column, with CASCADE;
// without, the server would have refused.
func (r *replay) dropColumn(t *table, name string, cascade, recurse bool) {
	if t.column(name) != nil {
		r.event(t, ColumnDropped, name, "column %s dropped", name)
	}
	r.forgetColumn(t, name)
	r.dropInherited(t, name, recurse)
	if !cascade {
		return
	}
	r.dropViewsOf(t, name)
	for _, p := range slices.Clone(t.policies) {
		if refersTo(p.using, t.Name, name) || refersTo(p.check, t.Name, name) {
			r.dropPolicy(t, p.Name, "column "+name)
		}
	}
}

// dropInherited drops a column from the tables below, unless they have it from
// elsewhere: of their own, or of another parent. With ONLY it stays there.
func (r *replay) dropInherited(t *table, name string, recurse bool) {
	for _, child := range r.directChildren(t) {
		if !recurse { // it is the child's own now
			delete(child.inherited, name)
			continue
		}
		if !child.inherited[name] || slices.ContainsFunc(child.Inherits, func(p string) bool {
			return p != t.key() && r.tables[p] != nil && r.tables[p].column(name) != nil
		}) {
			continue
		}
		r.forgetColumn(child, name)
		r.dropInherited(child, name, recurse)
	}
}

// directChildren are the tables that have t as parent, sorted by name.
func (r *replay) directChildren(t *table) []*table {
	var out []*table
	for _, other := range r.tables {
		if other != t && (other.PartitionOf == t.key() || slices.Contains(other.Inherits, t.key())) {
			out = append(out, other)
		}
	}
	slices.SortFunc(out, func(a, b *table) int { return compareStrings(a.key(), b.key()) })
	return out
}

// forgetColumn removes a column, and the keys, checks and sequences that are
// nothing without it; with a key go the foreign keys that rest on it.
func (r *replay) forgetColumn(t *table, name string) {
	for _, i := range slices.Clone(t.indexes) {
		if i.uses(name) {
			r.dropReferences(t, i)
			r.dropIndex(i)
		}
	}
	t.foreign = slices.DeleteFunc(t.foreign, func(f *foreignKey) bool { return slices.Contains(f.columns, name) })
	t.checks = slices.DeleteFunc(t.checks, func(k *check) bool { return refersTo(k.expr, t.Name, name) })
	t.triggers = slices.DeleteFunc(t.triggers, func(g *trigger) bool { return slices.Contains(g.column, name) })
	r.dropSequences(t, name)
	delete(t.defaults, name)
	delete(t.columnACL, name)
	delete(t.inherited, name)
	t.Columns = slices.DeleteFunc(t.Columns, func(c Column) bool { return c.Name == name })
}

// attachIndexes is ALTER INDEX .. ATTACH PARTITION.
func (r *replay) attachIndexes(s *pg.AlterTableStmt) {
	parent := r.findIndex(s.GetRelation().GetSchemaname(), s.GetRelation().GetRelname())
	for _, n := range s.GetCmds() {
		c := n.GetAlterTableCmd()
		if c.GetSubtype() != pg.AlterTableType_AT_AttachPartition || parent == nil {
			continue
		}
		v := c.GetDef().GetPartitionCmd().GetName()
		if child := r.findIndex(v.GetSchemaname(), v.GetRelname()); child != nil {
			r.attachIndex(parent, child)
		}
	}
}

func refersTo(expr *pg.Node, tableName, column string) bool {
	found := false
	walk(expr, func(n *pg.Node) bool {
		fields := n.GetColumnRef().GetFields()
		if len(fields) > 0 && fields[len(fields)-1].GetString_().GetSval() == column &&
			(len(fields) == 1 || fields[len(fields)-2].GetString_().GetSval() == tableName) {
			found = true
		}
		return !found
	})
	return found
}
