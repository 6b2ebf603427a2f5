package scope

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// A program's own type behind an interface for handles is a wrapper: generated
// code gets one that begins a scoped transaction for each statement. As a handle
// it is what its methods send over.

// ambient stands for what the context carries with which a wrapper is used, at
// a place where the use is not in sight.
func (f *frame) ambient(path string) *Object {
	o := f.in.intern(Object{Root: Carried, Path: path, Cause: "context-carrier", ambient: true}, "ambient")
	return o
}

// wrapped returns the handles that a value sends over as an interface, nil if it
// is no wrapper or not all of them are known.
func (f *frame) wrapped(v *ssa.MakeInterface) []*Object {
	iface, ok := v.Type().Underlying().(*types.Interface)
	if !ok || f.kindOf(v.Type()) == dbapi.NoHandle || f.kindOf(v.X.Type()) != dbapi.NoHandle {
		return nil
	}
	var out []*Object
	for i := range iface.NumMethods() {
		m := iface.Method(i)
		if like, ok := f.api.Shape(m.Signature()); !ok || like.Effect != dbapi.Send {
			continue
		}
		obj, index, _ := types.LookupFieldOrMethod(v.X.Type(), true, m.Pkg(), m.Name())
		fn, isFunc := obj.(*types.Func)
		if !isFunc {
			return nil
		}
		over, known := f.sendsOver(v, fn.Origin(), embedded(v.X.Type(), index))
		if !known {
			return nil
		}
		out = add(out, over...)
	}
	return out
}

// sendsOver returns the handles of a wrapper's method; path leads to the
// embedded value that it is promoted from.
func (f *frame) sendsOver(v *ssa.MakeInterface, fn *types.Func, path string) ([]*Object, bool) {
	if _, ok := f.api.Method(fn); ok {
		return f.walk(f.resolve(v.X), path), true
	}
	s := f.summaryOf(fn)
	if s == nil || len(s.Sends) == 0 {
		return nil, false
	}
	var out []*Object
	for _, send := range s.Sends {
		for _, c := range send.Over {
			if c.From.Param > 0 {
				return nil, false
			}
			c = c.inUse()
			c.From.Path = path + c.From.Path
			out = add(out, f.carried(v, []ssa.Value{v.X}, c, nil)...)
		}
	}
	return out, true
}

// inUse is a carrier of a method as it is wherever the method is called: what
// its context carries is that call's.
func (c Carrier) inUse() Carrier {
	c.Unless = c.Unless.inUse()
	besides := c.Besides
	c.Besides = nil
	for _, p := range besides {
		c.Besides = append(c.Besides, *p.inUse())
	}
	settings := c.Settings
	c.Settings = nil
	for _, in := range settings {
		if in.If = in.If.inUse(); in.If != nil && in.If.asksValue() {
			in.Level, in.If = Conditional, nil // of a call that is not at hand
		}
		c.Settings = append(c.Settings, in)
	}
	return c
}

// ofUse is the parameter of places in the context with which a wrapper is used.
const ofUse = -1

func (p *Place) inUse() *Place {
	if p == nil || keyOfPath(p.Path) == "" {
		return p
	}
	return &Place{Param: ofUse, Path: p.Path[lastElement(p.Path):]}
}

// embedded is the path to the embedded field of which a method is promoted, by
// the index that leads to the method.
func embedded(t types.Type, index []int) string {
	path := ""
	for _, i := range index[:len(index)-1] {
		fields := structFields(t)
		if i >= len(fields) {
			return path
		}
		path += "." + fields[i].Name()
		t = fields[i].Type()
	}
	return path
}

// placedIn returns what is at a place of a context at a call, or at its use.
func (f *frame) placedIn(args []ssa.Value, p *Place) []*Object {
	if p.Param == ofUse {
		o := f.ambient(unmarked(p.Path))
		if p.isValue() {
			return f.asValues([]*Object{o})
		}
		return []*Object{o}
	}
	return f.walk(f.resolve(args[p.Param]), p.Path)
}

// sentWith is the context of the statement of an event: that which the call gets, or
// what a called function is given and makes the statement's context of.
func (w *flow) sentWith(ev *Event) []*Object {
	if ev.Call == nil || ev.Need != nil {
		return ev.context
	}
	for _, a := range ev.Call.Common().Args {
		if isContext(a.Type()) {
			return w.resolve(a)
		}
	}
	return nil
}

// fromParameter is the parameter, counted from 1, that contexts come from, with
// whatever they have got since; 0 if there is no such one.
func fromParameter(ctx []*Object) int {
	for range maxDepth {
		if len(ctx) != 1 {
			return 0
		}
		if o := ctx[0]; o.Root == Param && o.Path == "" {
			return o.Index + 1
		}
		ctx = ctx[0].base
	}
	return 0
}

// use completes a handle that depends on the context with which it is used. It
// reports false for a fallback that is not used there.
func (w *flow) use(call ssa.CallInstruction, ctx []*Object, h *Handle) bool {
	if call == nil || ctx == nil {
		return true
	}
	in := func(o *Object) (open *Object, carried bool) {
		objs := w.walk(ctx, o.Place().Path)
		if open := undecided(objs); len(open) > 0 && !w.present(open[0], call.Block()) {
			return open[0], true
		}
		return nil, len(objs) > 0
	}
	if len(h.unless) > 0 && h.unless[0].ambient {
		open, carried := in(h.unless[0])
		switch {
		case !carried:
			h.Object = h.self()
		case open == nil:
			return false
		default:
			h.Object = w.unless([]*Object{h.self()}, []*Object{open})[0]
		}
	}
	for _, name := range sortedKeys(h.State.Settings) {
		entry := h.State.Settings[name]
		if entry.If == nil || !entry.If.ambient {
			continue
		}
		switch open, carried := in(entry.If); {
		case !carried:
			delete(h.State.Settings, name)
		case open == nil:
			h.State.set(name, Entry{Level: entry.Then, By: entry.By, pending: entry.pending})
		default:
			h.State.set(name, Entry{Level: Conditional, By: entry.By, If: open, Then: entry.Then, pending: entry.pending})
		}
	}
	return true
}
