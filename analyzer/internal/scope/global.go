package scope

import (
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// A Variable says what is in a package variable whose type leaves that open, as
// *gorm.DB does: the package puts nothing but pools into it. It is a fact.
type Variable struct{ Kind dbapi.Kind }

// AFact marks Variable as a fact of a package variable.
func (*Variable) AFact() {}

func (v *Variable) String() string { return "holds a " + v.Kind.String() }

// globalKind returns what kind of handle is surely in a package variable,
// NoHandle where that can't be said.
func (p *packageEngine) globalKind(g *ssa.Global) dbapi.Kind {
	v, ok := g.Object().(*types.Var)
	if !ok {
		return dbapi.NoHandle
	}
	if g.Pkg != p.Pkg {
		if fact := p.ImportVariable(v); fact != nil {
			return fact.Kind
		}
		return dbapi.NoHandle
	}
	p.current.wired = true
	w := p.wiring
	if kind, known := w.kinds[g]; known {
		return kind
	}
	w.kinds[g] = dbapi.NoHandle // while it is being found: DB = DB.Debug()
	kind := dbapi.NoHandle
	for _, st := range w.globals[g] {
		for _, o := range p.symbolicFrame(st.Parent()).resolve(st.Val) {
			switch {
			case o.Root == Global && o.Value == g:
			case o.IsPool():
				kind = dbapi.Pool
			default:
				return dbapi.NoHandle
			}
		}
	}
	w.kinds[g] = kind
	return kind
}

// variables are the package variables of which others are to be told.
func (p *packageEngine) variables() map[*types.Var]*Variable {
	out := map[*types.Var]*Variable{}
	globals := slices.SortedFunc(maps.Keys(p.wiring.globals), func(a, b *ssa.Global) int { return int(a.Pos() - b.Pos()) })
	for _, g := range globals { // in one order: what is in one may be told by another
		v, ok := g.Object().(*types.Var)
		if !ok || !v.Exported() || g.Pkg != p.Pkg || p.api.KindOf(v.Type()) != dbapi.Querier {
			continue
		}
		if kind := p.globalKind(g); kind != dbapi.NoHandle {
			out[v] = &Variable{kind}
		}
	}
	return out
}
