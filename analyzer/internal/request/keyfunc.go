package request

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A GlobalKey is where a function that picks the key of a token picks the same
// one for every token.
type GlobalKey struct {
	Pos      token.Pos // of the return
	Function *ssa.Function
}

// pickedKey looks at the function that tells a verifying call which key to use.
func (f *function) pickedKey(call ssa.CallInstruction, c callee) {
	if c.entry.keyfunc == none {
		return
	}
	for _, fn := range f.functions(c.args[c.entry.keyfunc+c.shift]) {
		if len(fn.Blocks) == 0 || fn.Signature.Params().Len() != 1 || !sameForAll(fn.Params[len(fn.Params)-1]) {
			continue
		}
		if ret := f.oneKey(fn, call.Parent()); ret != nil {
			f.globalKeys = append(f.globalKeys, GlobalKey{Pos: ret.Pos(), Function: f.root})
		}
	}
}

// functions resolves a function value of this package, nothing if it may come
// from elsewhere.
func (f *function) functions(v ssa.Value) []*ssa.Function {
	switch v := v.(type) {
	case *ssa.ChangeType:
		return f.functions(v.X)
	case *ssa.MakeClosure:
		return f.functions(v.Fn)
	case *ssa.Function:
		if v.Parent() != nil {
			return []*ssa.Function{v}
		}
		if obj := declared(v); obj != nil && obj.Pkg() == f.Pkg.Pkg { // a bound method is a wrapper of its own
			if fn := f.Pkg.Prog.FuncValue(obj); fn != nil {
				return []*ssa.Function{fn}
			}
		}
	case *ssa.Call:
		c := f.callee(v)
		if c.static == nil || c.fn == nil || c.fn.Pkg() != f.Pkg.Pkg {
			return nil
		}
		var out []*ssa.Function
		for _, b := range c.static.Blocks {
			if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && len(ret.Results) > 0 {
				if _, isCall := ret.Results[0].(*ssa.Call); !isCall {
					out = append(out, f.functions(ret.Results[0])...)
				}
			}
		}
		return out
	}
	return nil
}

// sameForAll reports whether a function looks at nothing of a token but how it
// was signed.
func sameForAll(param *ssa.Parameter) bool {
	for _, instr := range *param.Referrers() {
		fa, ok := instr.(*ssa.FieldAddr)
		if !ok {
			if _, isDebug := instr.(*ssa.DebugRef); isDebug {
				continue
			}
			return false // handed on
		}
		switch fieldOf(fa.X.Type(), fa.Field).Name() {
		case "Method":
		case "Header":
			if !onlyAlgorithm(fa) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// onlyAlgorithm reports whether nothing but alg is read of a token's header.
func onlyAlgorithm(header *ssa.FieldAddr) bool {
	for _, load := range *header.Referrers() {
		v, ok := load.(*ssa.UnOp)
		if !ok {
			return false
		}
		for _, use := range *v.Referrers() {
			l, isLookup := use.(*ssa.Lookup)
			if !isLookup {
				return false
			}
			if name, isConst := constString(l.Index); !isConst || name != "alg" {
				return false
			}
		}
	}
	return true
}

// oneKey returns where a function returns the program's key, if that is all that
// it returns.
func (f *function) oneKey(fn, user *ssa.Function) (at *ssa.Return) {
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || len(ret.Results) == 0 {
			continue
		}
		if c, isConst := ret.Results[0].(*ssa.Const); isConst && c.Value == nil {
			continue
		}
		if at != nil || !f.kept(f.trace(ret.Results[0], "", ret), user) {
			return nil
		}
		at = ret
	}
	return at
}

// kept reports whether a value is the program's for as long as it runs: a
// variable or constant, a field of what serves requests, or what was given to the
// function that made the function which does.
func (f *function) kept(origins []Origin, user *ssa.Function) bool {
	for _, o := range origins {
		switch {
		case o.Kind == Program:
		case o.Kind == Param && o.Param == 0 && o.Path != "" && isMethod(f.root):
		case o.Kind == Param && user.Parent() != nil && !isMethod(f.root):
		default:
			return false
		}
	}
	return len(origins) > 0
}

func isMethod(fn *ssa.Function) bool {
	sig, _ := fn.Type().(*types.Signature)
	return sig != nil && sig.Recv() != nil
}
