package sqlcheck

import (
	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A ref is a reference to a column. It is resolved when all of the statement
// has been read.
type ref struct {
	scope    *scope
	schema   string
	relation string // "" without qualifier
	name     string

	resolved bool
	columns  []column // those that it can be
	// certain: there is one column that it can be.
	certain bool
}

// A scope is the names that can be seen at one place.
type scope struct {
	parent *scope // of the query around
	tree   *node  // the items that are seen without or with qualifier
	extra  []*item
}

// ref reads a reference; it is nil for a whole row, and for a hole.
func (b *builder) ref(c *pg.ColumnRef, s *scope) *ref {
	var parts []string
	for _, f := range c.GetFields() {
		name := f.GetString_().GetSval()
		if f.GetString_() == nil || b.isMarked(name) {
			return nil
		}
		parts = append(parts, name)
	}
	r := &ref{scope: s}
	switch n := len(parts); n {
	case 1:
		r.name = parts[0]
	case 2:
		r.relation, r.name = parts[0], parts[1]
	case 3, 4: // the fourth is the database
		r.schema, r.relation, r.name = parts[n-3], parts[n-2], parts[n-1]
	default:
		return nil
	}
	return r
}

// resolve finds the columns that a reference can be.
func (r *ref) resolve() []column {
	if r.resolved {
		return r.columns
	}
	r.resolved = true
	for s := r.scope; s != nil && len(r.columns) == 0; s = s.parent {
		var sure bool
		if r.relation != "" {
			r.columns, sure = s.qualified(r), true
		} else {
			r.columns, sure = s.bare(r.name)
			if !sure && s.names(r.name) {
				r.columns = nil // a whole row
				return nil
			}
		}
		r.certain = len(r.columns) == 1 && (sure || s.parent == nil)
	}
	return r.columns
}

// qualified finds a.x.
func (s *scope) qualified(r *ref) []column {
	for _, i := range s.extra {
		if i.alias == r.relation && i.has(r.name) != no {
			return i.column(r.name)
		}
	}
	n := s.tree.named(r)
	switch {
	case n == nil:
		return nil
	case n.item != nil:
		return n.item.column(r.name)
	}
	cols, _ := n.bare(r.name)
	return cols
}

// bare finds x. Where it is not known which items have such a column it is one
// of several.
func (s *scope) bare(name string) (cols []column, sure bool) {
	cols, sure = s.tree.bare(name)
	if sure {
		return cols, true
	}
	for _, i := range s.extra {
		if a := i.has(name); a != no {
			cols = append(cols, i.column(name)...)
			sure = sure || a == yes
		}
	}
	return cols, sure && len(cols) == 1
}

// names reports whether a name is that of an item.
func (s *scope) names(name string) bool {
	return s.tree.named(&ref{relation: name}) != nil
}
