package scope

import (
	"go/types"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// maxHold bounds the structs within structs that are searched for handles.
const maxHold = 4

// mayHold reports whether values of a type can be or hold a handle that anybody
// would ask about. Facts about other values would travel for nothing.
func (p *packageEngine) mayHold(t types.Type) bool {
	if t == nil {
		return true
	}
	if may, ok := p.holdMemo[t]; ok {
		return may
	}
	may := p.searchHandle(t, maxHold)
	p.holdMemo[t] = may
	return may
}

func (p *packageEngine) searchHandle(t types.Type, depth int) bool {
	if p.kindOf(t) != dbapi.NoHandle {
		return true
	}
	switch u := elem(t).Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			if depth > 0 && mayCarry(u.Field(i).Type()) && p.searchHandle(u.Field(i).Type(), depth-1) {
				return true
			}
		}
	case *types.Interface:
		// An interface of the program's own may stand for something that holds
		// a handle; one of another module is not about databases, or the
		// catalogue would know it.
		n, ok := types.Unalias(elem(t)).(*types.Named)
		return ok && u.NumMethods() > 0 && n.Obj().Pkg() != nil && (n.Obj().Pkg() == p.Pkg.Pkg && p.InModule || p.Local(n.Obj().Pkg().Path()))
	case *types.TypeParam:
		return true
	}
	return false
}
