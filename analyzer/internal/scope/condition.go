package scope

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// Programs also put the tenant itself into a context, and set the setting only
// where one is there: `id, ok := TenantFrom(ctx); if !ok { return nil }`. Whether
// such a helper scopes a handle is then the context's decision, as it is where
// contexts carry handles.

// asValues are objects that contexts carry as plain values.
func (f *frame) asValues(objs []*Object) []*Object {
	out := make([]*Object, len(objs))
	for i, o := range objs {
		if out[i] = o; o.isCarried() && !o.value {
			n := *o
			n.value = true
			out[i] = f.in.intern(n, "value")
		}
	}
	return out
}

// isValue reports whether a type is that of a plain value: nothing that is or
// holds a handle.
func (f *frame) isValue(t types.Type) bool {
	return f.kindOf(t) == dbapi.NoHandle && !(mayCarry(t) && f.mayHold(t))
}

// deciding keeps what decides about handles: the handles that contexts carry,
// and the values under keys on which some setting was seen to depend. Whether
// any other value is there (a logger, a cached row) says nothing about tenants.
func (p *packageEngine) deciding(carried []*Object) []*Object {
	var out []*Object
	for _, o := range carried {
		if !o.value || p.tenantKeys[o.CarriedKey()] {
			out = append(out, o)
		}
	}
	return out
}

// decides records that a setting depends on what contexts carry at a place.
func (p *packageEngine) decides(at *Place) {
	if at != nil && !at.asksValue() {
		p.tenantKeys[keyOfPath(at.Path)] = true
	}
}

// missing returns what surely isn't carried at any of the exits: that is why
// they leave a setting out.
func (f *frame) missing(without []exit) *Place {
	var common []*Object
	for i, x := range without {
		absent := f.absences(x.ret.Block(), nil)
		if i == 0 {
			common = absent
			continue
		}
		var both []*Object
		for _, o := range common {
			for _, p := range absent {
				if o.same(p) {
					both = append(both, o)
					break
				}
			}
		}
		common = both
	}
	for _, o := range common {
		if o.Root == Param && o.value {
			p := o.Place()
			return &p
		}
	}
	return nil
}

// under is the entry of a setting that a called function makes only where its
// context carries a value, or a parameter is one. ok is false where the context
// surely doesn't.
func (f *frame) under(en Entry, cond *Place, args []ssa.Value, at *ssa.BasicBlock) (Entry, bool) {
	switch {
	case cond == nil || cond.Param >= len(args):
		return en, cond == nil
	case cond.asksValue():
		return f.underValue(en, *cond, args[cond.Param], at)
	case cond.Param == ofUse:
		f.decides(cond)
		return Entry{Level: Conditional, By: en.By, If: f.placedIn(args, cond)[0], Then: en.Level, pending: en.pending}, true
	}
	f.decides(cond)
	carried := f.walk(f.resolve(args[cond.Param]), cond.Path)
	open := undecided(carried)
	switch {
	case len(carried) == 0:
		return en, false
	case len(open) == 0 || f.present(open[0], at):
		return en, true
	}
	return Entry{Level: Conditional, By: en.By, If: open[0], Then: en.Level, pending: en.pending}, true
}

// present reports whether a context surely carries something in a block.
func (f *frame) present(o *Object, b *ssa.BasicBlock) bool {
	for _, p := range f.presences(b) {
		if o.same(p) {
			return true
		}
	}
	return false
}

// scopedElsewhere stands for the handle of a called function whose context
// carries the tenant: the function sets it.
func (f *frame) scopedElsewhere(v ssa.Value) *Object {
	o := f.in.intern(Object{Root: Elsewhere, Kind: dbapi.Tx, Cause: "carries", Value: v}, "")
	o.initial.set(Unnamed, Entry{Level: Set})
	return o
}

// valued are the handles of a called function that asks its context for the
// tenant: scoped where it is there, else what it falls back on.
func (w *flow) valued(call ssa.CallInstruction, args []ssa.Value, n *Need, carried []*Object) []*Object {
	w.decides(&n.Place)
	open := undecided(carried)
	switch {
	case len(carried) > 0 && len(open) == 0, len(open) > 0 && call != nil && w.present(open[0], call.Block()):
		return []*Object{w.scopedElsewhere(args[n.Param])}
	}
	unset := []*Object{w.in.intern(Object{Root: Elsewhere, Kind: dbapi.Pool, Cause: tenantless, Value: args[n.Param]}, "")}
	if n.Else != nil && !n.Else.Pool {
		unset = w.placed(args, n.Else.At)
	}
	return w.unless(unset, open)
}

// tenantless is the cause of a handle that a called function doesn't scope,
// since the context that it gets carries no tenant.
const tenantless = "tenantless"

// condition returns what a context must carry for the tenant's context to be
// set on a handle, nil if it doesn't depend on that.
func (j Judge) condition(h Handle) *Object {
	best := Unset
	var cond *Object
	for _, name := range sortedKeys(h.State.Settings) {
		if entry := h.State.Settings[name]; (name == Unnamed || j.Tenant(name)) && entry.Level > best {
			best, cond = entry.Level, entry.If
		}
	}
	if best != Conditional {
		return nil
	}
	return cond
}

// takesContext reports whether a function has a context among its parameters.
func takesContext(sig *types.Signature) bool {
	for i := range sig.Params().Len() {
		if carriesValues(sig.Params().At(i).Type()) {
			return true
		}
	}
	return false
}

// valueResult describes the first result of a function that returns a value,
// (value, ok) or (value, error), if it is what its context carries wherever it
// is one at all.
func (w *flow) valueResult(exits []exit) []Carrier {
	sig := w.fn.Signature
	if n := sig.Results().Len(); n != 1 && n != 2 || !takesContext(sig) || isContext(sig.Results().At(0).Type()) || !w.isValue(sig.Results().At(0).Type()) {
		return nil
	}
	var out []Carrier
	for _, x := range exits {
		if failsAt(x) || len(x.ret.Results) == 2 && isFalse(x.ret.Results[1]) || isZero(x.ret.Results[0]) {
			continue
		}
		for _, o := range w.resolve(x.ret.Results[0]) {
			if !o.value || o.Root != Param {
				return nil
			}
			out = append(out, Carrier{From: o.Place()})
		}
	}
	return out
}

func isFalse(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Bool && !constant.BoolVal(c.Value)
}

// isZero reports whether a value is what stands for none: nil, "", or a package's
// Nil, as of uuid.
func isZero(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Const:
		return v.Value == nil || v.Value.Kind() == constant.String && constant.StringVal(v.Value) == ""
	case *ssa.UnOp:
		g, ok := v.X.(*ssa.Global)
		return ok && v.Op == token.MUL && g.Name() == "Nil"
	}
	return false
}

// rulesOut reports whether a branch is for contexts without what they are taken
// to carry.
func (f *frame) rulesOut(cond ssa.Value, holds bool) bool {
	for _, o := range f.absentIf(cond, holds) {
		if o.same(f.carries) {
			return true
		}
	}
	return false
}
