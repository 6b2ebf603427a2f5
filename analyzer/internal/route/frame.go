package route

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A frame is one function while it is followed: with what its parameters are, as
// far as that is known.
type frame struct {
	*walk
	fn *ssa.Function
	// made is the frame in which a literal was made, nil for a declared function.
	made  *frame
	bound map[*ssa.Parameter]value
	// results are what the function returned.
	results []value
	calls   map[*ssa.Call][]value // what the calls in it returned
	caller  *frame
	depth   int
}

// A value is one of a frame, and the fields that lead from it to the thing.
type value struct {
	v    ssa.Value
	in   *frame
	path string
}

// resolved follows a value to where it comes from.
func (f *frame) resolved(v ssa.Value) value { return f.resolve(value{v, f, ""}, 0) }

func (f *frame) resolve(x value, depth int) value {
	if x.v == nil || x.in == nil || depth > maxDepth {
		return x
	}
	next := func(v ssa.Value, in *frame) value { return f.resolve(value{v, in, x.path}, depth+1) }
	if u := unwrapped(x.v); u != nil {
		return next(u, x.in)
	}
	switch v := x.v.(type) {
	case *ssa.Parameter:
		if b, ok := x.in.bound[v]; ok {
			return f.resolve(value{b.v, b.in, b.path + x.path}, depth+1)
		}
	case *ssa.FreeVar:
		if b := captured(v); b != nil && x.in.made != nil {
			return next(b, x.in.made)
		}
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return f.returned(x, call, v.Index, depth)
		}
	case *ssa.Call:
		return f.returned(x, v, 0, depth)
	case *ssa.Phi:
		for _, e := range v.Edges {
			if !isNil(e) {
				return next(e, x.in)
			}
		}
	case *ssa.FieldAddr:
		return f.field(x, v.X, fieldName(v), depth)
	case *ssa.Field:
		if st, ok := v.X.Type().Underlying().(*types.Struct); ok {
			return f.field(x, v.X, st.Field(v.Field).Name(), depth)
		}
	case *ssa.UnOp:
		return f.loaded(x, v, depth)
	}
	return f.stored(x, depth)
}

// loaded follows what an address leads to.
func (f *frame) loaded(x value, load *ssa.UnOp, depth int) value {
	if alloc := variable(load.X); alloc != nil {
		if vals := storedIn(alloc); len(vals) == 1 {
			return f.resolve(value{vals[0], f.frameOf(alloc.Parent(), x.in), x.path}, depth+1)
		}
	}
	if _, ok := load.X.(*ssa.IndexAddr); ok {
		return x
	}
	return f.resolve(value{load.X, x.in, x.path}, depth+1)
}

// frameOf is the frame of a function around a frame.
func (f *frame) frameOf(fn *ssa.Function, from *frame) *frame {
	for g := from; g != nil; g = g.made {
		if g.fn == fn {
			return g
		}
	}
	return nil
}

// field follows a field. What a library's router is made of is the router.
func (f *frame) field(x value, of ssa.Value, name string, depth int) value {
	if f.apis.isPart(of.Type()) {
		return f.resolve(value{of, x.in, x.path}, depth+1)
	}
	return f.resolve(value{of, x.in, "." + name + x.path}, depth+1)
}

// returned follows the result of a call.
func (f *frame) returned(x value, call *ssa.Call, index, depth int) value {
	results := x.in.calls[call]
	if index < len(results) && results[index].v != nil {
		r := results[index]
		return f.resolve(value{r.v, r.in, r.path + x.path}, depth+1)
	}
	if index == 0 {
		return f.stored(value{call, x.in, x.path}, depth)
	}
	return f.stored(x, depth)
}

// stored follows what was stored in a field of a value.
func (f *frame) stored(x value, depth int) value {
	if x.path == "" {
		return x
	}
	if s, ok := f.fields[x]; ok && s != x {
		return f.resolve(s, depth+1)
	}
	return x
}

// store remembers what a field is given.
func (f *frame) store(st *ssa.Store) {
	if _, ok := st.Addr.(*ssa.FieldAddr); !ok {
		return
	}
	// The place is what the address would lead to if nothing was stored there yet.
	at := f.address(st.Addr)
	if _, ok := f.fields[at]; !ok && at.path != "" {
		f.fields[at] = value{st.Val, f, ""}
	}
}

// address is the place of a field.
func (f *frame) address(addr ssa.Value) value {
	if fa, ok := addr.(*ssa.FieldAddr); ok {
		base := f.address(fa.X)
		if base.path == "" {
			base = f.resolved(fa.X)
		}
		return value{base.v, base.in, base.path + "." + fieldName(fa)}
	}
	return value{addr, f, ""}
}
