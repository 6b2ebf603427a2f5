package lazyssa

import "golang.org/x/tools/go/ssa"

// Captured returns the value that a function literal's free variable is bound
// to where the literal is made, or nil.
func Captured(fv *ssa.FreeVar) ssa.Value {
	fn := fv.Parent()
	i := indexOf(fn.FreeVars, fv)
	if i < 0 || fn.Referrers() == nil {
		return nil
	}
	for _, instr := range *fn.Referrers() {
		if mc, ok := instr.(*ssa.MakeClosure); ok && mc.Fn == fn {
			return mc.Bindings[i]
		}
	}
	return nil
}

// Stored returns the values that are stored to a variable, in its function and
// in the literals that capture it. whole is false when the address goes where
// stores can't be seen.
func Stored(addr ssa.Value) (vals []ssa.Value, whole bool) {
	whole = true
	seen := map[ssa.Value]bool{}
	var visit func(a ssa.Value)
	visit = func(a ssa.Value) {
		if seen[a] || a.Referrers() == nil {
			return
		}
		seen[a] = true
		for _, instr := range *a.Referrers() {
			switch instr := instr.(type) {
			case *ssa.Store:
				if instr.Addr == a {
					vals = append(vals, instr.Val)
				} else {
					whole = false
				}
			case *ssa.MakeClosure:
				fn := instr.Fn.(*ssa.Function)
				for i, b := range instr.Bindings {
					if b == a && i < len(fn.FreeVars) {
						visit(fn.FreeVars[i])
					}
				}
			case *ssa.UnOp, *ssa.DebugRef, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Slice:
			default:
				whole = false
			}
		}
	}
	visit(addr)
	return vals, whole
}

// StoredBefore returns the value that a load of a variable sees when a store in
// the same block decides it, or nil. Calls in between may only matter for
// variables that a literal captures and writes; those are not followed.
func StoredBefore(load *ssa.UnOp) ssa.Value {
	block := load.Block()
	at := -1
	for i, instr := range block.Instrs {
		if instr == ssa.Instruction(load) {
			at = i
			break
		}
	}
	for i := at - 1; i >= 0; i-- {
		if st, ok := block.Instrs[i].(*ssa.Store); ok && st.Addr == load.X {
			return st.Val
		}
	}
	return nil
}

// Variadic returns the elements of the slice that the compiler builds for a
// variadic argument, or ok=false for one that the program passes itself.
func Variadic(arg ssa.Value) (elems []ssa.Value, ok bool) {
	switch arg := arg.(type) {
	case *ssa.Const:
		return nil, arg.Value == nil
	case *ssa.Slice:
		alloc, isAlloc := arg.X.(*ssa.Alloc)
		if !isAlloc || arg.Low != nil || arg.High != nil {
			return nil, false
		}
		byIndex := map[int64]ssa.Value{}
		for _, instr := range *alloc.Referrers() {
			ia, isIndex := instr.(*ssa.IndexAddr)
			if !isIndex {
				continue
			}
			idx, isConst := ia.Index.(*ssa.Const)
			if !isConst {
				return nil, false
			}
			for _, use := range *ia.Referrers() {
				if st, isStore := use.(*ssa.Store); isStore && st.Addr == ia {
					byIndex[idx.Int64()] = st.Val
				}
			}
		}
		for i := range int64(len(byIndex)) {
			v, has := byIndex[i]
			if !has {
				return nil, false
			}
			elems = append(elems, v)
		}
		return elems, true
	}
	return nil, false
}

func indexOf[T comparable](list []T, x T) int {
	for i, e := range list {
		if e == x {
			return i
		}
	}
	return -1
}
