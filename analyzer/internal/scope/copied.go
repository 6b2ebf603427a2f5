package scope

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// replaced reports whether a store to a field replaces what came with a copy of
// the whole struct: `c := *s; c.db = tx`. It does where it comes after the copy
// and before whatever else is done with the struct.
func replaced(alloc *ssa.Alloc, copied, field *ssa.Store) bool {
	if !before(copied, field) {
		return false
	}
	for _, use := range *alloc.Referrers() {
		if use == ssa.Instruction(copied) {
			continue
		}
		if fa, ok := use.(*ssa.FieldAddr); ok && (fa == field.Addr || onlyStored(fa)) {
			continue
		}
		if !before(field, use) {
			return false
		}
	}
	return true
}

// onlyStored reports whether an address is used for nothing but stores to it.
func onlyStored(addr *ssa.FieldAddr) bool {
	return !slices.ContainsFunc(*addr.Referrers(), func(use ssa.Instruction) bool {
		st, ok := use.(*ssa.Store)
		return !ok || st.Addr != addr
	})
}

// before reports whether an instruction has run whenever another one does.
func before(a, b ssa.Instruction) bool {
	if a.Block() != b.Block() {
		return a.Block().Dominates(b.Block())
	}
	return slices.Index(a.Block().Instrs, a) < slices.Index(b.Block().Instrs, b)
}
