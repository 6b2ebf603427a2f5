package scope

import (
	"go/types"
	"reflect"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// What //tenantvet:scoped declares is in effect like a setting of the tenant:
// nobody sees where it is set, so it has no name that a statement could have.

// Declared stands for the setting of a handle that is declared to be scoped.
const Declared = "declared"

// A Contradiction is a place where the program does what a declaration denies: an
// unscoped handle arrives at something that is declared to be scoped.
type Contradiction struct {
	Of types.Object
}

func (o *Object) isDeclared() bool { return o.initial.Settings[Declared].Level == Set }

// declare marks an object as scoped.
func (o *Object) declare() *Object {
	if !o.isDeclared() {
		o.initial.set(Declared, Entry{Level: Set})
	}
	return o
}

// declares reports whether a type is declared to be scoped.
func (p *packageEngine) declares(t types.Type) bool {
	if t == nil {
		return false
	}
	n, ok := types.Unalias(elem(t)).(*types.Named)
	if !ok || !p.Declared(n.Origin().Obj()) {
		return false
	}
	p.declaredUse[n.Origin().Obj()] = true
	return true
}

// declared marks an object whose type, or the thing that it is, is declared to be
// scoped, and what is in something that is.
func (f *frame) declared(o *Object, thing types.Object, in *Object) *Object {
	if in != nil && in.isDeclared() || thing != nil && f.Declared(thing) || f.declares(o.Type) {
		return o.declare()
	}
	return o
}

// declaredSummary is the summary of a function of which all handles that it
// returns or hands to its callbacks are declared to be scoped; of what else it
// does, s tells, as far as that is known.
func (p *packageEngine) declaredSummary(s *Summary, sig *types.Signature) *Summary {
	out := Summary{}
	if s != nil {
		out = *s
	}
	out.Results = p.declaredTuple(sig.Results(), out.Results)
	shift := 0
	if sig.Recv() != nil {
		shift = 1
	}
	var callbacks []Callback
	for i := range sig.Params().Len() {
		fn := signatureOf(sig.Params().At(i).Type())
		if fn == nil {
			continue
		}
		cb := Callback{Param: i + shift}
		for _, known := range out.Callbacks {
			if known.Param == cb.Param {
				cb.Args, cb.Broken = append(cb.Args, known.Args...), known.Broken
			}
		}
		cb.Args = p.declaredTuple(fn.Params(), cb.Args)
		if len(cb.Args) > 0 || cb.Broken != "" {
			callbacks = append(callbacks, cb)
		}
	}
	out.Callbacks = callbacks
	return &out
}

// declaredTuple describes the handles, the contexts and what may hold handles
// among parameters or results. What is known to be scoped stays as it is.
func (p *packageEngine) declaredTuple(t *types.Tuple, known []Carrier) []Carrier {
	var out []Carrier
	for i := range t.Len() {
		typ := t.At(i).Type()
		proven, open := 0, false
		for _, c := range known {
			switch {
			case c.Slot != i:
			case c.Cause == "" && c.Unless == nil && slices.ContainsFunc(c.Settings, func(in InEffect) bool {
				return in.Level == Set && in.If == nil && (in.Setting == Unnamed || in.Setting == Declared || p.tenant(in.Setting))
			}):
				proven++
				out = append(out, c)
			default:
				open = true
			}
		}
		if proven > 0 && !open {
			continue
		}
		if isContext(typ) || mayCarry(typ) && p.mayHold(typ) {
			out = append(out, Carrier{Slot: i, From: Place{Param: -1}, Kind: p.kindOf(typ), Settings: []InEffect{{Setting: Declared, Level: Set}}})
		}
	}
	return out
}

// declaredMethod is the summary of a method of an interface that is declared, nil
// for any other.
func (p *packageEngine) declaredMethod(m *types.Func) *Summary {
	if !p.Declared(m) {
		return nil
	}
	p.declaredUse[m] = true
	return p.declaredSummary(nil, m.Signature())
}

// checkDeclared compares what a function returns with its declaration. Only
// transactions and connections are surely without context: what a pool's login,
// hooks or proxy do is not seen where it is opened.
func (b *builder) checkDeclared(f *frame, exits []exit) (contradicted ssa.Instruction) {
	w := &flow{frame: f}
	for _, x := range exits {
		if failsAt(x) {
			continue
		}
		for _, v := range x.ret.Results {
			if w.surelyUnscoped(x.env, v) {
				return x.ret
			}
		}
	}
	return nil
}

// provenByWiring reports whether all that the package stores in a field is scoped,
// so that declaring the field changes nothing.
func (f *frame) provenByWiring(wired []*Object) bool {
	for _, o := range wired {
		if o.isDeclared() || f.judge.Verdict(Handle{Object: o, State: o.initial}).Kind != Safe {
			return false
		}
	}
	return len(wired) > 0
}

// surelyUnscoped reports whether a value is a transaction or connection on which
// the tenant's context is not set.
func (w *flow) surelyUnscoped(e *env, v ssa.Value) bool {
	if w.kindOf(v.Type()) == dbapi.NoHandle {
		return false
	}
	objs := w.resolve(v)
	for _, o := range objs {
		if o.Root != Created || o.Kind != dbapi.Tx && o.Kind != dbapi.Conn && o.Kind != dbapi.Session {
			return false
		}
		if w.judge.Verdict(Handle{Object: o, State: w.effective(e, o)}).Kind != Unscoped {
			return false
		}
	}
	return len(objs) > 0
}

// contradicts looks at what is stored in a field, or turned into a type, that is
// declared to be scoped.
func (w *flow) contradicts(e *env, instr ssa.Instruction) {
	if w.emit == nil {
		return
	}
	var of types.Object
	var v ssa.Value
	switch instr := instr.(type) {
	case *ssa.Store:
		v = instr.Val
		switch addr := instr.Addr.(type) {
		case *ssa.FieldAddr:
			of = fieldAt(addr)
		case *ssa.Global:
			of = addr.Object()
		}
	case *ssa.MakeInterface:
		v = instr.X
		if n, ok := types.Unalias(instr.Type()).(*types.Named); ok {
			of = n.Origin().Obj()
		}
	}
	if of != nil && w.Declared(of) && w.surelyUnscoped(e, v) {
		pos := instr.Pos()
		if !pos.IsValid() {
			pos = v.Pos()
		}
		w.emit(&Event{Pos: pos, Contradicts: &Contradiction{Of: of}})
	}
}

// withDeclaration is the summary of a function as its callers are to see it. What
// a declaration changes, and what contradicts it, is kept for those who look
// after the declarations.
func (p *packageEngine) withDeclaration(f *frame, s *Summary, exits []exit) *Summary {
	fn := declared(f.fn)
	if fn == nil || !p.Declared(fn) {
		return s
	}
	if at := f.build.checkDeclared(f, exits); at != nil {
		p.declaredUse[fn] = true // which is said
		p.current.events = append(p.current.events, &Event{Pos: at.Pos(), Contradicts: &Contradiction{Of: fn}})
		return s
	}
	out := p.declaredSummary(s, fn.Signature())
	if reflect.DeepEqual(s, out) {
		return s // it is proven
	}
	p.declaredUse[fn] = true
	return out
}
