package scope

import (
	"fmt"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// Programs take the handle that a context carries and fall back on a pool where
// it carries none. Which of the two it is, the context decides, so that the
// fallback is an object "unless" what the context carries.

// unless marks objects as used where contexts carry nothing.
func (f *frame) unless(objs, absent []*Object) []*Object {
	absent = f.deciding(absent)
	if len(absent) == 0 {
		return objs
	}
	out := make([]*Object, 0, len(objs))
	holders, handles := apart(absent)
	for _, o := range objs {
		absent := handles
		missing := f.insteadOf(o, holders)
		if len(missing) > 0 {
			absent = append(missing, handles...)
		}
		if len(absent) == 0 {
			out = append(out, o)
			continue
		}
		if o.unless != nil || o.isCarried() || o.Kind == dbapi.NoHandle && len(missing) == 0 {
			out = append(out, f.besides([]*Object{o}, absent)...)
			continue
		}
		n := *o
		n.unless, n.plain = absent[:1], o.self()
		out = append(out, f.besides([]*Object{f.in.intern(n, fmt.Sprintf("%d unless %d", f.in.number(o), f.in.number(absent[0])))}, absent[1:])...)
	}
	return out
}

// same reports whether two objects are the same place, whatever their types.
func (o *Object) same(p *Object) bool {
	return o == p || o != nil && p != nil && o.Root == p.Root && o.Index == p.Index && o.Path == p.Path && o.Value == p.Value
}

// self is the object of which states are kept.
func (o *Object) self() *Object {
	if o.plain != nil {
		return o.plain
	}
	return o
}

// unlessPlace is what the caller's context carries where the object is not used.
func (o *Object) unlessPlace() *Place {
	for _, u := range o.unless {
		if u.Root == Param || u.ambient {
			p := u.Place()
			return &p
		}
	}
	return nil
}

// neverFallsBack reports whether the contexts of requests carry what the object
// is a fallback for.
func (f *frame) neverFallsBack(o *Object) bool {
	return slices.ContainsFunc(o.row(), func(u *Object) bool {
		return u.isDeclared() || (u.Root == Carried && !u.ambient || u.ofRequest()) && f.judge.injected(u) == InjectsScoped
	})
}

// fallback decides at a call whether a function falls back on objects: it does
// where its context carries nothing.
func (f *frame) fallback(objs []*Object, args []ssa.Value, unless *Place) []*Object {
	if unless == nil || unless.Param >= len(args) {
		return objs
	}
	if unless.isValue() {
		f.decides(unless)
	}
	carried := f.placedIn(args, unless)
	undecided := undecided(carried)
	if len(carried) > 0 && len(undecided) == 0 {
		return nil
	}
	return f.unless(objs, undecided)
}

// These are the causes of a pool that a called function falls back on: its context
// carries no handle, or no transaction was passed.
const (
	fallbackPool = "fallback"
	nonePassed   = "none-passed"
)

func (n *Need) fallback() string {
	if keyOfPath(n.Path) == "" {
		return nonePassed
	}
	return fallbackPool
}

// otherwise are the handles that a called function uses if its context carries
// none, as far as that is not decided.
func (w *flow) otherwise(args []ssa.Value, n *Need, carried []*Object) []*Object {
	var objs []*Object
	if n.Else.Pool {
		objs = []*Object{w.in.intern(Object{Root: Elsewhere, Kind: dbapi.Pool, Cause: n.fallback(), Value: args[n.Param]}, "")}
	} else {
		objs = w.asHandles(w.placed(args, n.Else.At))
	}
	return w.instead(carried, objs)
}

// asHandles takes objects for handles of which the type is not known, as behind
// an interface.
func (f *frame) asHandles(objs []*Object) []*Object {
	out := make([]*Object, len(objs))
	for i, o := range objs {
		if o.Kind == dbapi.NoHandle && o.Root == Param {
			n := *o
			n.Kind = dbapi.Querier
			o = f.in.intern(n, fmt.Sprintf("%d as a handle", f.in.number(o)))
		}
		out[i] = o
	}
	return out
}

// undecided keeps what contexts carry, and callers may leave out, of which it is not
// known whether it is there.
func undecided(carried []*Object) []*Object {
	var out []*Object
	for _, c := range carried {
		if (c.isCarried() || c.isOptional() || c.isHolder()) && !c.isDeclared() {
			out = append(out, c)
		}
	}
	return out
}

// otherwise is the handle in terms of the function's caller, if it is used
// where what decides it is not carried. ok is false where it can't be said.
func (j Judge) otherwise(h Handle, decider *Object) (*Else, bool) {
	if len(h.unless) == 0 && h.Root == Created {
		for _, p := range h.Parent { // what it was begun on may be a fallback
			if e, ok := j.otherwise(Handle{Object: p}, decider); e != nil || !ok {
				return e, ok
			}
		}
	}
	switch {
	case decider.same(j.condition(h)):
		return &Else{Pool: true}, true
	case len(h.unless) == 0 || !decider.same(h.unless[0]):
		return nil, true
	case h.Root == Param && decider.isOptional():
		return &Else{At: h.Place()}, true
	case j.verdict(h).Kind == Unscoped:
		return &Else{Pool: true}, true
	case h.Root == Param:
		return &Else{At: h.Place()}, true
	}
	return nil, false
}

// absences lists what contexts surely don't carry in a block, or, with to, on
// the edge from it: `if tx, ok := ctx.Value(key).(pgx.Tx); ok { .. }` has two sides.
func (f *frame) absences(b, to *ssa.BasicBlock) []*Object {
	var out []*Object
	if to != nil {
		if cond, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && b.Succs[0] != b.Succs[1] {
			out = add(out, f.absentIf(cond.Cond, b.Succs[0] == to)...)
		}
	}
	return add(out, f.learnt(b, true)...)
}

// presences lists what contexts surely carry in a block: what is absent on the
// other side of the branches that lead to it.
func (f *frame) presences(b *ssa.BasicBlock) []*Object { return f.learnt(b, false) }

// learnt lists what the branches that lead to a block say to be absent, or not:
// `ok && tx != nil` is two of them, which agree.
func (f *frame) learnt(b *ssa.BasicBlock, absent bool) []*Object {
	var out []*Object
	for d := b; d.Idom() != nil; d = d.Idom() {
		var agreed []*Object
		for i, p := range d.Preds {
			said := f.saidBy(p, d, absent)
			if i > 0 {
				said = slices.DeleteFunc(said, func(o *Object) bool { return !slices.ContainsFunc(agreed, o.same) })
			}
			if agreed = said; len(agreed) == 0 {
				break
			}
		}
		out = add(out, agreed...)
	}
	return out
}

// saidBy is what the branch at the end of a block says where it leads to another.
func (f *frame) saidBy(p, to *ssa.BasicBlock, absent bool) []*Object {
	cond, ok := p.Instrs[len(p.Instrs)-1].(*ssa.If)
	if !ok || p.Succs[0] == p.Succs[1] {
		return nil
	}
	return slices.Clone(f.absentIf(cond.Cond, (p.Succs[0] == to) == absent))
}

// absentIf lists what contexts don't carry where a condition has a value.
func (f *frame) absentIf(cond ssa.Value, holds bool) []*Object {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return f.absentIf(c.X, !holds)
		}
	case *ssa.BinOp:
		key, nonNilOnTrue := c.X, c.Op == token.NEQ
		if isZero(key) {
			key = c.Y
		} else if !isZero(c.Y) {
			return nil
		}
		if c.Op != token.NEQ && c.Op != token.EQL {
			return nil
		}
		nonNil := holds == nonNilOnTrue
		if isError(key.Type()) {
			if ex, ok := key.(*ssa.Extract); ok && nonNil {
				return f.carriedBy(ex.Tuple)
			}
			return nil
		}
		if !nonNil && (mayCarry(key.Type()) || f.isValue(key.Type())) {
			return mayBeMissing(f.resolve(key))
		}
	case *ssa.Extract:
		if !holds {
			return f.carriedBy(c.Tuple)
		}
	}
	return nil
}

// carriedBy resolves the first value of a tuple (value, ok) or (value, error),
// if it is what a context carries.
func (f *frame) carriedBy(tuple ssa.Value) []*Object {
	switch t := tuple.(type) {
	case *ssa.TypeAssert:
		return carriedOnly(f.refine(f.resolve(t.X), t.AssertedType))
	case *ssa.Call:
		if t.Call.Signature().Results().Len() == 2 {
			return carriedOnly(f.result(t, 0))
		}
	}
	return nil
}

// carriedOnly keeps what contexts carry.
func carriedOnly(objs []*Object) []*Object {
	var out []*Object
	for _, o := range objs {
		if o.isCarried() {
			out = append(out, o)
		}
	}
	return out
}
