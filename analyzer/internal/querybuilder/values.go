package querybuilder

import (
	"go/constant"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// strip returns the value under conversions, in the frame in which it is one.
func strip(v ssa.Value, f *frame) (ssa.Value, *frame) {
	for range 16 {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.Parameter:
			arg, up, ok := f.argument(x)
			if !ok {
				return v, f
			}
			v, f = arg, up
		case *ssa.UnOp:
			val := lazyssa.StoredBefore(x)
			if val == nil {
				return v, f
			}
			v = val
		default:
			return v, f
		}
	}
	return v, f
}

// text resolves a string argument.
func (e *reading) text(v ssa.Value, f *frame) text {
	v, _ = strip(v, f)
	if ts := e.Texts(v); len(ts) == 1 {
		return slices.Clone(text(ts[0].Parts))
	}
	return unknown()
}

func (s step) text(i int) text { return s.reading.text(s.args[i], s.frame) }

// constantString returns the constant that a string argument is.
func constantString(v ssa.Value, f *frame) (string, bool) {
	v, _ = strip(v, f)
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(c.Value), true
}

// variadic lists the elements of a slice argument, and whether there may be
// more of them.
func (s step) variadic(i int) (elems []ssa.Value, more bool) {
	if i >= len(s.args) {
		return nil, false
	}
	return elements(s.args[i], s.frame, 0)
}

// elements lists the elements of a slice: of a literal, and what append adds.
func elements(v ssa.Value, f *frame, depth int) (elems []ssa.Value, more bool) {
	if depth > 8 {
		return nil, true
	}
	v, f = strip(v, f)
	if elems, ok := lazyssa.Variadic(v); ok {
		return elems, false
	}
	switch v := v.(type) {
	case *ssa.Slice: // of a slice that grew: s[:0] is an empty one
		if _, isSlice := v.X.Type().Underlying().(*types.Slice); !isSlice {
			return nil, !emptyMake(v)
		}
	case *ssa.MakeSlice:
		if c, ok := v.Len.(*ssa.Const); ok && c.Int64() == 0 {
			return nil, false
		}
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" && len(v.Call.Args) == 2 {
			head, open := elements(v.Call.Args[0], f, depth+1)
			tail, openTail := elements(v.Call.Args[1], f, depth+1)
			return append(slices.Clip(head), tail...), open || openTail
		}
	case *ssa.Phi:
		for i, edge := range v.Edges {
			list, open := elements(edge, f, depth+4)
			more = more || open
			if i == 0 {
				elems = list
				continue
			}
			n := 0
			for n < len(elems) && n < len(list) && elems[n] == list[n] {
				n++
			}
			more = more || n < len(elems) || n < len(list)
			elems = elems[:n]
		}
		return elems, more
	}
	return nil, true
}

// emptyMake recognises make([]T, 0, n) with a constant n, which is a slice of
// an array.
func emptyMake(v *ssa.Slice) bool {
	c, ok := v.High.(*ssa.Const)
	return ok && v.Low == nil && c.Int64() == 0
}

// An entry is a key of a map with its value.
type entry struct {
	key text
	val ssa.Value
}

// entries lists what a map literal holds, and whether there may be more.
func (e *reading) entries(v ssa.Value, f *frame) (out []entry, more bool) {
	at := blockOf(v)
	v, f = strip(v, f)
	m, ok := v.(*ssa.MakeMap)
	if !ok {
		return nil, true
	}
	if at == nil {
		at = m.Block()
	}
	var visit func(m ssa.Value)
	visit = func(m ssa.Value) {
		for _, instr := range *m.Referrers() {
			switch instr := instr.(type) {
			case *ssa.MapUpdate:
				if instr.Map != m || !instr.Block().Dominates(at) || at != instr.Block() && lazyssa.InLoop(instr.Block()) {
					more = true
					continue
				}
				out = append(out, entry{e.text(instr.Key, f), instr.Value})
			case *ssa.ChangeType:
				visit(instr)
			case *ssa.MakeInterface, *ssa.DebugRef, *ssa.Lookup, *ssa.Range:
			case *ssa.Call:
				if b, isBuiltin := instr.Call.Value.(*ssa.Builtin); !isBuiltin || b.Name() != "len" {
					_, isStep := e.stepOf(&instr.Call, f)
					more = more || !isStep
				}
			default:
				more = true
			}
		}
	}
	visit(m)
	slices.SortStableFunc(out, func(a, b entry) int {
		if a.key.String() < b.key.String() {
			return -1
		}
		if a.key.String() > b.key.String() {
			return 1
		}
		return 0
	})
	return out, more
}

func blockOf(v ssa.Value) *ssa.BasicBlock {
	if instr, ok := v.(ssa.Instruction); ok {
		return instr.Block()
	}
	return nil
}

// isList reports whether a value is bound as a list of values, not as one.
func isList(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if hasMethod(t, "Value") {
		return false // a driver.Valuer decides for itself
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return !isByte(u.Elem())
	case *types.Array:
		return !isByte(u.Elem())
	}
	return false
}

func isByte(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Byte
}

func hasMethod(t types.Type, name string) bool { return method(t, name) != nil }

func method(t types.Type, name string) *types.Func {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	fn, _ := obj.(*types.Func)
	return fn
}
