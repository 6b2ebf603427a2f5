package route

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A handler is what a route's handler needs, and what is wrapped round it.
type handler struct {
	needs   []Need
	asks    []string
	cover   Cover
	params  []int // of the function that is followed: part of the handler
	routers []*router
	name    string
	funcs   []*ssa.Function // of this package
}

func (h *handler) join(other handler) {
	h.needs = append(h.needs, other.needs...)
	h.asks = append(h.asks, other.asks...)
	h.cover = h.cover.plus(other.cover)
	h.params = append(h.params, other.params...)
	h.funcs = append(h.funcs, other.funcs...)
	h.routers = append(h.routers, other.routers...)
	if h.name == "" {
		h.name = other.name
	}
}

// handler resolves a value that is mounted.
func (f *frame) handler(v ssa.Value, depth int) handler {
	x := f.resolved(v)
	if r, ok := f.routers[x]; ok {
		return handler{routers: []*router{r}}
	}
	if depth > maxDepth || x.v == nil || x.in == nil {
		return handler{}
	}
	if x.path != "" {
		return handler{}
	}
	switch v := x.v.(type) {
	case *ssa.Function, *ssa.MakeClosure:
		return f.handlerFunc(v)
	case *ssa.Parameter:
		if i, ok := f.given(x); ok {
			return handler{params: []int{i}}
		}
	case *ssa.Call:
		h := x.in.madeBy(v.Common(), depth)
		if h.name == "" {
			h.join(x.in.serving(v))
		}
		return h
	}
	return f.serving(v)
}

// handlerFunc is a function that is a handler, or a method bound to its receiver.
func (f *frame) handlerFunc(v ssa.Value) handler {
	fn, _ := v.(*ssa.Function)
	if mc, ok := v.(*ssa.MakeClosure); ok {
		fn = mc.Fn.(*ssa.Function)
	}
	if fn.Parent() != nil {
		return handler{needs: f.needed[fn], asks: f.asksOf(fn), name: "a function literal", funcs: []*ssa.Function{fn}}
	}
	obj := declared(fn)
	if obj == nil {
		return handler{}
	}
	if recv := recvOf(obj); recv != nil && types.IsInterface(recv) {
		if obj = f.impls.Method(recv, obj); obj == nil {
			return handler{}
		}
	}
	return handler{needs: f.needsOfFunc(obj), asks: f.asksOfFunc(obj), name: nameOf(obj), funcs: f.bodies(obj)}
}

// bodies is the function of this package that a declared one is, if it is one.
func (p *engine) bodies(fn *types.Func) []*ssa.Function {
	if fn.Origin().Pkg() == p.Pkg.Pkg {
		if body := p.Pkg.Prog.FuncValue(fn.Origin()); body != nil {
			return []*ssa.Function{body}
		}
	}
	return nil
}

// madeBy is a handler that a call makes: what the called function does comes before
// the handlers that it is given.
func (f *frame) madeBy(common *ssa.CallCommon, depth int) handler {
	var h handler
	args := common.Args
	fn := declared(common.StaticCallee())
	switch {
	case common.IsInvoke():
		fn = nil
		if f.Local(pathOf(common.Method)) {
			if fn = f.impls.Method(common.Value.Type(), common.Method); fn == nil {
				h.cover.Unknown = true
			}
		}
		args = append([]ssa.Value{common.Value}, args...)
	case fn == nil:
		h.cover = f.layer(common.Value)
	}
	if fn != nil {
		h.cover = f.effectCover(f.effectOfFunc(fn), fn.Name(), fn)
		h.needs = f.handlersOf(fn)
		h.funcs = f.bodies(fn)
	}
	var parts []value
	for _, a := range args {
		parts = append(parts, f.functions(a, 0)...)
	}
	if len(parts) > 0 { // it wraps another one: what it does for itself is not the handler's
		h.needs = slices.DeleteFunc(slices.Clone(h.needs), func(n Need) bool { return n.Everyone })
		h.cover.Wraps = append(h.cover.Wraps, f.wrapName(fn, common)...)
	}
	for _, part := range parts {
		h.join(part.in.handler(part.v, depth+1))
		// What else it is given may run as well.
		layer := part.in.layer(part.v)
		if !isMiddleware(part.v.Type()) {
			layer.Wraps = nil // the handler itself
		}
		h.cover = h.cover.plus(layer)
	}
	if h.name == "" && len(h.needs) > 0 {
		h.name = nameOf(fn)
	}
	return h
}

// functions lists the functions, handlers and routers in an argument: itself, or
// in the struct or slice that is made for it.
func (f *frame) functions(v ssa.Value, depth int) []value {
	x := f.resolved(v)
	if depth > 3 || x.v == nil || x.in == nil {
		return nil
	}
	switch v := x.v.(type) {
	case *ssa.Function, *ssa.MakeClosure:
		return []value{x}
	case *ssa.Call:
		if isHandler(v.Type()) || f.routers[x] != nil {
			return []value{x}
		}
		if v.Call.IsInvoke() || len(v.Call.Args) == 0 {
			return nil
		}
		var out []value // alice.New(a, b).Then(h)
		for _, a := range v.Call.Args {
			out = append(out, x.in.functions(a, depth+1)...)
		}
		return out
	case *ssa.Parameter:
		if isHandler(v.Type()) {
			return []value{x}
		}
	case *ssa.Slice:
		return x.in.functions(v.X, depth+1)
	case *ssa.Alloc:
		if f.routers[x] != nil {
			return []value{x}
		}
		if vals := storedIn(v); len(vals) > 0 { // a variable that a literal captures
			var out []value
			for _, s := range vals {
				out = append(out, x.in.functions(s, depth+1)...)
			}
			return out
		}
		return x.in.parts(v, depth)
	}
	if f.routers[x] != nil {
		return []value{x}
	}
	return nil
}

// parts lists the functions that are stored in a struct or an array.
func (f *frame) parts(alloc *ssa.Alloc, depth int) []value {
	var out []value
	for _, instr := range *alloc.Referrers() {
		addr, ok := instr.(ssa.Value)
		if !ok || addr.Referrers() == nil {
			continue
		}
		switch instr.(type) {
		case *ssa.FieldAddr, *ssa.IndexAddr:
		default:
			continue
		}
		for _, use := range *addr.Referrers() {
			if st, ok := use.(*ssa.Store); ok && st.Addr == addr {
				out = append(out, f.functions(st.Val, depth+1)...)
			}
		}
	}
	return out
}

// serving is a value with a method ServeHTTP.
func (f *frame) serving(v ssa.Value) handler {
	for x := v; x != nil; x = unwrapped(x) {
		if types.IsInterface(x.Type()) {
			continue
		}
		obj, _, _ := types.LookupFieldOrMethod(x.Type(), true, f.Pkg.Pkg, "ServeHTTP")
		if fn, ok := obj.(*types.Func); ok && fn.Pkg() != nil && f.Local(fn.Pkg().Path()) {
			return handler{needs: f.needsOfFunc(fn), asks: f.asksOfFunc(fn), name: nameOf(fn), funcs: f.bodies(fn)}
		}
	}
	return handler{}
}

// layer is what a middleware puts into the contexts of requests.
func (f *frame) layer(v ssa.Value) Cover { return f.layerAt(v, 0) }

func (f *frame) layerAt(v ssa.Value, depth int) Cover {
	if phi, ok := v.(*ssa.Phi); ok && depth <= maxDepth { // one or the other
		var c Cover
		for _, e := range phi.Edges {
			if !isNil(e) {
				c = c.plus(f.layerAt(e, depth+1))
			}
		}
		return c.perhaps()
	}
	x := f.resolved(v)
	if depth > maxDepth || x.in == nil {
		return Cover{Unknown: true}
	}
	if x.path != "" {
		return f.layerIn(x, depth)
	}
	switch v := x.v.(type) {
	case *ssa.Const:
		return Cover{}
	case *ssa.Function, *ssa.MakeClosure:
		fn, _ := v.(*ssa.Function)
		if mc, ok := v.(*ssa.MakeClosure); ok {
			fn = mc.Fn.(*ssa.Function)
		}
		c := f.effectCover(f.effectOfUsed(fn), nameOfSSA(fn), declared(fn))
		c.Wraps = f.identity(fn)
		if mc, ok := v.(*ssa.MakeClosure); ok && fn.Parent() != nil {
			for _, b := range mc.Bindings { // what the literal runs may be what it captures
				for _, part := range x.in.functions(b, depth+1) {
					if part.v != x.v {
						c = c.plus(part.in.layerAt(part.v, depth+1))
					}
				}
			}
		}
		return c
	case *ssa.Parameter:
		if i, ok := f.given(x); ok {
			return Cover{Params: []int{i}}
		}
	case *ssa.Call:
		return x.in.layerMade(v, depth)
	case *ssa.Extract:
		if f.routers[x] != nil { // a service of connect: it has no layer of its own
			return Cover{}
		}
	case *ssa.Slice:
		var c Cover
		for _, part := range x.in.functions(v, 0) {
			c = c.plus(part.in.layerAt(part.v, depth+1))
		}
		return c
	}
	return Cover{Unknown: true}
}

// layerMade is a middleware that a call makes.
func (f *frame) layerMade(call *ssa.Call, depth int) Cover {
	common := call.Common()
	fn, args := declared(common.StaticCallee()), common.Args
	var c Cover
	switch {
	case common.IsInvoke():
		args = nil
		if fn = nil; f.Local(pathOf(common.Method)) {
			if fn = f.impls.Method(common.Value.Type(), common.Method); fn == nil {
				return Cover{Unknown: true}
			}
		}
	case fn == nil:
		c = f.layerAt(common.Value, depth+1)
	}
	if fn != nil {
		c = f.effectCover(f.effectOfFunc(fn), fn.Name(), fn)
	}
	c.Wraps = append(c.Wraps, f.wrapName(fn, common)...)
	for _, a := range args {
		for _, part := range f.functions(a, 0) {
			c = c.plus(part.in.layerAt(part.v, depth+1))
		}
	}
	return c
}

// layerIn is a middleware in a field: what the package stores there.
func (f *frame) layerIn(x value, depth int) Cover {
	stored := f.storedInField(x)
	if len(stored) == 0 {
		return Cover{Unknown: true}
	}
	var c Cover
	for _, st := range stored {
		if _, isParam := st.Val.(*ssa.Parameter); isParam {
			return Cover{Unknown: true}
		}
		c = c.plus(f.frame(st.Parent(), nil, f.depth).layerAt(st.Val, depth+1))
	}
	return c
}

// effectCover is an effect as what comes before a handler.
func (f *frame) effectCover(e Effect, by string, fn *types.Func) Cover {
	c := Cover{Unknown: e.Unknown}
	if fn != nil {
		c.through = []passage{{fn: fn.Origin()}}
	}
	for _, put := range e.Puts {
		if put.KeyParam >= 0 {
			continue // of a helper; what calls it completes the key
		}
		l := Layer{Key: put.Key, By: by, Takes: e.Takes, Kind: put.Kind}
		for _, s := range e.Skips {
			if s.Key == put.Key {
				l.Skips = append(l.Skips, s)
			}
		}
		c.Layers = append(c.Layers, l)
	}
	return c
}

// effectOfUsed is the effect of a function that is a value.
func (p *engine) effectOfUsed(fn *ssa.Function) Effect {
	obj := declared(fn)
	if obj == nil {
		return p.effectOf(fn)
	}
	if recv := recvOf(obj); recv != nil && types.IsInterface(recv) {
		if !p.Local(pathOf(obj)) {
			return Effect{}
		}
		impl := p.impls.Method(recv, obj)
		if impl == nil {
			return Effect{Unknown: true}
		}
		obj = impl
	}
	return p.effectOfFunc(obj)
}

// given tells which parameter of the function that is followed a value is.
func (f *frame) given(x value) (int, bool) {
	param, ok := x.v.(*ssa.Parameter)
	if !ok || x.path != "" || x.in.caller != nil || x.in.made != nil {
		return 0, false
	}
	for i, q := range x.in.fn.Params {
		if q == param {
			return i, true
		}
	}
	return 0, false
}

func recvOf(fn *types.Func) types.Type {
	if recv := fn.Signature().Recv(); recv != nil {
		return recv.Type()
	}
	return nil
}

func pathOf(fn *types.Func) string {
	if fn.Pkg() == nil {
		return ""
	}
	return fn.Pkg().Path()
}

// nameOf names a function as its package does.
func nameOf(fn *types.Func) string {
	if recv := recvOf(fn); recv != nil {
		star := ""
		if ptr, ok := types.Unalias(recv).(*types.Pointer); ok {
			star, recv = "*", ptr.Elem()
		}
		if n, ok := types.Unalias(recv).(*types.Named); ok {
			return "(" + star + n.Obj().Name() + ")." + fn.Name()
		}
	}
	return fn.Name()
}

func nameOfSSA(fn *ssa.Function) string {
	if obj := declared(fn); obj != nil {
		return obj.Name()
	}
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn.Name()
}
