package scope

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// Programs have a transaction that may be missing, in a field beside the pool or in a
// parameter, and take the pool where it is nil. That is as with what contexts carry:
// the pool is used unless the transaction is there, and who makes the value, or calls,
// decides. For that it must be known of a value which of its fields were left empty.

// isOptional reports whether an object is a handle that the caller may leave out.
// A pool that is there makes nothing safe.
func (o *Object) isOptional() bool {
	return o.Root == Param && o.Kind != dbapi.NoHandle && o.Kind != dbapi.Pool && !o.isCarried() && !o.IsPool() && !o.inRequest()
}

// mayBeMissing keeps what contexts carry and what callers may leave out.
func mayBeMissing(objs []*Object) []*Object {
	var out []*Object
	for _, o := range objs {
		if o.isCarried() || o.isOptional() || o.isHolder() {
			out = append(out, o)
		}
	}
	return out
}

// nothing is the cause in a carrier of a field that surely is nil.
const nothing = "nothing"

// emptyField is the carrier of a field that a function leaves nil in what it returns.
func emptyField(slot int, path string) Carrier {
	return Carrier{Slot: slot, Path: path, From: Place{Param: -1}, Cause: nothing}
}

// staysNil reports whether a field of a struct that the function builds is nil
// wherever the struct goes, and worth telling: code asks whether it is.
func (f *frame) staysNil(alloc *ssa.Alloc, field *types.Var) bool {
	f.current.wired = true
	if !f.wiring.asked[field] || f.wiring.reset[field] || field.Exported() {
		return false
	}
	for _, instr := range *alloc.Referrers() {
		switch instr := instr.(type) {
		case *ssa.FieldAddr:
			if fieldAt(instr) != field {
				continue
			}
			for _, use := range *instr.Referrers() {
				if st, ok := use.(*ssa.Store); ok && !isNil(st.Val) {
					return false
				}
			}
		case *ssa.Store:
			if instr.Addr == alloc {
				return false // copied from another struct
			}
		}
	}
	return true
}

// asks notes the fields that are compared with nil.
func (w *wiring) asks(instr ssa.Instruction) {
	op, ok := instr.(*ssa.BinOp)
	if !ok || op.Op != token.EQL && op.Op != token.NEQ {
		return
	}
	for _, side := range [][2]ssa.Value{{op.X, op.Y}, {op.Y, op.X}} {
		load, ok := side[0].(*ssa.UnOp)
		if !ok || load.Op != token.MUL || !isNil(side[1]) {
			continue
		}
		if fa, ok := load.X.(*ssa.FieldAddr); ok {
			w.asked[fieldAt(fa)] = true
		}
	}
}

// resets notes the fields that code fills in what was built before: of those no
// constructor tells that they stay empty.
func (w *wiring) resets(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.FieldAddr:
		_, fresh := instr.X.(*ssa.Alloc)
		for _, use := range *instr.Referrers() {
			switch use := use.(type) {
			case *ssa.UnOp:
			case *ssa.Store:
				if use.Addr != instr || !fresh && !isNil(use.Val) {
					w.reset[fieldAt(instr)] = true
				}
			case *ssa.FieldAddr, *ssa.DebugRef:
			default:
				w.reset[fieldAt(instr)] = true // others get its address
			}
		}
	case *ssa.Store:
		switch instr.Addr.(type) {
		case *ssa.Parameter, *ssa.FreeVar, *ssa.UnOp, *ssa.Phi, *ssa.Call, *ssa.Extract:
			if _, isStruct := instr.Val.Type().Underlying().(*types.Struct); isStruct {
				for _, field := range structFields(instr.Val.Type()) {
					w.reset[field] = true
				}
			}
		}
	}
}

// handlesOf are the handles that a need of a called function speaks of, by the
// function's places: the one, and what is used where that is missing.
func (w *flow) handlesOf(n *Need, at func(Place) []*Object) []*Object {
	objs := at(n.Place)
	if n.Else == nil || n.Else.Pool || keyOfPath(n.Path) != "" {
		return objs
	}
	return add(objs, w.instead(objs, w.asHandles(at(n.Else.At)))...)
}

// instead are the handles that are used where others, which may be missing, are.
func (w *flow) instead(objs, other []*Object) []*Object {
	if len(objs) == 0 {
		return other
	}
	open := undecided(objs)
	if len(open) == 0 {
		return nil
	}
	return w.unless(other, open)
}

// chosenPath is the path to the handle that a need is about: to what is used instead
// where the first choice is missing.
func (n *Need) chosenPath(objs []*Object) string {
	if n.Else != nil && !n.Else.Pool && n.Else.At.Param == n.Param && len(objs) == 1 && objs[0].IsPool() {
		return n.Else.At.Path
	}
	return n.Path
}
