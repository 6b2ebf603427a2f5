package scope

import (
	"cmp"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// A calledBack is one call of a function parameter.
type calledBack struct {
	Callback
	// scoped and pool: with a handle that is surely scoped, or is a pool.
	scoped, pool bool
	event        *Event
	// handles are those that it is called with, env is the state then; see sameCalls.
	handles  []*Object
	env      *env
	describe func(*env) []Carrier
	agreed   bool
}

// calledBack records a call of a function parameter.
func (w *flow) calledBack(e *env, call ssa.CallInstruction, t target) {
	bind := map[int][]*Object{}
	for i, a := range t.args {
		if objs := w.handed(a); len(objs) > 0 {
			bind[i] = objs
		}
	}
	w.calledWith(e, call, t.callee.param, bind, t.args...)
}

// maxArguments bounds the arguments of a callback that are looked at.
const maxArguments = 8

// calledWith records that the function calls its parameter with handles; args are
// the values that hold them, where there are any.
func (w *flow) calledWith(e *env, call ssa.CallInstruction, param int, bind map[int][]*Object, args ...ssa.Value) {
	if w.emit == nil {
		return
	}
	cb := calledBack{Callback: Callback{Param: param}}
	cb.event = &Event{Call: call, Pos: call.Common().Pos(), Fallback: true}
	sig := w.parameterSignature(param)
	cb.env = e.clone()
	cb.describe = func(e *env) (args []Carrier) {
		for i := range maxArguments {
			if sig != nil && i < sig.Params().Len() && isContext(sig.Params().At(i).Type()) {
				args = append(args, w.argument(i, bind[i], e)...)
				continue
			}
			args = append(args, w.describe(i, bind[i], e, "", 0)...)
		}
		return args
	}
	cb.Args = cb.describe(e)
	for i := range maxArguments {
		cb.handles = add(cb.handles, w.within(bind[i], 0)...)
		scoped, pool := false, (*Object)(nil)
		for _, o := range w.within(bind[i], 0) {
			if w.scopedBy(w.effective(e, o)) {
				scoped = true
			} else if o.IsPool() {
				pool = o
			} else if p := w.fallsBackOn(o); p != nil {
				cb.scoped, pool = true, p // on some path
			}
		}
		cb.scoped = cb.scoped || scoped
		if pool != nil && !scoped { // a store may keep its pool beside the transaction
			cb.pool = true
			cb.event.Handles = []Handle{{Object: pool, State: e.get(pool)}}
		}
	}
	for i, a := range args {
		if i < maxArguments && mayCarry(a.Type()) {
			cb.Behind = append(cb.Behind, w.behindOf(i, "", a.Type(), bind[i], 0)...)
		}
	}
	cb.Args, cb.Behind = capped(w.build, tidy(cb.Args, compareCarriers)), capped(w.build, oneType(cb.Behind))
	if len(cb.Args) > 0 {
		w.build.callbacks = append(w.build.callbacks, cb)
	}
}

// parameterSignature is the signature of a function that the function at hand, or the
// one around it, gets.
func (w *flow) parameterSignature(param int) *types.Signature {
	f := w.frame
	for f.parent != nil {
		f = f.parent
	}
	if param >= len(f.fn.Params) {
		return nil
	}
	return signatureOf(f.fn.Params[param].Type())
}

// fallsBackOn returns the pool that makes the difference for a transaction which is
// scoped on others: the tenant's own database, or whichever there is.
func (w *flow) fallsBackOn(tx *Object) *Object {
	var bare *Object
	scoped := false
	for _, p := range tx.Parent {
		if !p.IsPool() {
			return nil
		}
		switch v := w.judge.Verdict(Handle{Object: p, State: p.initial}); v.Kind {
		case Safe:
			scoped = true
		case Unscoped:
			bare = p
		}
	}
	if !scoped || tx.Kind != dbapi.Tx {
		return nil
	}
	return bare
}

// idly names the rule that reports callbacks which can't reach the handle that
// the tenant's context is set on.
const idly = "droppedtx"

// calledIdly records that the function hands its parameter to one that calls it
// out of the handle's reach.
func (w *flow) calledIdly(param int, broken string) {
	if w.emit != nil {
		w.build.callbacks = append(w.build.callbacks, calledBack{Callback: Callback{Param: param, Broken: broken}})
	}
}

// within lists the handles that objects are or hold.
func (w *flow) within(objs []*Object, depth int) []*Object {
	var out []*Object
	for _, o := range objs {
		if o.Kind != dbapi.NoHandle {
			out = append(out, o)
			continue
		}
		for _, name := range sortedKeys(o.fields) {
			out = append(out, o.fields[name]...)
		}
		if alloc, ok := o.Value.(*ssa.Alloc); ok && o.Root == Created && depth < 3 {
			for _, field := range structFields(alloc.Type()) {
				if mayCarry(field.Type()) {
					out = append(out, w.within(w.field([]*Object{o}, field, alloc.Type()), depth+1)...)
				}
			}
		}
	}
	return out
}

// fallbacks are the calls that run a callback on a pool although others run it
// scoped: the helper is what has to change, not its callers.
func (b *builder) fallbacks() []*Event {
	var out []*Event
	for _, cb := range b.callbacks {
		if cb.pool && b.scopes(cb.Param) {
			out = append(out, cb.event)
		}
	}
	return out
}

func (b *builder) scopes(param int) bool {
	for _, cb := range b.callbacks {
		if cb.Param == param && cb.scoped {
			return true
		}
	}
	return false
}

// calls lists the callbacks for the summary; fallbacks are reported here, once.
func (b *builder) calls() []Callback {
	idle := b.idle.found()
	var out []Callback
	for _, cb := range b.callbacks {
		if cb.pool && b.scopes(cb.Param) {
			continue
		}
		if cb.event != nil && slices.ContainsFunc(idle, func(i *Idle) bool { return i.Param == cb.Param && i.Touch == nil && i.call == cb.event.Call }) {
			cb.Broken = idly
		}
		out = append(out, cb.Callback)
	}
	for _, i := range idle {
		known := func(cb Callback) bool { return cb.Param == i.Param && cb.Broken == idly }
		if i.Param >= 0 && i.Touch == nil && !slices.ContainsFunc(out, known) {
			out = append(out, Callback{Param: i.Param, Broken: idly})
		}
	}
	return tidy(out, func(x, y Callback) int {
		return cmp.Or(cmp.Compare(x.Param, y.Param), cmp.Compare(x.Broken, y.Broken), cmp.Compare(carriers(x.Args), carriers(y.Args)),
			slices.CompareFunc(x.Behind, y.Behind, func(x, y Behind) int { return cmp.Compare(x.String(), y.String()) }))
	})
}
