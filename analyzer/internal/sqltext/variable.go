package sqltext

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// maxStores bounds the stores that make up the value of a variable.
const maxStores = 64

// variable resolves a read of a local variable: what is stored before it on
// each path. A variable that a literal assigns may hold whatever is stored.
func (r *Resolver) variable(addr ssa.Value, load *ssa.UnOp) Text {
	if val := lazyssa.StoredBefore(load); val != nil {
		return r.at(val, load.Block())
	}
	base, at := addr, ssa.Instruction(load)
	if fv, ok := addr.(*ssa.FreeVar); ok {
		base, at = lazyssa.Captured(fv), makeClosure(fv)
		if inner, nested := base.(*ssa.FreeVar); nested { // a literal in a literal
			base, at = lazyssa.Captured(inner), makeClosure(inner)
		}
	}
	alloc, ok := base.(*ssa.Alloc)
	if !ok {
		return r.hole(load)
	}
	vals, whole := lazyssa.Stored(alloc)
	switch {
	case !whole || len(vals) > maxStores:
		return r.hole(load)
	case len(vals) == 0:
		return plain("")
	case len(vals) == 1:
		return r.at(vals[0], at.Block())
	case at != nil && onlyStoredIn(alloc):
		return r.before(cell{addr: alloc}, at)
	}
	return r.anyOf(alloc, vals)
}

// anyOf is any of the values that are stored to a place, at whatever time.
func (r *Resolver) anyOf(place any, vals []ssa.Value) Text {
	return r.once(place, func() Text {
		var t Text
		for _, v := range vals {
			t = r.union(t, r.Resolve(v))
		}
		return t
	})
}

// makeClosure is where the literal that captures a variable is made.
func makeClosure(fv *ssa.FreeVar) ssa.Instruction {
	if refs := fv.Parent().Referrers(); refs != nil {
		for _, instr := range *refs {
			if mc, ok := instr.(*ssa.MakeClosure); ok && mc.Fn == ssa.Value(fv.Parent()) {
				return mc
			}
		}
	}
	return nil
}

// onlyStoredIn reports whether no literal assigns a variable.
func onlyStoredIn(alloc *ssa.Alloc) bool {
	var reads func(a ssa.Value) bool
	reads = func(a ssa.Value) bool {
		return !slices.ContainsFunc(*a.Referrers(), func(instr ssa.Instruction) bool {
			switch instr := instr.(type) {
			case *ssa.Store:
				return a != ssa.Value(alloc)
			case *ssa.MakeClosure:
				for i, b := range instr.Bindings {
					if b == a && !reads(instr.Fn.(*ssa.Function).FreeVars[i]) {
						return true
					}
				}
			}
			return false
		})
	}
	return reads(alloc)
}

// stored lists the values that a load may read, wherever they were stored, if
// all stores are seen.
func (r *Resolver) stored(load *ssa.UnOp) ([]ssa.Value, bool) {
	switch addr := load.X.(type) {
	case *ssa.Alloc, *ssa.FreeVar:
		if val := lazyssa.StoredBefore(load); val != nil {
			return []ssa.Value{val}, true
		}
		base := load.X
		if fv, ok := base.(*ssa.FreeVar); ok {
			base = lazyssa.Captured(fv)
		}
		if alloc, ok := base.(*ssa.Alloc); ok {
			vals, whole := lazyssa.Stored(alloc)
			return vals, whole && len(vals) > 0 && len(vals) <= maxStores
		}
	case *ssa.Global:
		return r.places().ofGlobal(addr)
	case *ssa.FieldAddr:
		return r.places().ofField(fieldAt(addr))
	}
	return nil, false
}

// A cell is a place of which the content changes as its function runs: a
// variable, or a builder.
type cell struct {
	addr    ssa.Value
	builder bool
	// helper: only what the function itself writes, not what was there before.
	helper bool
}

// entry stands for a cell's content where a block begins.
type entry struct {
	cell
	block *ssa.BasicBlock
}

// leaving stands for a cell's content where a block ends.
type leaving entry

// before resolves the content of a cell before an instruction.
func (r *Resolver) before(c cell, at ssa.Instruction) Text {
	b := at.Block()
	n := slices.Index(b.Instrs, at)
	// A store decides what is there, whatever was before.
	start := 0
	var t *Text
	if !c.builder {
		for i := n - 1; i >= 0; i-- {
			if st, ok := b.Instrs[i].(*ssa.Store); ok && st.Addr == c.addr {
				val := r.at(st.Val, b)
				return val
			}
		}
		return r.entering(c, b)
	}
	for i := n - 1; i >= 0; i-- {
		if b.Instrs[i] == ssa.Instruction(asInstruction(c.addr)) {
			start = i
			break
		}
	}
	for _, instr := range b.Instrs[start:n] {
		if call, ok := instr.(*ssa.Call); ok {
			if w, writes := r.written(c, call); writes {
				if t == nil {
					e := r.entering(c, b)
					t = &e
				}
				*t = w(*t)
			}
		}
	}
	if t == nil {
		return r.entering(c, b)
	}
	return *t
}

func asInstruction(v ssa.Value) ssa.Instruction {
	instr, _ := v.(ssa.Instruction)
	return instr
}

// entering resolves the content of a cell where a block begins.
func (r *Resolver) entering(c cell, b *ssa.BasicBlock) Text {
	if instr := asInstruction(c.addr); instr != nil && instr.Block() == b && instr.Parent() == b.Parent() {
		return r.fresh(c)
	}
	if b.Index == 0 {
		return r.fresh(c)
	}
	return r.once(entry{c, b}, func() Text {
		var t Text
		for _, p := range b.Preds {
			t = r.union(t, r.once(leaving{c, p}, func() Text { return r.before(c, endOf(p)) }))
		}
		return t
	})
}

// endOf is the last instruction of a block: a jump, which writes nothing.
func endOf(b *ssa.BasicBlock) ssa.Instruction { return b.Instrs[len(b.Instrs)-1] }

// fresh is what a cell holds when its function starts.
func (r *Resolver) fresh(c cell) Text {
	if !c.builder {
		return plain("")
	}
	switch addr := c.addr.(type) {
	case *ssa.Alloc:
		return plain("")
	case *ssa.Call:
		return r.at(addr.Call.Args[0], addr.Block())
	}
	if c.helper {
		return plain("")
	}
	if fv, ok := c.addr.(*ssa.FreeVar); ok {
		if mc := makeClosure(fv); mc != nil {
			if outer := builderOf(lazyssa.Captured(fv)); outer != nil {
				return r.before(cell{addr: outer, builder: true}, mc)
			}
		}
	}
	return fragment(0, "text in a builder from elsewhere")
}
