package scope

import (
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// Who sets the tenant's context may be behind an interface: s.scoper.Scope(ctx, tx).
// Where no type is in sight, it is known of the method whether some function of the
// module of that name sets a setting on what it is given. If so, the handles that it
// gets may have the context from there on, and so may those in the contexts. The same
// goes for a function that comes from somewhere: set(ctx, tx).

// anyKey is the key under which the state of whatever a context carries is kept.
const anyKey = "*"

// whatever stands for everything that a context carries of which nothing is known.
func (f *frame) whatever(o *Object) *Object {
	root, path := Carried, "" // as valueOf has them
	if o.Root == Param {
		root, path = Param, o.Path
	}
	return f.in.intern(Object{Root: root, Index: o.Index, Value: o.Value, Path: path + keyPath(anyKey), Cause: "context-carrier"}, "whatever")
}

// carrying lists the handles that contexts carry, and what stands for those that
// are not seen.
func (f *frame) carrying(ctxs []*Object, depth int) []*Object {
	var out []*Object
	for _, o := range ctxs {
		for _, name := range sortedKeys(o.fields) {
			for _, h := range o.fields[name] {
				if h.Kind != dbapi.NoHandle {
					out = add(out, h)
				}
			}
		}
		switch {
		case o.base != nil && depth < maxDepth:
			out = add(out, f.carrying(o.base, depth+1)...)
		case o.base == nil && !o.empty:
			out = add(out, f.whatever(o))
		}
	}
	return out
}

// mayBeSet notes that a method of an interface, or a function value of which nothing is
// known, may set the context on what it gets. The name is "" for a function value: any
// function of the module may be the one.
func (w *flow) mayBeSet(e *env, name string, args []ssa.Value) {
	if !w.Setter(name) {
		return
	}
	for _, a := range args {
		var objs []*Object
		switch {
		case isContext(a.Type()) && name != "":
			objs = w.carrying(w.resolve(a), 0)
		case mayCarry(a.Type()):
			objs = w.within(w.resolve(a), 0)
		}
		for _, o := range objs {
			if o.Kind == dbapi.Pool || w.scopedBy(w.effective(e, o)) || name == "" && (o.Root != Created || o.nestedIn() != nil) {
				continue // what the caller passes along with a function, it knows
			}
			s := e.get(o).clone()
			if s.Settings[Unnamed].Level == Unset {
				s.set(Unnamed, Entry{Level: Conditional}) // whether it does, and for how long, is not known
				e.put(o, s)
			}
		}
	}
}

// besetBy is the state of whatever is carried by the context that an object is in.
func (w *flow) besetBy(e *env, o *Object) State {
	at := lastElement(o.Path)
	if at < 0 || !o.isCarried() || o.Root == Created || o.CarriedKey() == anyKey {
		return State{}
	}
	ctx := *o
	ctx.Path = strings.TrimSuffix(o.Path, o.Path[at:])
	if s, ok := e.states[w.whatever(&ctx)]; ok {
		return s
	}
	return State{}
}
