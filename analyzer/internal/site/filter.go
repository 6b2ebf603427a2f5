package site

import (
	"slices"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A Filtering is what a text does about the tenant's column of the tables that
// it names, where each statement is to name its tenant.
type Filtering struct {
	Touches  bool // some table has a tenant column
	Unpinned []Mention
	Unowned  []Insert
	Cause    string // why it is not known whether there are more of them
}

// A Mention is a relation where a statement names it.
type Mention struct {
	Op sqlcheck.Op
	sqlcheck.Relation
	Column string // the tenant's
	// Beside: the statement holds another table to its tenant. What refers to that
	// one's rows is reached through them, and is another tenant's only where the
	// references are.
	Beside bool
}

// An Insert puts in rows that belong to no tenant, or always to the same one.
type Insert struct {
	sqlcheck.Relation
	Table   *schema.Table
	Column  string
	Literal bool // the value is a constant; else the column is left out
}

// Filtering judges a text, where the strategy is that statements name their tenant.
func (t Tenancy) Filtering(text scope.Text) Filtering {
	var f Filtering
	if !t.ByFilter() {
		return f
	}
	if err := text.Facts.Err; err != nil {
		f.Cause = "unparsed"
		if err.Cause == sqlcheck.Opaque {
			f.Cause = "dynamic-sql"
		}
	}
	for i := range text.Facts.Statements {
		if st := &text.Facts.Statements[i]; st.Op == sqlcheck.DDL {
			return Filtering{} // a migration
		}
	}
	for i := range text.Facts.Statements {
		f.statement(t, &text.Facts.Statements[i])
	}
	return f
}

func (f *Filtering) statement(t Tenancy, st *sqlcheck.Statement) {
	switch st.Op {
	case sqlcheck.Select, sqlcheck.Insert, sqlcheck.Update, sqlcheck.Delete, sqlcheck.Merge, sqlcheck.CopyTo:
	default:
		return
	}
	pinned, before := false, len(f.Unpinned)
	defer func() {
		for i := before; i < len(f.Unpinned); i++ {
			f.Unpinned[i].Beside = pinned
		}
	}()
	for i, r := range st.Relations {
		_, column, ok := t.Filtered(r.Name)
		if r.Within == sqlcheck.InBody || r.Hole || !ok {
			continue
		}
		f.Touches = true
		if st.Op != sqlcheck.Merge && slices.ContainsFunc(st.Inserts, func(ins sqlcheck.Insertion) bool { return ins.Relation == i }) {
			continue // its rows are new
		}
		switch {
		case t.Pinned(r):
			pinned = true
		case r.Loose || st.Opaque():
			f.Cause = "dynamic-sql"
		case t.chosenAmongOwn(st, r):
			f.Cause = "self-lookup"
		default:
			f.Unpinned = append(f.Unpinned, Mention{Op: st.Op, Relation: r, Column: column})
		}
	}
	for _, ins := range st.Inserts {
		f.insertion(t, st.Relations[ins.Relation], ins)
	}
}

// chosenAmongOwn reports whether a statement looks rows up among those that it
// names in the same table elsewhere, held to their tenant there, as in DELETE ..
// WHERE id IN (SELECT id ..). Where that is by a key, they are the same rows.
func (t Tenancy) chosenAmongOwn(st *sqlcheck.Statement, r sqlcheck.Relation) bool {
	looked := slices.ContainsFunc(r.Pins, func(p sqlcheck.Pin) bool { return p.To == sqlcheck.FromLookup })
	return looked && slices.ContainsFunc(st.Relations, func(other sqlcheck.Relation) bool {
		return other.Name == r.Name && t.Pinned(other)
	})
}

// insertion judges what the tenant's column of new rows gets.
func (f *Filtering) insertion(t Tenancy, r sqlcheck.Relation, ins sqlcheck.Insertion) {
	table, column, ok := t.Filtered(r.Name)
	if !ok || r.Within == sqlcheck.InBody {
		return
	}
	i := slices.IndexFunc(ins.Columns, func(c sqlcheck.ColumnValue) bool { return slices.Contains(t.Columns, c.Column) })
	left := i < 0 || ins.Columns[i].From == sqlcheck.FromDefault
	switch {
	case i < 0 && ins.Loose:
		f.Cause = "dynamic-sql"
	case i < 0 && ins.Positional:
		f.Cause = "positional-insert"
	case left && table == nil, left && (table.Assumed || table.Incomplete):
		f.Cause = "unknown-table"
	case left && !supplied(table, column):
		f.Unowned = append(f.Unowned, Insert{Relation: r, Table: table, Column: column})
	case !left && ins.Columns[i].From == sqlcheck.FromLiteral && !shared(table, column, ins.Columns[i].Text):
		f.Unowned = append(f.Unowned, Insert{Relation: r, Table: table, Column: column, Literal: true})
	}
}

// supplied reports whether the server fills a column from the context.
func supplied(table *schema.Table, column string) bool {
	for _, c := range table.Columns {
		if c.Name == column && (c.Generated || len(c.DefaultSettings) > 0) {
			return true
		}
	}
	return slices.ContainsFunc(table.Triggers, func(tr schema.Trigger) bool {
		return tr.Insert && tr.Before && tr.Row && !tr.Disabled && slices.Contains(tr.Assigns, column)
	})
}

// shared reports whether a constant says that a row is everybody's: NULL, where
// the column takes it.
func shared(table *schema.Table, column, text string) bool {
	if table == nil || text != "" {
		return false
	}
	i := slices.IndexFunc(table.Columns, func(c schema.Column) bool { return c.Name == column })
	return i >= 0 && !table.Columns[i].NotNull
}
