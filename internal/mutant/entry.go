package mutant

import (
	"go/types"
	"slices"
	"strings"
)

// An Entry is an exported function of a package that works for a tenant:
//
//	func(context.Context, *pgxpool.Pool or *sql.DB, string) ([]string, error)
type Entry struct {
	Name string
	SQL  bool // over database/sql
}

// Entries lists those of a package, and whether it opens the pool itself.
func (p *Program) Entries(path string) (entries []Entry, opens bool) {
	for fn := range p.funcs {
		if fn.Pkg().Path() != path || !fn.Exported() || fn.Signature().Recv() != nil {
			continue
		}
		params := fn.Signature().Params()
		switch results := types.TypeString(fn.Signature().Results(), nil); {
		case params.Len() != 3 && fn.Name() == "Open":
			opens = true
		case params.Len() == 3 && strings.HasPrefix(results, "(") && isContext(params.At(0).Type()) && isNames(fn.Signature().Results()):
			of := types.TypeString(params.At(1).Type(), nil)
			entries = append(entries, Entry{fn.Name(), of == "*database/sql.DB"})
		}
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return entries, opens
}

func isNames(results *types.Tuple) bool {
	return results.Len() == 2 && types.TypeString(results.At(0).Type(), nil) == "[]string"
}

// Reaching keeps the entries from which the mutant's function can be called; all
// of them if it is in none, or in one that only others' wiring calls.
func (p *Program) Reaching(entries []Entry, m Mutant) []Entry {
	var out []Entry
	for fn, f := range p.funcs {
		if fn.Pkg().Path() != m.Package {
			continue
		}
		i := slices.IndexFunc(entries, func(e Entry) bool { return e.Name == fn.Name() })
		if i >= 0 && fn.Signature().Recv() == nil && p.reaches(f, m, map[*function]bool{}) {
			out = append(out, entries[i])
		}
	}
	if len(out) == 0 {
		return entries
	}
	slices.SortFunc(out, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (p *Program) reaches(f *function, m Mutant, seen map[*function]bool) bool {
	if seen[f] {
		return false
	}
	seen[f] = true
	if functionName(f.fn) == m.Function && f.fn.Pkg().Path() == m.Package {
		return true
	}
	for _, callee := range f.callees {
		for _, g := range p.resolve(callee) {
			if p.reaches(g, m, seen) {
				return true
			}
		}
	}
	return false
}
