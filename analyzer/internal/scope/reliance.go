package scope

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A Reliance is a call of a function that sets the tenant's context on a handle
// for its caller, or makes as if it did. Where that function is broken, it is
// what has to change; the calls say how much rests on it.
type Reliance struct {
	Call   ssa.CallInstruction
	Callee *types.Func
}

// relies notes a call of a function that establishes the tenant's context.
func (w *flow) relies(call ssa.CallInstruction, t target) {
	fn := t.fn
	if w.emit == nil || fn == nil || !w.establishes(t.summary) {
		return
	}
	if common := call.Common(); common.IsInvoke() {
		iface, _ := common.Value.Type().Underlying().(*types.Interface)
		if fn = w.impls.method(common.Value.Type(), iface, common.Method).fn; fn == nil {
			return
		}
	}
	r := Reliance{Call: call, Callee: fn}
	if !slices.Contains(w.current.relies, r) {
		w.current.relies = append(w.current.relies, r)
	}
}

// establishes reports whether a function sets the tenant's context on what it
// gets, returns or hands to a callback, or is known to fail at that.
func (p *packageEngine) establishes(s *Summary) bool {
	tenant := func(name string) bool { return name == Unnamed || p.tenant(name) }
	carrier := func(c Carrier) bool {
		return c.Broken != "" || slices.ContainsFunc(c.Settings, func(in InEffect) bool { return tenant(in.Setting) })
	}
	return slices.ContainsFunc(s.Sets, func(e Effect) bool { return e.Broken != "" || tenant(e.Setting) }) ||
		slices.ContainsFunc(s.Results, carrier) ||
		slices.ContainsFunc(s.Callbacks, func(c Callback) bool { return c.Broken != "" || slices.ContainsFunc(c.Args, carrier) }) ||
		slices.ContainsFunc(s.Needs, func(n Need) bool { return n.MustTx })
}
