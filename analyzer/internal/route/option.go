package route

import (
	"cmp"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/interceptor"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// options is what comes before the methods of a server that is made with options.
func (f *frame) options(v ssa.Value) Cover {
	return f.optionsAt(value{v, f, ""}, map[ssa.Value]bool{})
}

// optionsAt is the same for a list of options, of interceptors, or one of them.
func (f *frame) optionsAt(x value, seen map[ssa.Value]bool) Cover {
	if x.v == nil || x.in == nil {
		return Cover{Unknown: true}
	}
	if x.path == "" {
		if list, ok := lazyssa.Variadic(x.v); ok {
			return x.in.each(list, seen)
		}
		if phi, ok := x.v.(*ssa.Phi); ok { // of both
			if seen[phi] {
				return Cover{}
			}
			seen[phi] = true
			return x.in.each(phi.Edges, seen).perhaps()
		}
		if load, ok := x.v.(*ssa.UnOp); ok { // what a variable is given, in turn
			if vals := storedIn(load.X); len(vals) > 1 {
				if seen[variable(load.X)] {
					return Cover{}
				}
				seen[variable(load.X)] = true
				return x.in.each(vals, seen)
			}
		}
	}
	if seen[x.v] {
		return Cover{}
	}
	seen[x.v] = true
	next := x.in.resolve(x, 0)
	if interceptor.IsLayer(x.v.Type()) && next.v != nil {
		of := cmp.Or(concrete(x.v), concrete(next.v))
		if of != nil && !isFunc(of) && (next.path == "" || concrete(x.v) != nil) {
			return f.interceptor(of, x.v.Type().Underlying().(*types.Interface))
		}
	}
	if next != x && next.in != nil {
		return f.optionsAt(next, seen)
	}
	if x.path != "" {
		return x.in.layerAt(x.v, 0)
	}
	switch v := x.v.(type) {
	case *ssa.Const, *ssa.MakeSlice:
		return Cover{}
	case *ssa.Slice:
		return f.optionsAt(value{v.X, x.in, ""}, seen)
	case *ssa.Alloc:
		if _, isArray := v.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array); isArray {
			return x.in.elements(v, seen)
		}
	case *ssa.Call:
		return x.in.optionsMade(v, seen)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return x.in.optionsMade(call, seen)
		}
	}
	return x.in.layerAt(x.v, 0)
}

func (f *frame) each(list []ssa.Value, seen map[ssa.Value]bool) Cover {
	var c Cover
	for _, v := range list {
		c = c.plus(f.optionsAt(value{v, f, ""}, seen))
	}
	return c
}

// elements are what is stored in an array.
func (f *frame) elements(alloc *ssa.Alloc, seen map[ssa.Value]bool) Cover {
	var c Cover
	for _, use := range *alloc.Referrers() {
		ia, ok := use.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, st := range *ia.Referrers() {
			if st, ok := st.(*ssa.Store); ok && st.Addr == ia {
				c = c.plus(f.optionsAt(value{st.Val, f, ""}, seen))
			}
		}
	}
	return c
}

// optionsMade are those that a call makes.
func (f *frame) optionsMade(call *ssa.Call, seen map[ssa.Value]bool) Cover {
	args := call.Call.Args
	if b, ok := call.Call.Value.(*ssa.Builtin); ok {
		if b.Name() == "append" {
			return f.each(args, seen)
		}
		return Cover{Unknown: true}
	}
	fn := declared(call.Call.StaticCallee())
	e := f.apis.entry(fn)
	switch {
	case e.role != option:
		return f.layerMade(call, 0)
	case e.opts != none:
		return f.optionsAt(value{args[e.opts], f, ""}, seen)
	}
	c := f.optionsAt(value{args[e.mws], f, ""}, seen).at(f.Posn(call.Pos()))
	if e.kind != "" {
		c = c.only(e.kind)
	}
	return c
}

func isFunc(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// concrete is the type of a value that an interface has, nil if it isn't seen here.
func concrete(v ssa.Value) types.Type {
	t := v.Type()
	for u := unwrapped(v); u != nil; u = unwrapped(u) {
		t = u.Type()
	}
	if types.IsInterface(t) {
		return nil
	}
	return t
}

// interceptor is one that is a value of a type: what its methods do.
func (f *frame) interceptor(of types.Type, as *types.Interface) Cover {
	var c Cover
	for _, m := range f.layerMethods(of, as) {
		l := f.effectCover(f.effectOfFunc(m), nameOf(m), m)
		if kind := interceptor.KindOfNext(m.Signature().Params().At(0).Type()); kind != "" {
			l = l.only(kind)
		}
		c = c.plus(l)
	}
	return c
}
