package route

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// Within follows the routers of one package, whatever the rules are, and knows of
// other packages no more than the names of their functions.
func Within(res *site.Result) *Analysis {
	return Analyze(Options{
		Pkg: res.SSA.Package(), Functions: res.SSA.Functions(), Local: res.Tenancy.Module.Has,
		Import: func(*types.Func) *Summary { return nil },
		Tenant: func(string) bool { return false },
		Asked:  func(ssa.CallInstruction) bool { return false },
		Works:  func(ssa.CallInstruction) bool { return false },
		Posn:   func(token.Pos) string { return "" },
	})
}

// Behind reports whether a place stands in a handler that is mounted, and all of
// its routes are behind middleware that does something.
func (a *Analysis) Behind(fn *ssa.Function, pos token.Pos, does func(*types.Func) bool) bool {
	mounted := false
	for _, r := range a.Routes {
		if !slices.ContainsFunc(r.funcs, func(h *ssa.Function) bool { return h == fn || h.Parent() != nil && within(h, pos) }) {
			continue
		}
		if mounted = true; !slices.ContainsFunc(r.Cover.through, func(p passage) bool { return does(p.fn) }) {
			return false
		}
	}
	return mounted
}

// within reports whether a place stands in a literal.
func within(fn *ssa.Function, pos token.Pos) bool {
	syntax := fn.Syntax()
	return syntax != nil && syntax.Pos() <= pos && pos < syntax.End()
}
