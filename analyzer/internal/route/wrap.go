package route

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Where statements name their tenant, routes are compared by what is wrapped round
// them. What a wrapper does with requests is not asked, where it puts nothing into their
// contexts: it may ask for a password, or for an address. Routes are compared by the
// names of their wrappers, and who has one that the others don't have is guarded by
// it, as far as anybody can tell.

// wrapName names a wrapper that a call makes. One of the program's is made of what it
// is told: RequireRole("staff") is not RequireRole("member").
func (p *engine) wrapName(fn *types.Func, common *ssa.CallCommon) []string {
	if fn == nil || !p.Named || pathOf(fn) == "net/http" {
		return nil // of a function value its own name is known; http.StripPrefix asks nobody
	}
	name := fn.FullName()
	if p.Local(pathOf(fn)) {
		for _, a := range common.Args {
			if c, ok := a.(*ssa.Const); ok && c.Value != nil {
				name += " " + c.Value.ExactString()
			}
		}
	}
	return []string{name}
}

// identity names a function that is a value, a literal by its place.
func (p *engine) identity(fn *ssa.Function) []string {
	if !p.Named {
		return nil
	}
	if obj := declared(fn); obj != nil {
		return []string{obj.FullName()}
	}
	return []string{p.Posn(fn.Pos())}
}

// isMiddleware reports whether a type is one of functions that are given a handler.
func isMiddleware(t types.Type) bool {
	if s, ok := t.Underlying().(*types.Slice); ok {
		return isMiddleware(s.Elem())
	}
	sig, ok := t.Underlying().(*types.Signature)
	if !ok {
		return false
	}
	for v := range sig.Params().Variables() {
		if !isRequest(v.Type()) && isHandler(v.Type()) {
			return true
		}
	}
	return false
}

// apart reports whether something may run before a route that not all of some others
// have: what lets some requests through, or names their tenant in another way.
func (j *judge) apart(m *mounted, others []*mounted) bool {
	here := m.whole()
	for _, o := range others {
		there := o.whole()
		named := func(l Layer) bool { _, has := there.layer(l.Key); return j.Tenant(l.Key) && !has }
		if slices.ContainsFunc(here.Layers, named) || slices.ContainsFunc(here.Wraps, func(w string) bool { return !slices.Contains(there.Wraps, w) }) {
			return true
		}
	}
	return false
}

// printed are the wrappers, where they are told apart.
func (c Cover) printed() string { return strings.Join(c.Wraps, "\x00") }
