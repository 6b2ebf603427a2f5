package sqlcheck

import (
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A Move is an assignment that can take a row away from those it is among, such as
// the rows of its tenant: it gives the column another value.
type Move struct {
	Relation int         // index into Statement.Relations
	To       ColumnValue // what the column is set to
	// From is what the statement holds the column to in the rows that it changes;
	// nil where it holds it to nothing, so that it takes rows from everywhere.
	From *Pin
}

// Moves returns the assignments to one of some columns, such as the tenant's, that
// can give it another value than the rows have which the statement changes. It is
// none where the value is the one that the condition asks for, or the row's own.
// What two functions of the session return is taken for the same; placeholders of
// two numbers may have the same argument.
func (s *Statement) Moves(columns ...string) []Move {
	var out []Move
	for _, a := range s.Updates {
		for _, c := range a.Columns {
			if c.Kept || !slices.Contains(columns, c.Column) {
				continue
			}
			m := Move{Relation: a.Relation, To: c}
			pins := s.Relations[a.Relation].Pins
			if i := slices.IndexFunc(pins, func(p Pin) bool { return p.Column == c.Column }); i >= 0 {
				m.From = &pins[i]
			}
			if m.From == nil || !m.From.gives(c) {
				out = append(out, m)
			}
		}
	}
	return out
}

// gives reports whether a value is the one that the pin holds its column to.
func (p *Pin) gives(c ColumnValue) bool {
	if p.To != c.From {
		return false
	}
	switch p.To {
	case FromParam:
		return p.Param == c.Param && p.Param > 0
	case FromLiteral:
		return p.Text == c.Text
	}
	return p.To == FromContext
}

// keeps reports whether the value that an assignment gives to a column is the one
// that the row has. Without qualifier a name that the target has is the target's:
// the server refuses one that could be another relation's as well.
func (w *walker) keeps(target int, column string, value *pg.Node) bool {
	var parts []string
	for _, f := range uncast(value).GetColumnRef().GetFields() {
		parts = append(parts, f.GetString_().GetSval())
	}
	rel := w.st.Relations[target]
	name := rel.Alias
	if name == "" {
		name = rel.Name.Name
	}
	switch len(parts) {
	case 1:
		return parts[0] == column
	case 2:
		return parts[0] == name && parts[1] == column
	}
	return false
}
