package scope

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// describe puts objects into carriers for the function's callers.
func (w *flow) describe(slot int, objs []*Object, e *env, path string, depth int) []Carrier {
	var out []Carrier
	for _, o := range objs {
		if w.neverFallsBack(o) {
			continue
		}
		s := w.effective(e, o)
		begun, unless := false, o.unlessPlace()
		kind := o.Kind
		d := o.decider()
		if d == o && w.PoolsVary && kind == dbapi.Tx && o.Root == Created && len(o.Parent) == 1 && o.Parent[0].IsPool() && o.Parent[0].Root == Param {
			d = o.Parent[0]
		}
		if d != o && !w.scopedBy(s) && s.Broken == "" && !s.Opaque && !s.saidTo() {
			// A transaction is as scoped as what it was begun on.
			begun = kind == dbapi.Tx && d.Kind != dbapi.Tx
			o = d
		}
		c := Carrier{Slot: slot, Path: path, From: Place{Param: -1}, Kind: kind, Pooled: o.Pooled(), Unless: unless, Besides: o.besidePlaces()}
		switch {
		case o.value:
			if o.Root == Param {
				out = append(out, Carrier{Slot: slot, Path: path, From: o.Place()})
			}
		case o.Root == Param && (o.Kind == dbapi.NoHandle || !w.scopedBy(s) && s.Broken == ""):
			if o.Kind == dbapi.NoHandle && !w.mayHold(o.Type) {
				continue
			}
			c.From, c.Begun, c.Kind, c.Pooled = o.Place(), begun, dbapi.NoHandle, false
			out = append(out, c)
		case o.Root == Carried && o.isCarried() && w.judge.injected(o) == InjectsScoped:
			c.Settings = []InEffect{{Setting: Unnamed, Level: Set}}
			out = append(out, c)
		case o.isDeclared() && (o.Kind == dbapi.NoHandle || o.Root != Created):
			c.Settings = []InEffect{{Setting: Declared, Level: Set}}
			out = append(out, c)
		case o.Kind == dbapi.NoHandle:
			out = append(out, w.contents(slot, o, e, path, depth)...)
		case o.Root == Carried || o.Root == Elsewhere && !(w.scopedBy(s) && endsLikeTx(o.Type)):
			if o.Kind != dbapi.Pool || o.Cause == FallsBack {
				c.Cause, c.Falls = o.Cause, o.falls
			}
			out = append(out, c)
		default:
			for _, name := range sortedKeys(s.Settings) {
				if isSaid(name) && w.scopedBy(s) {
					continue // whatever it sets
				}
				entry := s.Settings[name]
				level := entry.inEffect()
				if entry.pending != nil {
					level = Set // the caller gets the handle only if there was no error
					w.unheeded(o, s, name, entry)
				}
				if _, own := e.get(o).Settings[name]; !own && (o.Kind == dbapi.Conn || o.Kind == dbapi.Session) && len(w.openOn(e, o)) > 0 {
					level = Conditional // as long as the transaction on it is open
				}
				switch cond := entry.If; {
				case cond != nil && (cond.Root == Param || cond.ambient):
					at := cond.Place()
					w.decides(&at)
					c.Settings = append(c.Settings, InEffect{name, level, &at})
				case cond != nil && w.judge.injected(cond) == InjectsScoped:
					c.Settings = append(c.Settings, InEffect{Setting: name, Level: level})
				case cond != nil:
					c.Settings = append(c.Settings, InEffect{Setting: name, Level: Conditional})
				case level != Unset:
					c.Settings = append(c.Settings, InEffect{Setting: name, Level: level})
				}
			}
			if s.Opaque && kind == dbapi.Tx && !w.scopedBy(s) {
				c.Settings = append(c.Settings, InEffect{Setting: saidByNone, Level: Set})
			}
			c.Broken, c.Hooks, c.Registry = s.Broken, o.hookParams, o.registry
			c.Login, _ = Handle{Object: o}.Login()
			c.Logins = o.loginParams
			for _, root := range o.roots(map[*Object]bool{}) {
				c.On = append(c.On, root.Place())
			}
			if o.Kind == dbapi.Pool {
				c.Cause = o.Cause
			}
			out = append(out, c)
		}
	}
	return out
}

// endsLikeTx reports whether the values of a type end as transactions do, and no
// pool or connection does: context that is set on one is in effect whoever began it.
func endsLikeTx(t types.Type) bool {
	if t == nil {
		return false
	}
	for _, name := range []string{"Commit", "Rollback"} {
		if obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name); obj == nil {
			return false
		}
	}
	return true
}

// unheeded: nobody ever looks at the error of setting the context on a handle
// that goes on to others. This is where it has to change, not at each of them.
func (w *flow) unheeded(o *Object, s State, name string, entry Entry) {
	if entry.By == nil || !w.tenant(name) || w.scopedBy(s) || !errorDropped(entry.By) || w.build.heeds(entry.By) {
		return
	}
	w.build.unheeded = append(w.build.unheeded, &Event{
		Call: entry.By, Pos: entry.By.Common().Pos(), Handles: []Handle{{Object: o, State: s}}, Unheeded: name,
	})
}

// heeds reports whether a call is listed already.
func (b *builder) heeds(call ssa.CallInstruction) bool {
	return slices.ContainsFunc(b.unheeded, func(ev *Event) bool { return ev.Call == call })
}

// contents describes the handles inside a struct that the function built.
func (w *flow) contents(slot int, o *Object, e *env, path string, depth int) []Carrier {
	if depth >= 3 {
		return nil
	}
	var out []Carrier
	if o.Root == Carried {
		return []Carrier{{Slot: slot, Path: path, From: Place{Param: -1}, Cause: o.Cause}}
	}
	if len(o.fields) > 0 {
		for _, name := range sortedKeys(o.fields) {
			if len(o.fields[name]) == 0 {
				out = append(out, emptyField(slot, path+name))
			}
			objs := o.fields[name]
			if in, ok := w.inHolder(o, func(o *Object) []*Object { return w.walk([]*Object{o}, name) }); ok {
				objs = in
			}
			out = append(out, w.describe(slot, objs, e, path+name, depth+1)...)
		}
		return out
	}
	alloc, ok := o.Value.(*ssa.Alloc)
	if !ok || o.Root != Created || o.Path != "" {
		return nil
	}
	for _, field := range structFields(alloc.Type()) {
		if !mayCarry(field.Type()) {
			continue
		}
		objs := w.fieldOfLiteral(o, alloc, field)
		if in, ok := w.inHolder(o, func(o *Object) []*Object { return w.walk([]*Object{o}, "."+field.Name()) }); ok {
			objs = in
		}
		switch {
		case len(objs) > 0:
			out = append(out, w.describe(slot, objs, e, path+"."+field.Name(), depth+1)...)
		case (w.kindOf(field.Type()) != dbapi.NoHandle || w.isHolder(field.Type())) && w.staysNil(alloc, field):
			out = append(out, emptyField(slot, path+"."+field.Name()))
		}
	}
	return out
}

// describeContext describes the handles that a returned context carries, and
// the caller's context that it was derived from. A context that the function
// adds no handle to has nothing to tell.
func (w *flow) describeContext(slot int, objs []*Object, e *env, depth int) []Carrier {
	var out []Carrier
	for _, o := range objs {
		if depth >= maxDepth {
			break
		}
		for _, name := range sortedKeys(o.fields) {
			in := w.describe(slot, o.fields[name], e, name, depth+1)
			if w.breaksPromise(name, o.fields[name], e) {
				for i := range in {
					in[i].Broken = promised
				}
			}
			if len(in) == 0 {
				in = []Carrier{{Slot: slot, Path: name, From: Place{Param: -1}, Cause: "value"}}
			}
			out = append(out, in...)
		}
		if len(out) == 0 {
			out = append(out, w.describeContext(slot, o.base, e, depth+1)...)
			continue
		}
		for _, b := range o.base {
			switch {
			case b.Root == Param:
				out = append(out, Carrier{Slot: slot, From: b.Place()})
			case b.cameWithRequest() && b.Path == "":
				out = append(out, Carrier{Slot: slot, From: Place{Param: -1}, Cause: ofServer})
			case b.empty && b.base == nil:
				out = append(out, Carrier{Slot: slot, From: Place{Param: -1}, Cause: noContext})
			default:
				out = append(out, w.describeContext(slot, []*Object{b}, e, depth+1)...)
			}
		}
	}
	return out
}

// promised is the rule that reports a handle which is put into a context without the
// tenant's, where what is there counts as scoped: whoever gets it is not told again.
const promised = "unscopedtx"

// breaksPromise reports whether that is said of handles in a context.
func (w *flow) breaksPromise(name string, objs []*Object, e *env) bool {
	return w.Injected(keyOfPath(name), false) == InjectsScoped && slices.ContainsFunc(objs, func(o *Object) bool {
		return o.Kind != dbapi.NoHandle && w.judge.Verdict(Handle{Object: o, State: w.effective(e, o)}).Kind == Unscoped
	})
}
