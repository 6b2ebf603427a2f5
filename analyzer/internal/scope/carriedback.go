package scope

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// Units of work put their transaction into the context of the callback, and what is
// called there asks the context for it. Behind an interface it is for whoever chooses
// the unit of work to say what the context carries: uow.Do(ctx, func(ctx
// context.Context) error { return orders.Archive(ctx) }).

// carriedTo tells on what a statement in a literal rests, if that is nothing but what
// the context carries with which the literal is called; otherwise is the pool, if it is
// used where the context carries nothing.
func (w *flow) carriedTo(literal *ssa.Function, ev *Event) (at Place, otherwise *Else, ok bool) {
	var decider *Object
	for _, h := range ev.Handles {
		v := w.judge.Verdict(h)
		o := givenByContext(literal, h)
		if o == nil || decider != nil && !o.same(decider) || len(h.besides) > 0 || v.Kind != Unknown || v.Cause != "context-carrier" {
			return Place{}, nil, false
		}
		decider = o
		e, told := w.judge.otherwise(h, o)
		if !told || e != nil && !e.Pool {
			return Place{}, nil, false
		}
		if e != nil {
			otherwise = e
		}
	}
	if decider == nil {
		return Place{}, nil, false
	}
	return Place{Param: slices.Index(literal.Params, decider.Value.(*ssa.Parameter)), Path: decider.Path}, otherwise, true
}

// givenByContext is what a handle is, or is used instead of, if the context that a
// literal gets carries it.
func givenByContext(literal *ssa.Function, h Handle) *Object {
	o := h.Object
	if len(o.unless) > 0 {
		o = o.unless[0]
	}
	p, ok := o.Value.(*ssa.Parameter)
	if !ok || p.Parent() != literal || o.Root != Carried || !o.isCarried() || o.value || lastElement(o.Path) > 0 {
		return nil
	}
	return o
}

// carriedBack are the handles in the context that a called function gives to its
// callback, and what is used where there is none.
func (w *flow) carriedBack(e *env, call ssa.CallInstruction, t target, need CallbackNeed) []*Object {
	if call.Value() == nil {
		return nil
	}
	var objs []*Object
	for _, cb := range t.summary.Callbacks {
		if cb.Param != need.Arg+1 {
			continue
		}
		given, made := map[int][]*Object{}, map[int]*Object{}
		for _, arg := range cb.Args {
			if arg.Slot == need.Need.Param {
				w.give(e, call, t.all, arg, given, made)
			}
		}
		carried := w.walk(given[need.Need.Param], need.Need.Path)
		objs = add(objs, carried...)
		if need.Need.Else != nil && len(given[need.Need.Param]) > 0 {
			pool := w.in.intern(Object{Root: Elsewhere, Kind: dbapi.Pool, Cause: fallbackPool, Value: call.Value()}, "")
			objs = add(objs, w.instead(carried, []*Object{pool})...)
		}
	}
	return objs
}
