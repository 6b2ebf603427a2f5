package querybuilder

import "go/types"

// A model is the Go type of the rows, from which a library takes the table.
type model struct{ typ types.Type }

func (m model) same(n model) bool {
	if m.typ == nil || n.typ == nil {
		return m.typ == n.typ
	}
	return types.Identical(m.typ, n.typ)
}
