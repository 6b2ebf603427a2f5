package scope

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// A frame is one function body in one context: a declared function with its
// parameters undecided, or a literal with what the code around it passes.
type frame struct {
	*engine
	fn     *ssa.Function
	parent *frame // the frame in which the literal was made
	// bound are the handles that arrive in a literal's parameters; nil for a
	// declared function, whose parameters its callers decide.
	bound map[*ssa.Parameter][]*Object
	// region is the scoped transaction in which the literal runs.
	region *Region
	// carries is what contexts are taken to carry, nil outside of such a question.
	carries *Object
	// recalls is what a hook remembers, nil for other functions.
	recalls *remembering
	// contextKey tells the contexts of one literal apart.
	contextKey string

	memo map[ssa.Value][]*Object
	// stands are the values that stand for arguments which are not known.
	stands map[ssa.Value]bool
	busy   map[ssa.Value]bool
	// opening are the fields that are being resolved: a struct may hold itself.
	opening map[opened]bool
	// round remembers from which blocks control goes on to which.
	round map[[2]*ssa.BasicBlock]bool
}

// opened is a field of an object.
type opened struct {
	object *Object
	field  *types.Var
}

func newFrame(e *engine, fn *ssa.Function) *frame {
	return &frame{engine: e, fn: fn, memo: map[ssa.Value][]*Object{}, stands: map[ssa.Value]bool{}, busy: map[ssa.Value]bool{}, opening: map[opened]bool{},
		round: map[[2]*ssa.BasicBlock]bool{}}
}

// child returns the frame of a literal made in f.
func (f *frame) child(fn *ssa.Function) *frame {
	c := newFrame(f.engine, fn)
	c.parent = f
	c.bound = map[*ssa.Parameter][]*Object{}
	c.region = f.region
	c.contextKey = f.contextKey + "/" + fn.Name()
	return c
}

// depth is the number of literals around the frame's body.
func (f *frame) depth() int {
	n := 0
	for p := f.parent; p != nil; p = p.parent {
		n++
	}
	return n
}

// frameOf returns the frame of fn among f and the frames around it.
func (f *frame) frameOf(fn *ssa.Function) *frame {
	for g := f; g != nil; g = g.parent {
		if g.fn == fn {
			return g
		}
	}
	return nil
}

const (
	maxPath    = 5 // fields in a path: beyond that a program is not wiring handles
	maxObjects = 8 // alternatives of one value
	maxDepth   = 6 // literals within literals
)

// resolve returns the objects that a value may be: usually one, several where
// paths meet, none for nil.
func (f *frame) resolve(v ssa.Value) []*Object {
	if objs, ok := f.memo[v]; ok {
		return objs
	}
	if f.busy[v] {
		return nil // a cycle through a phi adds nothing new
	}
	f.busy[v] = true
	objs := f.resolveValue(v)
	delete(f.busy, v)
	if len(objs) > maxObjects {
		objs = []*Object{f.elsewhere(v, "escaped-handle")}
	}
	if len(f.busy) == 0 {
		f.memo[v] = objs
	}
	return objs
}

func (f *frame) resolveValue(v ssa.Value) []*Object {
	switch v := v.(type) {
	case *ssa.Const:
		return nil
	case *ssa.Parameter:
		return f.param(v)
	case *ssa.FreeVar:
		return f.captured(v)
	case *ssa.Global:
		if d := f.declaredGlobal(v); d != nil {
			return []*Object{d}
		}
		o := f.in.intern(Object{Root: Global, Value: v, Type: elem(v.Type()), Kind: f.kindOf(elem(v.Type()))}, "")
		if o.login == nil && o.Kind != dbapi.NoHandle {
			o.login = f.GlobalLogin(v)
		}
		if o.Kind == dbapi.Querier {
			if kind := f.globalKind(v); kind != dbapi.NoHandle {
				o.Kind = kind
			}
		}
		if f.Declared(v.Object()) {
			f.declaredUse[v.Object()] = true
		}
		return []*Object{f.declared(o, v.Object(), nil)}
	case *ssa.Phi:
		var objs []*Object
		for i, e := range v.Edges {
			objs = add(objs, f.unless(f.resolve(e), f.absences(v.Block().Preds[i], v.Block()))...)
		}
		return objs
	case *ssa.MakeInterface:
		if over := f.wrapped(v); over != nil {
			return over
		}
		return f.resolve(v.X)
	case *ssa.ChangeInterface:
		return f.refine(f.resolve(v.X), v.Type())
	case *ssa.ChangeType:
		return f.resolve(v.X)
	case *ssa.TypeAssert:
		return f.refine(f.resolve(v.X), asserted(v))
	case *ssa.UnOp:
		return f.load(v)
	case *ssa.FieldAddr:
		st := elem(v.X.Type()).Underlying().(*types.Struct)
		return f.field(f.resolve(v.X), st.Field(v.Field), v.X.Type())
	case *ssa.Field:
		st := v.X.Type().Underlying().(*types.Struct)
		return f.field(f.resolve(v.X), st.Field(v.Field), v.X.Type())
	case *ssa.Alloc:
		if _, isStruct := elem(v.Type()).Underlying().(*types.Struct); isStruct && !f.holdsStruct(v) {
			return f.variable(v)
		}
		return []*Object{f.made(v, 0, elem(v.Type()))}
	case *ssa.Call:
		return f.result(v, 0)
	case *ssa.Extract:
		switch tuple := v.Tuple.(type) {
		case *ssa.Call:
			return f.result(tuple, v.Index)
		case *ssa.TypeAssert:
			if v.Index == 0 {
				return f.resolve(tuple)
			}
			return nil
		case *ssa.Lookup:
			if v.Index == 0 {
				return f.keyed(tuple, v.Type())
			}
			return nil
		}
	case *ssa.Lookup:
		return f.keyed(v, v.Type())
	}
	return []*Object{f.elsewhere(v, "escaped-handle")}
}

// made interns an object that is created by a value in this frame.
func (f *frame) made(v ssa.Value, index int, t types.Type) *Object {
	o := f.in.intern(Object{Root: Created, Value: v, Index: index, Type: t, Kind: f.kindOf(t)}, f.salt())
	if o.frame == nil {
		o.frame = f
	}
	return f.declared(o, nil, nil)
}

// salt tells frames of the same literal in different contexts apart.
func (f *frame) salt() string {
	if f.parent == nil {
		return ""
	}
	return f.contextKey
}

func (f *frame) elsewhere(v ssa.Value, cause string) *Object {
	return f.declared(f.in.intern(Object{Root: Elsewhere, Value: v, Type: v.Type(), Kind: f.kindOf(v.Type()), Cause: cause}, ""), nil, nil)
}

// param resolves a parameter: bound by the context for a literal, the caller's
// decision for a declared function.
func (f *frame) param(p *ssa.Parameter) []*Object {
	if f.parent != nil {
		if objs, ok := f.bound[p]; ok {
			return f.refine(objs, p.Type())
		}
		return []*Object{f.elsewhere(p, "callback")}
	}
	for i, q := range f.fn.Params {
		if p == q {
			o := f.in.intern(Object{Root: Param, Index: i, Value: p, Type: p.Type(), Kind: f.kindOf(p.Type())}, "")
			return []*Object{f.declared(o, nil, nil)}
		}
	}
	return nil
}

// captured resolves a free variable in the frame around the literal.
func (f *frame) captured(fv *ssa.FreeVar) []*Object {
	b := binding(fv)
	if f.parent == nil || b == nil {
		return []*Object{f.elsewhere(fv, "escaped-handle")}
	}
	return f.parent.resolve(b)
}

// refine narrows objects of unknown type to the type that the program asserts.
func (f *frame) refine(objs []*Object, t types.Type) []*Object {
	kind := f.kindOf(t)
	if kind == dbapi.NoHandle && f.isValue(t) {
		return f.asValues(objs)
	}
	out := make([]*Object, 0, len(objs))
	for _, o := range objs {
		if o.Kind != dbapi.NoHandle || kind == dbapi.NoHandle || o.Root == Created {
			out = append(out, o)
			continue
		}
		n := *o
		n.Type, n.Kind = t, kind
		out = append(out, f.declared(f.in.intern(n, "as "+t.String()), nil, nil))
	}
	return out
}

func asserted(v *ssa.TypeAssert) types.Type { return v.AssertedType }

func elem(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// add appends objects that are not in the list yet.
func add(objs []*Object, more ...*Object) []*Object {
next:
	for _, o := range more {
		for _, have := range objs {
			if have == o {
				continue next
			}
		}
		objs = append(objs, o)
	}
	return objs
}
