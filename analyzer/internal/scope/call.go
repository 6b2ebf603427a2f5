package scope

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// call applies a call to the state.
func (w *flow) call(e *env, call ssa.CallInstruction) {
	if _, isBuiltin := call.Common().Value.(*ssa.Builtin); isBuiltin {
		return
	}
	t := w.targetOf(call)
	w.passes(e, call, t)
	w.goesOnOver(e, call)
	m := t.method
	switch m.Effect {
	case dbapi.Send:
		w.send(e, call, w.resolve(t.handle()), w.statement(call, t.args, m))
	case dbapi.SendBuilt:
		w.send(e, call, w.resolve(t.handle()), w.built(call, t))
	case dbapi.ExecStmt:
		w.execute(e, call, t)
	case dbapi.Copy:
		w.copyFrom(e, call, t)
	case dbapi.Queue:
		w.queue(e, call, t)
	case dbapi.SendBatch:
		w.sendBatch(e, call, t)
	case dbapi.Begin, dbapi.Acquire:
		if v := call.Value(); v != nil {
			for _, o := range w.result(v, 0) {
				s := State{}
				if m.Scoped {
					s.set(Declared, Entry{Level: Set, By: call})
				}
				e.begins(o, s)
			}
		}
	case dbapi.Establish:
		for _, o := range w.resolve(t.handle()) {
			s := e.get(o).clone()
			s.set(Declared, w.entry(call))
			e.put(o, s)
		}
	case dbapi.Hijack:
		w.hijack(e, call, t)
	case dbapi.BeginFunc:
		w.library(e, call, t, dbapi.Tx)
	case dbapi.AcquireFunc:
		w.library(e, call, t, dbapi.Conn)
	case dbapi.Raw:
		w.callback(e, call, w.function(t.args[m.Fn]), map[int][]*Object{0: w.resolve(t.recv)}, nil)
	case dbapi.Commit, dbapi.Rollback:
		w.end(e, t)
	case dbapi.Release:
		w.release(e, t)
	case dbapi.None, dbapi.Proceed:
		w.plainCall(e, call, t)
	}
}

// plainCall applies a call that is not in the catalogue.
func (w *flow) plainCall(e *env, call ssa.CallInstruction, t target) {
	a, carries := accessOf(t)
	switch {
	case isWithValue(t.fn):
		w.put(e, call, t.args[1], t.args[2])
	case putsIntoMap(t.fn):
		w.registers(e, call, t.all[0], t.all[2])
	case carries:
		if a.value != nil {
			w.put(e, call, a.key, a.value)
		}
	case w.api.Unlisted(t.fn):
		w.unlisted(e, call, t)
	case t.summary != nil:
		w.apply(e, call, t)
	case call.Common().IsInvoke():
		w.invokes(e, call, w.listening(func() { w.functionArguments(e, call, t) }))
		w.mayBeSet(e, call.Common().Method.Name(), call.Common().Args)
		return
	case t.callee.literal != nil:
		bind := map[int][]*Object{}
		for i, a := range t.args {
			bind[i] = w.handed(a)
		}
		w.callback(e, call, t.callee, bind, nil)
	case t.callee.known && t.callee.param >= 0:
		w.calledBack(e, call, t)
		w.mayBeSet(e, "", t.args)
	case call.Common().StaticCallee() == nil && !t.callee.known && isFunc(call.Common().Value.Type()):
		w.mayBeSet(e, "", t.args)
	}
	w.functionArguments(e, call, t)
}

// unlisted applies a method of a handle that is not known: it may send anything.
func (w *flow) unlisted(e *env, call ssa.CallInstruction, t target) {
	w.send(e, call, w.resolve(t.all[0]), statement{unresolved: true, cause: "what " + t.fn.Name() + " sends is not known"})
}

// handed resolves an argument that can carry a handle, or is a context, nil for any
// other.
func (w *flow) handed(v ssa.Value) []*Object {
	if !mayCarry(v.Type()) && !isContext(v.Type()) {
		return nil
	}
	return w.resolve(v)
}

// functionArguments looks at function values that go to a call: literals that
// nothing is known to call with handles run in the state at hand, and methods
// bound to a value take its handles along.
func (w *flow) functionArguments(e *env, call ssa.CallInstruction, t target) {
	called := map[int]bool{}
	if t.summary != nil {
		for _, cb := range t.summary.Callbacks {
			called[cb.Param] = true
		}
	}
	for i, a := range t.all {
		if mi, ok := a.(*ssa.MakeInterface); ok {
			if t.summary == nil && t.method.Effect == dbapi.None {
				w.handedOn(e, call, mi)
			}
			a = mi.X // http.HandlerFunc(h.List) as a http.Handler
		}
		if called[i] || !isFunc(a.Type()) {
			continue
		}
		c := w.function(a)
		switch {
		case c.literal != nil:
			w.callback(e.clone(), call, c, nil, nil)
		case c.declared != nil && len(c.bindings) > 0:
			w.boundMethod(e, call, c, call.Common().Pos())
		}
	}
}

// library applies a helper of the library that runs a callback on a new handle.
func (w *flow) library(e *env, call ssa.CallInstruction, t target, kind dbapi.Kind) {
	fn, at := t.args[t.method.Fn], t.method.Handle
	c := w.function(fn)
	o := w.in.intern(Object{Root: Created, Value: call.Value(), Index: -1, Type: callbackParam(fn, at), Kind: kind}, w.salt())
	o.frame, o.Parent = w.frame, w.resolve(t.handle())
	if t.method.Scoped {
		o.initial.set(Declared, Entry{Level: Set})
	}
	e.begins(o, o.initial.clone())
	if c.known && c.param >= 0 {
		w.calledWith(e, call, c.param, map[int][]*Object{at: {o}})
		return
	}
	w.callback(e, call, c, map[int][]*Object{at: {o}}, nil)
}

// callback runs a function value in the state at hand with handles bound to
// its parameters.
func (w *flow) callback(e *env, call ssa.CallInstruction, c callee, bind map[int][]*Object, region *Region) {
	switch {
	case c.literal != nil:
		w.literal(e, call, c, bind, region)
	case c.declared != nil:
		w.declaredCallback(e, call, c, bind)
	case c.known && c.param >= 0 && region != nil && region.Broken != "":
		w.calledIdly(c.param, region.Broken)
	case c.known && c.param >= 0 && len(bind) > 0:
		w.calledWith(e, call, c.param, bind)
	}
}

// literal runs a function literal in its context.
func (w *flow) literal(e *env, call ssa.CallInstruction, c callee, bind map[int][]*Object, region *Region) {
	if c.made.depth() >= maxDepth || w.running[c.literal] {
		return
	}
	w.running[c.literal] = true
	defer delete(w.running, c.literal)
	fr := c.made.child(c.literal)
	fr.contextKey = w.contextKey + "/" + c.literal.Name() + "@" + w.posn(call.Common().Pos())
	for i, p := range c.literal.Params {
		if objs, ok := bind[i]; ok && objs != nil {
			fr.bound[p] = objs
		}
	}
	if region == nil {
		region = w.region
	}
	if region != nil && region.Name == "" {
		named := *region
		for i, p := range c.literal.Params {
			for _, o := range bind[i] {
				if o == region.Object {
					named.Name = p.Name()
				}
			}
		}
		region = &named
	}
	fr.region = region
	if w.emit != nil {
		w.seen[c.literal] = true
	}
	exits := fr.run(e, w.emit)
	w.leave(e, exits)
}

// leave merges the exits of a literal back into the state around it.
func (w *flow) leave(e *env, exits []exit) {
	var after *env
	for _, x := range exits {
		if len(x.ret.Results) > 0 && isError(x.ret.Results[len(x.ret.Results)-1].Type()) &&
			failing(x.ret.Results[len(x.ret.Results)-1], x.env) && len(exits) > 1 {
			continue // the callers of callbacks stop at an error
		}
		if after == nil {
			after = x.env.clone()
		} else {
			after.merge(x.env, w.asks)
		}
	}
	if after == nil {
		return
	}
	e.states = after.states
}

// callbackParam returns the type of a parameter of a function value.
func callbackParam(fn ssa.Value, i int) types.Type {
	if sig := signatureOf(fn.Type()); sig != nil && i < sig.Params().Len() {
		return sig.Params().At(i).Type()
	}
	return nil
}

// end applies Commit and Rollback. What a nested transaction set belongs to
// the outer one after its commit, and is undone by its rollback.
func (w *flow) end(e *env, t target) {
	if w.deferred {
		return // the function is over; a deferred Rollback after Commit does nothing
	}
	for _, o := range w.resolve(t.recv) {
		s := e.get(o).clone()
		if outer := o.nestedIn(); outer != nil && t.method.Effect == dbapi.Commit {
			p := e.get(outer).clone()
			for name, entry := range s.Settings {
				p.set(name, entry)
			}
			e.put(outer, p)
		}
		if len(s.Dirty) > 0 && t.method.Effect == dbapi.Rollback {
			s.Dirty = nil // a rollback undoes SET as well
		}
		s.Ended = true
		e.put(o, s)
	}
}

// hijack takes a connection out of its pool: what is set on it stays, and
// nobody else will get it.
func (w *flow) hijack(e *env, call ssa.CallInstruction, t target) {
	v := call.Value()
	if v == nil {
		return
	}
	for _, o := range w.result(v, 0) {
		for _, from := range w.resolve(t.recv) {
			s := e.get(from).clone()
			s.Dirty = nil
			e.put(o, s)
			e.put(from, State{Ended: true})
		}
	}
}

// release applies Release and Close of a connection.
func (w *flow) release(e *env, t target) {
	for _, o := range w.resolve(t.handle()) {
		if o.IsPool() && o.Root == Created {
			o.Closed = true
		}
		if o.Kind != dbapi.Conn && o.Kind != dbapi.Session {
			continue
		}
		if o.Kind != dbapi.Session || o.Pooled() {
			w.leaks(e, o)
		}
		s := e.get(o).clone()
		s.Dirty, s.Ended = nil, !w.deferred
		e.put(o, s)
	}
}
