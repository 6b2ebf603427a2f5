package scope

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Programs list their handlers in tables: method values in the fields of structs,
// in slices and maps, among them those of variadic arguments. What calls them
// reads the table in a loop, and can't be followed; the values that the methods
// are bound to are known where the table is written. A method expression is bound
// to nothing: it is called with whatever the package makes of its type.

// listed applies a method value that is not simply an argument of a call.
func (w *flow) listed(e *env, mc *ssa.MakeClosure) {
	if isKept(mc, 0) {
		w.boundMethod(e, nil, w.function(mc), mc.Pos())
	}
}

// isKept reports whether a value is stored where others find it, or returned.
func isKept(v ssa.Value, depth int) bool {
	if depth > maxDepth || v.Referrers() == nil {
		return false
	}
	for _, use := range *v.Referrers() {
		switch use := use.(type) {
		case *ssa.ChangeType:
			if isKept(use, depth+1) {
				return true
			}
		case *ssa.MakeInterface:
			if isKept(use, depth+1) {
				return true
			}
		case *ssa.Store:
			if use.Val == v && !isVariable(use.Addr) {
				return true
			}
		case *ssa.MapUpdate, *ssa.Send, *ssa.Return:
			return true
		}
	}
	return false
}

// isVariable reports whether an address is that of a local variable, which may get
// another value between two reads.
func isVariable(addr ssa.Value) bool {
	switch addr.(type) {
	case *ssa.Alloc, *ssa.FreeVar:
		return true
	}
	return false
}

// listExpression notes the method expressions that an instruction lists.
func (w *wiring) listExpression(instr ssa.Instruction) {
	var vals []ssa.Value
	switch instr := instr.(type) {
	case *ssa.Store:
		if !isVariable(instr.Addr) {
			vals = append(vals, instr.Val)
		}
	case *ssa.MapUpdate:
		vals = append(vals, instr.Value)
	case *ssa.Return:
		vals = instr.Results
	case *ssa.ChangeType:
		if isKept(instr, 0) {
			vals = append(vals, instr.X)
		}
	case *ssa.MakeInterface:
		if isKept(instr, 0) {
			vals = append(vals, instr.X)
		}
	}
	for _, v := range vals {
		fn, ok := v.(*ssa.Function)
		if !ok || fn.Parent() != nil {
			continue
		}
		method := declared(fn)
		if method == nil || method.Signature().Recv() == nil || fn.Signature.Recv() != nil {
			continue
		}
		if n, ok := types.Unalias(elem(method.Signature().Recv().Type())).(*types.Named); ok && !slices.Contains(w.listed[n.Obj()], fn) {
			w.listed[n.Obj()] = append(w.listed[n.Obj()], fn)
		}
	}
}

// listedOn applies the listed methods of the types of which the function makes
// values.
func (f *frame) listedOn(emit func(*Event)) {
	if len(f.wiring.listed) == 0 {
		return
	}
	f.current.wired = true
	w := &flow{frame: f, emit: emit}
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			alloc, ok := instr.(*ssa.Alloc)
			if !ok {
				continue
			}
			n, ok := types.Unalias(elem(alloc.Type())).(*types.Named)
			if !ok {
				continue
			}
			for _, fn := range f.wiring.listed[n.Origin().Obj()] {
				w.boundMethod(newEnv(), nil, callee{declared: fn, bindings: []ssa.Value{alloc}, at: f}, alloc.Pos())
			}
		}
	}
}
