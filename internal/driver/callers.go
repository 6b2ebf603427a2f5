package driver

import (
	"maps"
	"slices"

	"github.com/tenantvet/tenantvet/analyzer"
)

// A finding in a helper that sets the tenant's context is one finding, however
// much of the program goes wrong by it. How much, only the whole program shows.

// relied counts the calls that rely on a function to set the tenant's context,
// through other helpers as well: a helper's own call counts only where nothing
// calls that helper.
type relied struct {
	calls map[string]map[string]string // function -> position of a call of it -> function around
}

func (r *relied) add(calls []analyzer.CensusCall) {
	if r.calls == nil {
		r.calls = make(map[string]map[string]string)
	}
	for _, c := range calls {
		if r.calls[c.Callee] == nil {
			r.calls[c.Callee] = make(map[string]string)
		}
		r.calls[c.Callee][c.Posn] = c.Func
	}
}

// on counts the calls that rely on a function.
func (r *relied) on(function string) int {
	found := make(map[string]bool)
	seen := map[string]bool{}
	var visit func(function string)
	visit = func(function string) {
		if seen[function] {
			return
		}
		seen[function] = true
		for _, posn := range slices.Sorted(maps.Keys(r.calls[function])) {
			around := r.calls[function][posn]
			if len(r.calls[around]) == 0 {
				found[posn] = true
				continue
			}
			visit(around)
		}
	}
	visit(function)
	return len(found)
}
