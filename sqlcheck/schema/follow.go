package schema

import (
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

var _ sqlcheck.Follower = (*Model)(nil)

// Follows implements [sqlcheck.Follower]. A foreign key on several columns says that
// there is a row which is equal in all of them. It is the row that was found by one
// of them if no other has the same value there. NULL in a referring column makes the
// key say nothing, and rows of tables that inherit are not in it.
func (m *Model) Follows(from sqlcheck.Name, column string, to sqlcheck.Name, target string) [][2]string {
	t, u := m.Table(from), m.Table(to)
	if t == nil || u == nil || t.Assumed || t.Incomplete || t.Inherited {
		return nil
	}
	if unique, _ := m.Unique(to, []string{target}); !unique {
		return nil
	}
	var pairs [][2]string
	for i := range t.ForeignKeys {
		f := &t.ForeignKeys[i]
		if f.Unchecked || f.Table != u.Schema+"."+u.Name || len(f.References) != len(f.Columns) {
			continue
		}
		at := slices.Index(f.Columns, column)
		if at < 0 || f.References[at] != target {
			continue
		}
		for j, c := range f.Columns {
			if j != at && t.full(f.Columns, at) {
				pairs = append(pairs, [2]string{c, f.References[j]})
			}
		}
	}
	return pairs
}

// full reports whether no column is NULL but the one at an index, perhaps.
func (t *Table) full(columns []string, but int) bool {
	for i, name := range columns {
		if i != but && !slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Name == name && c.NotNull }) {
			return false
		}
	}
	return true
}
