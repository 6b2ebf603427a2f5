package scope

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// A pool's hooks run each time a connection is taken from it. One that always
// sets the tenant's context, from the context of the caller, makes every
// connection of the pool a scoped one.

// isHookField names the hooks that run when a connection is taken: functions of
// a context and a connection.
func isHookField(name string) bool { return name == "PrepareConn" || name == "BeforeAcquire" }

// connParam is the position of the connection among a hook's parameters.
const connParam = 1

// A Hooking is what a function does to the hooks of a configuration that it is
// given: the settings that they make, or the parameter that becomes a hook.
type Hooking struct {
	Place
	Settings []InEffect
	From     int // -1 unless the hook is this parameter
}

// hooked is what the hooks of a pool do to its connections.
type hooked struct {
	settings []InEffect
	params   []int // of the function, that become hooks
	unknown  bool  // some hook can't be seen
}

func (h *hooked) add(more hooked) {
	h.settings = append(h.settings, more.settings...)
	h.params = append(h.params, more.params...)
	h.unknown = h.unknown || more.unknown
}

// connected is what a connection of a pool with hooks starts with.
func (f *frame) connected(h hooked) State {
	var s State
	for _, in := range h.settings {
		en, _ := f.under(Entry{Level: in.Level}, in.If, nil, nil)
		if have, has := s.Settings[in.Setting]; !has || have.Level < en.Level {
			s.set(in.Setting, en)
		}
	}
	return s
}

// opened completes a pool that a call opens.
func (f *frame) opened(o *Object, call *ssa.Call) {
	f.logsIn(o, call)
	for _, a := range call.Call.Args {
		if !f.api.HasHooks(a.Type()) {
			continue
		}
		h := f.hooksOf(f.resolve(a))
		o.initial, o.hookParams = f.connected(h), h.params
		if h.unknown && len(h.settings) == 0 {
			o.Cause = hookedPool
		}
	}
	f.opensFor(o, call)
}

// hookedAt completes a pool that a called function opens with the call's
// arguments as hooks.
func (f *frame) hookedAt(o *Object, args []ssa.Value, params []int) {
	var h hooked
	for _, p := range params {
		if p < len(args) {
			h.add(f.hook(f.function(args[p])))
		}
	}
	for name, entry := range f.connected(h).Settings {
		o.initial.set(name, entry)
	}
	o.hookParams = h.params
	if h.unknown && len(o.initial.Settings) == 0 {
		o.Cause = hookedPool
	}
}

// hookedPool is the cause of what is not known about a pool that may have hooks.
const hookedPool = "hooked-pool"

// hooksOf gathers what the function does to the hooks of a configuration.
func (f *frame) hooksOf(config []*Object) hooked {
	var out hooked
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Store:
				if fa, ok := f.hookAt(instr); ok && meet(f.resolve(fa.X), config) {
					out.add(f.hook(f.function(instr.Val)))
				}
			case ssa.CallInstruction:
				out.add(f.hookedBy(instr, config))
			}
		}
	}
	return out
}

// hookAt returns the hook that a store assigns.
func (f *frame) hookAt(st *ssa.Store) (*ssa.FieldAddr, bool) {
	fa, ok := st.Addr.(*ssa.FieldAddr)
	if !ok || !f.api.HasHooks(fa.X.Type()) {
		return nil, false
	}
	return fa, isHookField(fieldName(fa))
}

// hookedBy is what a called function does to the hooks of a configuration.
func (f *frame) hookedBy(call ssa.CallInstruction, config []*Object) hooked {
	var out hooked
	for i, a := range call.Common().Args {
		if !f.api.HasHooks(a.Type()) || !meet(f.resolve(a), config) {
			continue
		}
		t := f.targetOf(call)
		switch {
		case t.method.Effect == dbapi.Open:
		case t.summary != nil:
			for _, h := range t.summary.Hooks {
				if h.Param != i || h.Path != "" {
					continue
				}
				if h.From >= 0 && h.From < len(t.all) {
					out.add(f.hook(f.function(t.all[h.From])))
				} else {
					out.settings = append(out.settings, h.Settings...)
				}
			}
		case t.fn == nil || !f.Local(t.fn.Pkg().Path()) && !f.ofPool(t.fn):
			out.unknown = true
		}
	}
	return out
}

// ofPool: a library's own methods do nothing to the hooks of a configuration.
func (f *frame) ofPool(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	return recv != nil && f.kindOf(recv.Type()) == dbapi.Pool || f.api.Quiet(fn)
}

func meet(a, b []*Object) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// hook is what a hook does to the connection that is its parameter.
func (f *frame) hook(c callee) hooked {
	if !c.known {
		return hooked{unknown: true}
	}
	if c.param >= 0 {
		return hooked{params: []int{c.param}}
	}
	exits, o := f.runHook(c, nil)
	if o == nil {
		return hooked{unknown: true}
	}
	var out hooked
	levels := hookLevels(exits, o)
	for _, name := range sortedKeys(levels) {
		in := InEffect{Setting: name, Level: levels[name]}
		for _, by := range setBy(exits, o, name) {
			if carried := f.hookFrame(c).guard(by); carried != nil && in.Level == Conditional && in.If == nil {
				if where, p := f.runHook(c, carried); p != nil {
					if level := hookLevels(where, p)[name]; level > Conditional {
						at := Place{Param: ofUse, Path: markValue(carried.Path)}
						in.Level, in.If = level, &at
					}
				}
			}
		}
		out.settings = append(out.settings, in)
	}
	return out
}

// setBy lists the calls that make a setting on some way through a hook.
func setBy(exits []exit, o *Object, name string) []ssa.CallInstruction {
	var out []ssa.CallInstruction
	for _, x := range exits {
		if by := x.env.get(o).Dirty[name]; by != nil && accepts(x) && !slices.Contains(out, by) {
			out = append(out, by)
		}
	}
	return out
}

// guard returns the plain value without which a call is not reached, if the
// branch that leads to it asks whether a context carries one.
func (f *frame) guard(call ssa.CallInstruction) *Object {
	for _, o := range f.presences(call.Block()) {
		if o.value && o.Root == Carried {
			return o
		}
	}
	return nil
}

// hookLevels says how surely a hook has made its settings where it hands the
// connection out.
func hookLevels(exits []exit, o *Object) map[string]Level {
	accepted := 0
	levels := map[string]Level{}
	counts := map[string]int{}
	for _, x := range exits {
		if !accepts(x) {
			continue
		}
		accepted++
		s := x.env.get(o)
		for name := range s.Dirty { // what is local is gone before the connection is handed out
			level := Conditional // on some of the paths that meet here
			if entry, has := s.Settings[name]; has {
				level = max(level, hookLevel(x, entry))
			}
			if have, has := levels[name]; !has || level < have {
				levels[name] = level
			}
			counts[name]++
		}
	}
	for name := range levels {
		if counts[name] < accepted {
			levels[name] = Conditional
		}
	}
	return levels
}

// hookFrame is the frame of a hook's body.
func (f *frame) hookFrame(c callee) *frame {
	if c.literal != nil {
		return c.made.child(c.literal)
	}
	fr := newFrame(f.engine, c.declared)
	fr.parent, fr.bound, fr.contextKey = f, map[*ssa.Parameter][]*Object{}, f.contextKey+"/"+c.declared.Name()
	return fr
}

// runHook runs a hook on a connection of its own, in a context that carries
// something where that is given.
func (f *frame) runHook(c callee, carried *Object) ([]exit, *Object) {
	fn, conn := c.literal, connParam
	if fn == nil {
		fn = c.declared
		conn += len(c.bindings)
	}
	if fn == nil || len(fn.Blocks) == 0 || conn >= len(fn.Params) || f.running[fn] {
		return nil, nil
	}
	f.running[fn] = true
	defer delete(f.running, fn)
	p := fn.Params[conn]
	fr := f.hookFrame(c)
	fr.carries = carried
	o := f.in.intern(Object{Root: Created, Value: p, Type: p.Type(), Kind: dbapi.Conn}, "hook")
	fr.bound[p] = []*Object{o}
	fr.recalls = fr.remembers(o)
	entry := newEnv()
	entry.put(o, State{})
	return fr.run(entry, nil), o
}

// accepts reports whether a hook may hand the connection out at an exit.
func accepts(x exit) bool {
	if failsAt(x) || len(x.ret.Results) == 0 {
		return false
	}
	c, ok := answer(x.ret).(*ssa.Const)
	if !ok {
		return !handsOnRefusal(x.ret)
	}
	return c.Value == nil || c.Value.Kind() != constant.Bool || constant.BoolVal(c.Value)
}

// answer is what a hook returns first; one with deferred calls returns it by way of
// a variable.
func answer(ret *ssa.Return) ssa.Value {
	v := ret.Results[0]
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		if stored := lazyssa.StoredBefore(load); stored != nil {
			return stored
		}
	}
	return v
}

// handsOnRefusal reports whether a hook returns what another one said, on the
// branches where that refused: `if ok, err := before(ctx, conn); !ok || err != nil
// { return ok, err }`.
func handsOnRefusal(ret *ssa.Return) bool {
	b := ret.Block()
	for _, p := range b.Preds {
		cond, ok := p.Instrs[len(p.Instrs)-1].(*ssa.If)
		if !ok || !refuses(cond.Cond, p.Succs[0] == b, ret) {
			return false
		}
	}
	return len(b.Preds) > 0
}

// refuses reports whether a condition that has a value says that the results of
// a hook refuse the connection.
func refuses(cond ssa.Value, holds bool, ret *ssa.Return) bool {
	if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
		cond, holds = not.X, !holds
	}
	if cond == answer(ret) {
		return !holds
	}
	key, nonNilOnTrue := nilTest(cond)
	return key != nil && len(ret.Results) == 2 && key == errorKey(ret.Results[1]) && holds == nonNilOnTrue
}

// hookLevel: a hook that returns the statement's error, or whether there was
// none, lets nobody have the connection if there was one.
func hookLevel(x exit, entry Entry) Level {
	if entry.pending == nil {
		return entry.Level
	}
	if returnsAs(x, entry.pending) {
		return Set
	}
	if op, ok := answer(x.ret).(*ssa.BinOp); ok && op.Op == token.EQL {
		if key, nonNil := nilTest(op); key == entry.pending && !nonNil {
			return Set
		}
	}
	return entry.Level
}

// hookings are what the function does to the hooks of its parameters.
func (f *frame) hookings() []Hooking {
	var out []Hooking
	for i, p := range f.fn.Params {
		if !f.api.HasHooks(p.Type()) {
			continue
		}
		h := f.hooksOf(f.resolve(p))
		if len(h.settings) > 0 {
			out = append(out, Hooking{Place: Place{Param: i}, Settings: h.settings, From: -1})
		}
		for _, from := range h.params {
			out = append(out, Hooking{Place: Place{Param: i}, From: from})
		}
	}
	return out
}
