package schema

import (
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

var _ sqlcheck.Setter = (*Model)(nil)

// Sets implements [sqlcheck.Setter]. Functions of one name that take as many arguments
// have to do the same.
func (m *Model) Sets(name sqlcheck.Name, args int) []sqlcheck.FunctionSet {
	var out []sqlcheck.FunctionSet
	if m == nil {
		return nil
	}
	found := false
	for _, f := range m.Functions {
		if f.Name != name.Name || name.Schema != "" && f.Schema != name.Schema || len(f.Args) < args || f.Trigger() {
			continue
		}
		sets := f.sets()
		if found && !slices.Equal(out, sets) {
			return nil
		}
		out, found = sets, true
	}
	return out
}

// sets are what the function does to settings. A lean model has no body to read. What
// a SET clause of the function names has its old value again when the function returns.
func (f *Function) sets() []sqlcheck.FunctionSet {
	if f.Body == "" {
		return f.Sets
	}
	var params []string
	for _, p := range f.Params {
		if !p.Out {
			params = append(params, p.Name)
		}
	}
	var out []sqlcheck.FunctionSet
	for _, s := range sqlcheck.FunctionSets(f.Language, f.Body, params) {
		if !slices.ContainsFunc(f.Config, func(c Setting) bool { return c.Name == s.Name }) {
			out = append(out, s)
		}
	}
	return out
}
