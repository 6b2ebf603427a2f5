package scope

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/internal/webcontext"
)

// A variable of the function around a handler is there before a request comes, and
// after it: the handlers of all tenants share it, as they share a field.

// outlives reports whether a store puts something into a variable of a function around
// a literal that runs again, for another context than the one that the value was made
// for: the one that the literal is given.
func (f *frame) outlives(st *ssa.Store) bool {
	kept := keptIn(st.Addr, 0)
	if kept == nil {
		return false
	}
	given := contextOf(st.Val, map[ssa.Value]bool{})
	return given != nil && encloses(kept.Parent(), given) && f.runsAgain(given)
}

// keptIn is the local variable, of whatever function around, in which, or in a field of
// which, an address is; nil for other addresses.
func keptIn(addr ssa.Value, depth int) *ssa.Alloc {
	switch addr := addr.(type) {
	case *ssa.Alloc:
		return addr
	case *ssa.FieldAddr:
		return keptIn(addr.X, depth)
	case *ssa.UnOp: // of a pointer to a struct that a variable holds
		return keptIn(addr.X, depth)
	case *ssa.FreeVar:
		if b := binding(addr); b != nil && depth < maxDepth {
			return keptIn(b, depth+1)
		}
	}
	return nil
}

// contextOf is the literal of whose own context a value is made, nil if it is made of
// none.
func contextOf(v ssa.Value, seen map[ssa.Value]bool) *ssa.Function {
	if v == nil || seen[v] {
		return nil
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Parameter:
		if v.Parent().Parent() != nil && (carriesValues(v.Type()) || isRequest(v.Type())) {
			return v.Parent()
		}
		return nil
	case *ssa.FreeVar:
		return contextOf(binding(v), seen)
	case *ssa.Alloc:
		for _, val := range storedAt(v) {
			if fn := contextOf(val, seen); fn != nil {
				return fn
			}
		}
		return nil
	}
	instr, ok := v.(ssa.Instruction)
	if !ok {
		return nil
	}
	for _, op := range instr.Operands(nil) {
		if *op == nil {
			continue
		}
		if fn := contextOf(*op, seen); fn != nil {
			return fn
		}
	}
	return nil
}

func isRequest(t types.Type) bool { return t.String() == "*net/http.Request" }

// encloses reports whether a literal is in a function, and not that function itself.
func encloses(fn, literal *ssa.Function) bool {
	for p := literal.Parent(); p != nil; p = p.Parent() {
		if p == fn {
			return true
		}
	}
	return false
}

// runsAgain reports whether a literal goes where others call it, each with a context
// of its own: it is returned or kept, or is a handler of requests. A callback that the
// code around runs within the same work is none.
func (f *frame) runsAgain(fn *ssa.Function) bool {
	handles := false
	for _, p := range fn.Params {
		handles = handles || isRequest(p.Type()) || webcontext.IsContext(p.Type())
	}
	var goes func(v ssa.Value, depth int) bool
	goes = func(v ssa.Value, depth int) bool {
		if v.Referrers() == nil || depth > maxDepth {
			return false
		}
		for _, use := range *v.Referrers() {
			switch use := use.(type) {
			case *ssa.Return, *ssa.MapUpdate:
				return true
			case *ssa.Store:
				if _, local := use.Addr.(*ssa.Alloc); !local {
					return true
				}
			case *ssa.ChangeType:
				if goes(use, depth+1) {
					return true
				}
			case *ssa.MakeInterface:
				if goes(use, depth+1) {
					return true
				}
			case ssa.CallInstruction:
				if handles && use.Common().Value != v {
					return true
				}
			}
		}
		return false
	}
	for _, use := range *fn.Referrers() {
		if mc, ok := use.(*ssa.MakeClosure); ok && goes(mc, 0) {
			return true
		}
	}
	return false
}
