package schema

import (
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A Change is an event in the timeline of a relation, of the relation itself or of
// something that decides who reaches its rows.
type Change struct {
	Of string // "table public.orders", "view public.open_orders", "function app.tenant()", "role app", "schema app"
	Event
}

// Explain returns what happened to a relation, in the order of the statements: its
// own history; that of the tables below it, of the views over it, of the functions
// that its policies and triggers call, of its schema and of the role that owns it.
// It returns nil if there is no such relation, or no history (see Lean).
func (m *Model) Explain(n sqlcheck.Name) []Change {
	t := m.Table(n)
	if t == nil {
		return nil
	}
	e := explainer{model: m, done: map[any]bool{}}
	e.table(t)
	for _, s := range m.Schemas {
		if s.Name == t.Schema {
			e.add(s, "schema "+s.Name, s.History)
		}
	}
	if owner := m.Role(t.Owner); owner != nil {
		e.add(owner, "role "+owner.Name, owner.History)
	}
	slices.SortStableFunc(e.changes, func(a, b Change) int { return a.Order - b.Order })
	return e.changes
}

// An explainer collects the histories of what hangs together.
type explainer struct {
	model   *Model
	done    map[any]bool
	changes []Change
}

// add adds an object's history; false if it was there.
func (e *explainer) add(object any, of string, history []Event) bool {
	if e.done[object] {
		return false
	}
	e.done[object] = true
	for _, event := range history {
		e.changes = append(e.changes, Change{of, event})
	}
	return true
}

func (e *explainer) table(t *Table) {
	name := key(t.Schema, t.Name)
	if !e.add(t, t.Kind.String()+" "+name, t.History) {
		return
	}
	for _, p := range t.Policies {
		e.functions(p.Calls)
	}
	for _, change := range t.History {
		if change.Before != nil {
			e.functions(change.Before.Calls)
		}
	}
	for _, g := range t.Triggers {
		e.functions([]string{key(g.Function.Schema, g.Function.Name)})
	}
	for _, other := range e.model.Tables {
		if other.PartitionOf == name || slices.Contains(other.Inherits, name) ||
			(other.Kind == View || other.Kind == MaterializedView) && slices.Contains(other.Reads, name) {
			e.table(other)
		}
	}
}

// functions adds all overloads of functions, and of those that they call.
func (e *explainer) functions(names []string) {
	for _, name := range names {
		for _, f := range e.model.Functions {
			if key(f.Schema, f.Name) == name && e.add(f, "function "+f.Signature(), f.History) {
				e.functions(f.Calls)
			}
		}
	}
}

// String names the kind.
func (k TableKind) String() string {
	switch k {
	case View:
		return "view"
	case MaterializedView:
		return "materialized view"
	case ForeignTable:
		return "foreign table"
	}
	return "table"
}
