package scope

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// madeKinds are the kinds of handles that calls make, where their type is that
// of any handle.
var madeKinds = map[dbapi.Effect]dbapi.Kind{dbapi.Begin: dbapi.Tx, dbapi.Acquire: dbapi.Conn, dbapi.Open: dbapi.Pool}

// result resolves a result of a call.
func (f *frame) result(call *ssa.Call, index int) []*Object {
	typ := call.Call.Signature().Results().At(index).Type()
	t := f.targetOf(call)
	if o := f.declaredResult(call, t.fn, index, typ); o != nil {
		return []*Object{o}
	}
	switch t.method.Effect {
	case dbapi.Begin, dbapi.Acquire, dbapi.Open:
		if index != 0 {
			return nil
		}
		o := f.made(call, 0, typ)
		if t.method.Effect == dbapi.Open && !o.looked {
			o.looked = true
			f.opened(o, call)
		}
		if on := t.handle(); o.Parent == nil && on != nil {
			o.Parent = f.resolve(on)
		}
		if o.Kind == dbapi.NoHandle || o.Kind == dbapi.Querier {
			o.Kind = madeKinds[t.method.Effect]
		}
		if t.method.Makes != dbapi.NoHandle {
			o.Kind = t.method.Makes
		}
		if t.method.Scoped {
			o.initial.set(Declared, Entry{Level: Set})
		}
		return []*Object{o}
	case dbapi.Hijack:
		return []*Object{f.made(call, 0, typ)}
	case dbapi.Untold:
		return []*Object{f.elsewhere(call, "call")}
	case dbapi.Same:
		return f.resolve(t.recv)
	case dbapi.Derive:
		return f.resolve(t.handle())
	case dbapi.Send, dbapi.SendBuilt, dbapi.Commit, dbapi.Rollback:
		if t.recv != nil && f.api.IsChain(typ) {
			return f.resolve(t.recv)
		}
	case dbapi.Prepare:
		o := f.made(call, 0, typ)
		o.prepared, o.Parent = call, f.resolve(t.handle())
		return []*Object{o}
	case dbapi.Rebind:
		return f.rebound(call, t, typ)
	}
	if isContext(typ) {
		return f.contextResult(call, index, t)
	}
	if takesFromMap(t.fn) {
		if o := f.lookedUp(call, t.all[0], typ); index == 0 && o != nil {
			return []*Object{o}
		}
	}
	if a, ok := accessOf(t); ok {
		return f.taken(call, a, index, typ)
	}
	if t.summary != nil {
		return f.summaryResult(call, t, index, typ)
	}
	if t.callee.known && t.callee.literal != nil {
		return []*Object{f.elsewhere(call, "callback")}
	}
	o := f.in.intern(Object{Root: Elsewhere, Value: call, Index: index, Type: typ, Kind: f.kindOf(typ), Cause: "call"}, "")
	return []*Object{f.declared(o, nil, nil)}
}

// rebound resolves tx.Stmt(stmt): the statement of the argument on the receiver.
func (f *frame) rebound(call *ssa.Call, t target, typ types.Type) []*Object {
	o := f.made(call, 0, typ)
	o.Parent = f.resolve(t.recv)
	for _, s := range f.resolve(t.args[t.method.Stmt]) {
		if s.prepared != nil {
			o.prepared = s.prepared
		}
	}
	return []*Object{o}
}

// summaryResult resolves a result through the callee's summary.
func (f *frame) summaryResult(call *ssa.Call, t target, index int, typ types.Type) []*Object {
	var direct []*Object
	fields, sometimes := map[string][]*Object{}, map[string]bool{}
	for _, c := range t.summary.Results {
		if c.Slot != index {
			continue
		}
		sometimes[c.Path] = sometimes[c.Path] || c.Cause == nothing
		objs := f.carried(call, t.all, c, typ)
		f.keptReported(t, c, objs)
		if c.Path == "" {
			direct = add(direct, objs...)
		} else {
			fields[c.Path] = add(fields[c.Path], objs...)
		}
	}
	if len(direct) > 0 {
		return f.refine(direct, typ)
	}
	for path, objs := range fields {
		if sometimes[path] && len(objs) > 0 {
			fields[path] = add(objs, f.elsewhere(call, "escaped-handle")) // it is nil as well
		}
	}
	kind, behind := f.kindOf(typ), t.summary.behind(index)
	if len(fields) == 0 {
		return []*Object{f.in.intern(Object{Root: Elsewhere, Value: call, Index: index, Type: typ, Kind: kind, Cause: "call", behind: behind}, "")}
	}
	o := f.made(call, index, typ)
	o.fields, o.behind = fields, behind
	o.Wiring = call
	return []*Object{o}
}

// carried resolves a carrier of a summary at a call.
func (f *frame) carried(call ssa.Instruction, args []ssa.Value, c Carrier, typ types.Type) []*Object {
	v, _ := call.(ssa.Value)
	if c.From.Param >= 0 {
		if c.From.Param >= len(args) {
			return nil
		}
		from := f.walk(f.resolve(args[c.From.Param]), c.From.Path)
		if !c.Begun {
			return f.without(f.fallback(from, args, c.Unless), args, c.Besides)
		}
		o := f.in.intern(Object{Root: Created, Value: v, Index: c.Slot, Type: typ, Kind: dbapi.Tx}, f.salt()+c.Path+"#begun")
		if o.frame == nil {
			o.frame, o.Parent = f, from
		}
		return []*Object{o}
	}
	if c.Cause == nothing {
		return nil
	}
	if c.Path != "" {
		typ = nil
	}
	if c.Cause != "" && !(c.Cause == keyedPool && f.choosesAny(c.Settings, args)) {
		o := f.in.intern(Object{Root: Elsewhere, Value: v, Index: c.Slot, Type: typ, Kind: c.Kind, Cause: c.Cause, falls: c.Falls}, c.Path+c.Falls)
		return f.without(f.fallback([]*Object{o}, args, c.Unless), args, c.Besides)
	}
	o := f.in.intern(Object{Root: Created, Value: v, Index: c.Slot, Type: typ, Kind: c.Kind}, f.salt()+c.Path+"#"+inEffect(c.Settings)+c.Registry.String())
	if o.frame == nil {
		o.frame, o.registry = f, c.Registry
		o.initial, o.login = f.arriving(c, args, call), c.Login
		f.declared(o, nil, nil)
		f.hookedAt(o, args, c.Hooks)
		f.logsInAs(o, args, c.Logins)
		for _, p := range c.On {
			if p.Param < len(args) {
				o.on = add(o.on, f.walk(f.resolve(args[p.Param]), p.Path)...)
			}
		}
	}
	return f.without(f.fallback([]*Object{o}, args, c.Unless), args, c.Besides)
}

// arriving is the state in which a carrier's handle arrives at a call.
func (f *frame) arriving(c Carrier, args []ssa.Value, call ssa.Instruction) State {
	at := call.Block()
	s := State{Broken: c.Broken}
	for _, in := range c.Settings {
		if isSaid(in.Setting) {
			f.saying(&s, in.Setting, in.Level, args, at)
			continue
		}
		name := f.choiceAt(in.Setting, args)
		en, carried := f.under(Entry{Level: in.Level}, in.If, args, at)
		switch {
		case name == "":
		case carried:
			s.set(name, en)
		case in.If.asksValue() && f.tenant(name):
			s.LeftOut.Call, _ = call.(ssa.CallInstruction)
			s.LeftOut.asks = *in.If
		}
	}
	return s
}

// walk follows a path of field names from objects.
func (f *frame) walk(objs []*Object, path string) []*Object {
	if asksValue(path) {
		return nil
	}
	for path != "" {
		name, rest, _ := strings.Cut(path[1:], ".")
		if rest != "" {
			rest = "." + rest
		}
		var next []*Object
		for _, o := range objs {
			if key := keyOfPath("." + name); key == anyKey {
				next = add(next, f.carrying([]*Object{o}, 0)...)
				continue
			} else if key != "" {
				carried := f.valueOf([]*Object{o}, key, 0)
				if isMarked(name) {
					carried = f.asValues(carried)
				}
				next = add(next, carried...)
				continue
			}
			if in, ok := f.inHolder(o, func(o *Object) []*Object { return f.walk([]*Object{o}, "."+name) }); ok {
				next = add(next, in...)
				continue
			}
			known, ok := o.fields["."+name]
			if later := o.later["."+name]; ok || len(later) > 0 {
				next = add(add(next, known...), later...)
				continue
			}
			field := fieldNamed(o.Type, name)
			if field == nil && (len(o.fields) > 0 || o.Root == Param) {
				next = add(next, f.behind(o, "."+name))
				continue
			}
			if field == nil {
				next = add(next, f.in.intern(Object{Root: Elsewhere, Value: o.Value, Index: o.Index, Type: o.Type, Cause: "escaped-handle"}, o.Path+"."+name))
				continue
			}
			next = add(next, f.field([]*Object{o}, field, o.Type)...)
		}
		objs, path = next, rest
	}
	return objs
}

// behind is a field of something that is known by an interface only: what a
// called function stored there, or what the caller's value has there.
func (f *frame) behind(o *Object, name string) *Object {
	n := Object{Root: o.Root, Index: o.Index, Value: o.Value, Path: o.Path + name, Cause: "escaped-handle", frame: o.frame}
	if len(o.fields) > 0 {
		if n.fields = nested(o.fields, name); n.fields == nil {
			n.Root = Elsewhere
		}
	}
	n.behind = nested(o.behind, name)
	return f.in.intern(n, "behind "+f.salt())
}

func fieldNamed(t types.Type, name string) *types.Var {
	if t == nil {
		return nil
	}
	for _, field := range structFields(t) {
		if field.Name() == name {
			return field
		}
	}
	return nil
}
