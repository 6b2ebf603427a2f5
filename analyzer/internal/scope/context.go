package scope

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
)

// A context.Context is a carrier of handles: values are put into it by key. An
// object of context type has the values that the program is seen to put in as
// fields, named by their keys, and what it was derived from as base.

// keyPath is the path element for a key of a context. Its name has no dot,
// since dots separate the elements of a path.
func keyPath(key string) string { return ".⟨" + strings.ReplaceAll(key, ".", "·") + "⟩" }

// keyOfPath returns the key that the last element of a path names, "" if it is
// a field.
func keyOfPath(path string) string {
	i := lastElement(path)
	if i < 0 || !strings.HasSuffix(path, "⟩") || strings.Contains(path[i+1:], ".") {
		return ""
	}
	key := strings.TrimPrefix(path[i+len(".⟨"):], valueMark)
	return strings.ReplaceAll(strings.TrimSuffix(key, "⟩"), "·", ".")
}

// valueMark stands before the key, in the places of facts, where a context
// carries a plain value under it and not a handle.
const valueMark = "="

// markValue marks the last element of a path, a key.
func markValue(path string) string {
	i := lastElement(path) + len(".⟨")
	return path[:i] + valueMark + path[i:]
}

// unmarked is a path without the mark.
func unmarked(path string) string { return strings.Replace(path, "⟨"+valueMark, "⟨", 1) }

// lastElement is where the last element of a path that ends with a key begins.
func lastElement(path string) int { return strings.LastIndex(path, ".⟨") }

// isMarked reports whether an element of a path is marked.
func isMarked(name string) bool { return strings.HasPrefix(name, "⟨"+valueMark) }

// isContext reports whether a type is context.Context.
func isContext(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Context" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context"
}

// contextKey names a key: its type and, of constants and variables, its name.
func contextKey(v ssa.Value) string {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	switch v := v.(type) {
	case *ssa.Const:
		return ConstantKey(v.Type(), v.Value)
	case *ssa.Global:
		return v.Pkg.Pkg.Path() + "." + v.Name()
	case *ssa.UnOp:
		if g, ok := v.X.(*ssa.Global); ok && v.Op == token.MUL {
			return g.Pkg.Pkg.Path() + "." + g.Name()
		}
		if alloc, ok := v.X.(*ssa.Alloc); ok {
			return namedKey(elem(alloc.Type())) // key{}
		}
	}
	if _, isStruct := v.Type().Underlying().(*types.Struct); isStruct {
		return namedKey(v.Type())
	}
	return ""
}

// ContextKey is contextKey for those who follow other values than handles. They don't
// tell keys of one generic type apart.
func ContextKey(v ssa.Value) string { return PlainKey(contextKey(v)) }

func namedKey(t types.Type) string {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return ""
	}
	return n.Obj().Pkg().Path() + "." + n.Obj().Name() + typeArguments(n)
}

// ConstantKey names a key that is a constant of a type by the constant's name,
// by which the rest of the program, and the module's evidence, know it.
func ConstantKey(t types.Type, val constant.Value) string {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		if val != nil && val.Kind() == constant.String {
			return "\"" + constant.StringVal(val) + "\""
		}
		return ""
	}
	if val == nil {
		return namedKey(n) // the zero value of struct{}
	}
	pkg := n.Obj().Pkg()
	for _, name := range pkg.Scope().Names() {
		if k, isConst := pkg.Scope().Lookup(name).(*types.Const); isConst && types.Identical(k.Type(), n) && constant.Compare(k.Val(), token.EQL, val) {
			return pkg.Path() + "." + name
		}
	}
	return pkg.Path() + "." + n.Obj().Name() + "=" + val.ExactString()
}

// contextResult resolves a call that returns a context.
func (f *frame) contextResult(call *ssa.Call, index int, t target) []*Object {
	typ := call.Call.Signature().Results().At(index).Type()
	switch {
	case fullname.Is(t.fn, "context.Background", "context.TODO"):
		o := f.made(call, index, typ)
		o.empty = true
		return []*Object{o}
	case isWithValue(t.fn):
		return []*Object{f.withValue(call, typ)}
	}
	if t.summary != nil {
		if objs := f.summaryContext(call, t, index, typ); objs != nil {
			return objs
		}
	}
	// What takes a context and returns one derives it, as WithCancel does and
	// tracers do.
	for _, a := range t.args {
		if isContext(a.Type()) {
			return f.resolve(a)
		}
	}
	return []*Object{f.in.intern(Object{Root: Carried, Value: call, Index: index, Type: typ, Cause: "context-carrier"}, "context")}
}

func isWithValue(fn *types.Func) bool { return fullname.Is(fn, "context.WithValue") }

// withValue is a context with one value more.
func (f *frame) withValue(call *ssa.Call, typ types.Type) *Object {
	o := f.made(call, 0, typ)
	if o.base != nil || o.fields != nil {
		return o
	}
	o.base = f.resolve(call.Call.Args[0])
	key := contextKey(call.Call.Args[1])
	if key == "" {
		return o
	}
	val := call.Call.Args[2]
	objs := f.resolve(val)
	if len(objs) == 0 {
		objs = []*Object{f.elsewhere(val, "value")}
	}
	o.fields = map[string][]*Object{keyPath(key): objs}
	return o
}

// summaryContext resolves the context that a function returns: the one it got,
// with what its summary says that it puts in.
func (f *frame) summaryContext(call *ssa.Call, t target, index int, typ types.Type) []*Object {
	fields := map[string][]*Object{}
	var base []*Object
	for _, c := range t.summary.Results {
		switch {
		case c.Slot != index:
		case c.Path == "" && slices.ContainsFunc(c.Settings, func(in InEffect) bool { return in.Setting == Declared }):
			return f.carried(call, t.all, c, typ)
		case c.isWhole():
			base = add(base, f.whole(c))
		case c.Path == "":
			base = add(base, f.carried(call, t.all, c, typ)...)
		default:
			fields[c.Path] = add(fields[c.Path], f.carried(call, t.all, c, nil)...)
		}
	}
	if len(fields) == 0 {
		return nil
	}
	o := f.made(call, index, typ)
	o.fields, o.base, o.Wiring = fields, base, call
	return []*Object{o}
}

// valueOf returns what contexts carry under a key: nothing if none is there.
func (f *frame) valueOf(ctxs []*Object, key string, depth int) []*Object {
	path := keyPath(key)
	var out []*Object
	for _, o := range ctxs {
		switch vals, has := o.fields[path]; {
		case has:
			out = add(out, vals...)
		case o.empty:
		case embeddedContext(o.Type) != nil && depth < maxDepth:
			// A context type of the program's own is the one that it holds, and more.
			in := embeddedContext(o.Type)
			out = add(out, f.valueOf(f.field([]*Object{o}, in, o.Type), key, depth+1)...)
		case o.base != nil:
			if depth < maxDepth {
				out = add(out, f.valueOf(o.base, key, depth+1)...)
			}
		case o.Root == Param:
			out = add(out, f.in.intern(Object{Root: Param, Index: o.Index, Value: o.Value, Path: o.Path + path, Cause: "context-carrier"}, ""))
		default:
			salt := ""
			if o.request {
				salt = ofServer
			}
			v := f.in.intern(Object{Root: Carried, Value: o.Value, Index: o.Index, Path: path, Cause: "context-carrier", request: o.request}, salt)
			if v.cameWithRequest() && f.judge.injected(v) == NotInjected {
				continue // what puts it into contexts gives those to callbacks only
			}
			out = add(out, f.declared(v, nil, o))
		}
	}
	return out
}

// embeddedContext is the context that a struct embeds, nil if it is none that does.
func embeddedContext(t types.Type) *types.Var {
	if t == nil {
		return nil
	}
	for _, field := range structFields(t) {
		if field.Embedded() && isContext(field.Type()) {
			return field
		}
	}
	return nil
}

// CarriedKey is the key under which a context carries the object, "" for others.
func (o *Object) CarriedKey() string { return keyOfPath(o.Path) }

// isCarried reports whether an object is what a context carries under a key,
// if it carries anything.
func (o *Object) isCarried() bool { return keyOfPath(o.Path) != "" }
