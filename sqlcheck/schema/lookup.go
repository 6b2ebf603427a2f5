package schema

import (
	"slices"
	"sort"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// Table returns the table of that name; a name without schema is looked up in
// "public" first, then in any schema if that is unambiguous. It returns nil if
// there is none.
func (m *Model) Table(n sqlcheck.Name) *Table {
	if m == nil {
		return nil
	}
	if n.Schema != "" {
		return m.exactly(n.Schema, n.Name)
	}
	if t := m.exactly("public", n.Name); t != nil {
		return t
	}
	var found *Table
	for i := 0; i < len(m.Tables); { // a step a schema
		schema := m.Tables[i].Schema
		if t := m.exactly(schema, n.Name); t != nil {
			if found != nil {
				return nil
			}
			found = t
		}
		i += sort.Search(len(m.Tables)-i, func(j int) bool { return m.Tables[i+j].Schema > schema })
	}
	return found
}

// exactly relies on the order of Tables, so that a Model stays plain data.
func (m *Model) exactly(schema, name string) *Table {
	i, ok := slices.BinarySearchFunc(m.Tables, [2]string{schema, name}, func(t *Table, want [2]string) int {
		if t.Schema != want[0] {
			return compareStrings(t.Schema, want[0])
		}
		return compareStrings(t.Name, want[1])
	})
	if !ok {
		return nil
	}
	return m.Tables[i]
}

var _ sqlcheck.Catalog = (*Model)(nil)

// Columns implements [sqlcheck.Catalog].
func (m *Model) Columns(n sqlcheck.Name) (columns []string, known bool) {
	t := m.Table(n)
	if t == nil || t.Assumed || t.Incomplete {
		return nil, false
	}
	columns = make([]string, len(t.Columns))
	for i := range t.Columns {
		columns[i] = t.Columns[i].Name
	}
	return columns, true
}

// Unique implements [sqlcheck.Catalog]: a key lies within the columns. NULL is
// no value: rows with NULL in a column of a key are not told apart by it.
func (m *Model) Unique(n sqlcheck.Name, columns []string) (unique, known bool) {
	t := m.Table(n)
	if t == nil || t.Assumed || t.Incomplete || t.Kind == View {
		return false, false
	}
	if t.Inherited {
		return false, true
	}
	return slices.ContainsFunc(t.Keys, func(k Key) bool { return k.within(columns) }), true
}

// within reports whether values of the columns choose at most one row by the key.
func (k *Key) within(columns []string) bool {
	if k.Partial {
		return false
	}
	for _, c := range k.Columns {
		if c == "" || !slices.Contains(columns, c) {
			return false
		}
	}
	return true
}
