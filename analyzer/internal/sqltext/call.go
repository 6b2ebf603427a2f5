package sqltext

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// call resolves a result of a function call.
func (r *Resolver) call(v *ssa.Call, result int) Text {
	if b, ok := v.Call.Value.(*ssa.Builtin); ok {
		if b.Name() == "append" && isText(v.Type()) && len(v.Call.Args) == 2 {
			return r.concat(r.at(v.Call.Args[0], v.Block()), r.at(v.Call.Args[1], v.Block()))
		}
		return r.hole(v)
	}
	fn := calledFunction(v.Call.Value)
	if fn == nil {
		return r.resultHole(v, result)
	}
	if t, ok := r.library(v, fn, result); ok {
		return t
	}
	if trustOfCall(&v.Call) != sqlcheck.Free {
		return r.resultHole(v, result)
	}
	if origin := fn.Origin(); origin != nil {
		fn = origin
	}
	if fn.Package() != r.Pkg || fn.Blocks == nil {
		return r.imported(v, fn, result)
	}
	t, ok := r.returned(fn, result)
	if !ok {
		return r.resultHole(v, result)
	}
	return r.bind(t, argumentOf(v, fn), v.Block())
}

// imported resolves a call of another package's function by what that package
// says about it.
func (r *Resolver) imported(v *ssa.Call, fn *ssa.Function, result int) Text {
	obj, ok := fn.Object().(*types.Func)
	if !ok || r.Import == nil {
		return r.resultHole(v, result)
	}
	fact := r.Import(obj.Origin())
	if fact == nil {
		return r.resultHole(v, result)
	}
	t, ok := r.recalled(fact, result, func(i int) Text {
		if i >= len(v.Call.Args) {
			return fragment(sqlcheck.Free, causeOf(v))
		}
		return r.at(v.Call.Args[i], v.Block())
	})
	if !ok {
		return r.resultHole(v, result)
	}
	return t
}

// argumentOf finds what a call passes for a parameter.
func argumentOf(call *ssa.Call, fn *ssa.Function) func(*ssa.Parameter) (ssa.Value, bool) {
	return func(p *ssa.Parameter) (ssa.Value, bool) {
		if i := slices.Index(fn.Params, p); i >= 0 && i < len(call.Call.Args) {
			return call.Call.Args[i], true
		}
		return nil, false
	}
}

// resultHole is a result of a call of which only the type is known.
func (r *Resolver) resultHole(v *ssa.Call, result int) Text {
	if results := v.Call.Signature().Results(); results.Len() > 1 {
		for _, use := range *v.Referrers() {
			if e, ok := use.(*ssa.Extract); ok && e.Index == result {
				return r.hole(e)
			}
		}
	}
	return r.hole(v)
}

// calledFunction is what a function value runs: a declared function or a
// literal, also through a variable that is assigned once.
func calledFunction(v ssa.Value) *ssa.Function {
	for range 4 {
		switch x := v.(type) {
		case *ssa.Function:
			return x
		case *ssa.MakeClosure:
			return x.Fn.(*ssa.Function)
		case *ssa.ChangeType:
			v = x.X
		case *ssa.FreeVar:
			v = lazyssa.Captured(x)
		case *ssa.UnOp:
			only := onlyStored(x.X)
			if only == nil {
				return nil
			}
			v = only
		default:
			return nil
		}
	}
	return nil
}

// onlyStored is the one value that is ever stored to a local variable, or nil.
func onlyStored(addr ssa.Value) ssa.Value {
	if fv, ok := addr.(*ssa.FreeVar); ok {
		addr = lazyssa.Captured(fv)
	}
	alloc, ok := addr.(*ssa.Alloc)
	if !ok {
		return nil
	}
	if vals, whole := lazyssa.Stored(alloc); whole && len(vals) == 1 {
		return vals[0]
	}
	return nil
}

// resultOf stands for a result of a function among what is being resolved.
type resultOf struct {
	fn     *ssa.Function
	result int
}

// returned resolves what a function of this package returns, with holes for
// its parameters.
func (r *Resolver) returned(fn *ssa.Function, result int) (Text, bool) {
	results := fn.Signature.Results()
	if result >= results.Len() || !isText(results.At(result).Type()) {
		return Text{}, false
	}
	t := r.once(resultOf{fn, result}, func() Text {
		var t Text
		for _, b := range fn.Blocks {
			ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
			if !ok || len(b.Preds) == 0 && b.Index != 0 || failsWithout(ret, result) {
				continue
			}
			t = r.union(t, r.at(ret.Results[result], b))
		}
		return t
	})
	t.Param = nil
	return t, len(t.Templates) > 0
}

// failsWithout reports whether a return gives an error instead of a text.
func failsWithout(ret *ssa.Return, result int) bool {
	last := ret.Results[len(ret.Results)-1]
	if len(ret.Results) < 2 || last.Type().String() != "error" {
		return false
	}
	if c, ok := last.(*ssa.Const); ok && c.Value == nil {
		return false
	}
	c, ok := ret.Results[result].(*ssa.Const)
	return ok && constString(c) == ""
}

// bind puts a call's arguments in the place of the callee's parameters.
func (r *Resolver) bind(t Text, argument func(*ssa.Parameter) (ssa.Value, bool), at *ssa.BasicBlock) Text {
	out := Text{Unresolved: t.Unresolved}
	cause := t.Cause
	for _, tpl := range t.Templates {
		bound := plain("")
		for _, p := range tpl.Parts {
			part := Text{Templates: []sqlcheck.Template{{Parts: []sqlcheck.Part{p}}}}
			if p.Hole != nil && r.params[p.Hole] != nil {
				if arg, ok := argument(r.params[p.Hole]); ok {
					part = r.at(arg, at)
					part.Param = nil
					cause = ""
				}
			}
			bound = r.concat(bound, part)
		}
		out = r.union(out, bound)
	}
	if out.Cause == "" {
		out.Cause = cause
	}
	return out
}

// operand resolves a formatted operand: a string to its text, anything else to
// a hole that remembers the type under the interface.
func (r *Resolver) operand(v ssa.Value, at *ssa.BasicBlock) Text {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	if c, ok := v.(*ssa.Const); ok {
		if b, isBasic := c.Type().Underlying().(*types.Basic); !isBasic || b.Info()&types.IsString == 0 {
			return plain(constantText(c))
		}
	}
	if isText(v.Type()) {
		if trustOfType(v.Type()) == sqlcheck.Inert || ownText(v.Type()) != nil {
			return r.hole(v) // prints itself in its own way
		}
		t := r.at(v, at)
		t.Param = nil
		return t
	}
	return r.hole(v)
}
