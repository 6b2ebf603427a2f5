package route

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// A walk follows one function, in the order of its source, with the functions of
// the package that it calls and that have to do with routers.
type walk struct {
	*engine
	routers map[value]*router
	fields  map[value]value
	ops     []op
	// looked: literals that were followed where they are called.
	looked map[*ssa.Function]bool
}

// An op is something that was done with a router, in order.
type op struct {
	on    *router
	route *mounted // nil for middleware
	when  when
	cover Cover
	url   string
	known bool
}

// maxInline bounds the functions within functions that are followed.
const maxInline = 8

// follow goes through a function from its beginning.
func (p *engine) follow(fn *ssa.Function) (*walk, *frame) {
	w := &walk{engine: p, routers: map[value]*router{}, fields: map[value]value{}, looked: map[*ssa.Function]bool{}}
	f := w.frame(fn, nil, 0)
	f.run()
	return w, f
}

func (w *walk) frame(fn *ssa.Function, made *frame, depth int) *frame {
	return &frame{walk: w, fn: fn, made: made, bound: map[*ssa.Parameter]value{}, calls: map[*ssa.Call][]value{}, depth: depth}
}

func (f *frame) run() {
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			if f.spent() {
				return
			}
			switch instr := instr.(type) {
			case *ssa.Store:
				f.store(instr)
			case ssa.CallInstruction:
				f.call(instr)
			case *ssa.Return:
				f.returns(instr)
			}
		}
	}
	for _, anon := range f.fn.AnonFuncs { // run by who knows whom
		if f.routing[anon] && !f.looked[anon] {
			f.looked[anon] = true
			f.frame(anon, f, f.depth+1).run()
		}
	}
}

func (f *frame) returns(ret *ssa.Return) {
	for len(f.results) < len(ret.Results) {
		f.results = append(f.results, value{})
	}
	for i, r := range ret.Results {
		if f.results[i].v == nil && !isNil(r) {
			f.results[i] = f.resolved(r)
		}
	}
}

// call looks at one call.
func (f *frame) call(call ssa.CallInstruction) {
	common := call.Common()
	fn, args := common.Method, common.Args
	var recv ssa.Value
	if common.IsInvoke() {
		recv = common.Value
	} else if fn = declared(common.StaticCallee()); fn != nil && fn.Signature().Recv() != nil && len(args) > 0 {
		recv, args = args[0], args[1:]
	}
	if e := f.apis.entry(fn); e.role != noRole {
		f.api(call, fn, e, recv, args)
		return
	}
	if s, ok := serviceOf(fn); ok && !common.IsInvoke() {
		f.service(call, s, args)
		return
	}
	if literal, made := f.literal(common.Value); literal != nil {
		f.looked[literal] = true
		f.inline(call, literal, made, common.Args)
		return
	}
	if fn == nil {
		f.wraps(call, common.Args) // middleware(options)(handler)
		return
	}
	all := common.Args
	if common.IsInvoke() {
		all = append([]ssa.Value{common.Value}, all...)
		if fn = f.impls.Method(common.Value.Type(), fn); fn == nil {
			return
		}
	}
	switch {
	case fn.Pkg() == f.Pkg.Pkg:
		if body := f.Pkg.Prog.FuncValue(fn.Origin()); body != nil && f.routing[body] {
			f.inline(call, body, nil, all)
			return
		}
	case fn.Pkg() != nil && f.Local(fn.Pkg().Path()):
		if s := f.Import(fn.Origin()); s != nil && len(s.Items) > 0 {
			f.apply(call, s, all)
		}
	}
	f.wraps(call, all)
}

// literal resolves a function value that is a literal, with where it was made.
func (f *frame) literal(v ssa.Value) (*ssa.Function, *frame) {
	if v == nil {
		return nil, nil
	}
	x := f.resolved(v)
	if mc, ok := x.v.(*ssa.MakeClosure); ok && x.path == "" {
		x.v = mc.Fn
	}
	if fn, ok := x.v.(*ssa.Function); ok && fn.Parent() != nil && x.path == "" {
		return fn, x.in
	}
	return nil, nil
}

// inline follows a called function with what it is given.
func (f *frame) inline(call ssa.CallInstruction, fn *ssa.Function, made *frame, args []ssa.Value) {
	if f.depth >= maxInline || !f.routing[fn] || f.within(fn) {
		return
	}
	c := f.frame(fn, made, f.depth+1)
	c.caller = f
	for i, param := range fn.Params {
		if i < len(args) {
			c.bound[param] = value{args[i], f, ""}
		}
	}
	c.run()
	if v, ok := call.(*ssa.Call); ok {
		f.calls[v] = c.results
	}
}

// within reports whether a function is being followed already.
func (f *frame) within(fn *ssa.Function) bool {
	for g := f; g != nil; g = g.caller {
		if g.fn == fn {
			return true
		}
	}
	return false
}

// router is the router that a value is, made up where it isn't known yet.
func (f *frame) router(v ssa.Value) *router {
	return f.routerAt(f.resolved(v))
}

func (f *frame) routerAt(at value) *router {
	if r, ok := f.routers[at]; ok {
		return r
	}
	r := &router{at: at, known: true}
	f.routers[at] = r
	return r
}

// seen is the router that a value is, nil if it is none that was seen.
func (f *frame) seen(v ssa.Value) *router { return f.routers[f.resolved(v)] }

// api does what a function of a library does.
func (f *frame) api(call ssa.CallInstruction, fn *types.Func, e entry, recv ssa.Value, args []ssa.Value) {
	var on *router
	switch {
	case recv != nil && e.role != context:
		on = f.router(recv)
	case e.role == handles: // a library's own router
		on = f.routerAt(value{path: fn.Pkg().Path()})
	}
	result, _ := call.(*ssa.Call)
	at := value{result, f, ""}
	switch e.role {
	case makes:
		if result != nil {
			r := &router{at: at, known: true, made: true}
			if e.opts != none && e.opts < len(args) {
				r.layers = f.options(args[e.opts]).at(f.Posn(call.Pos()))
				f.ops = append(f.ops, op{on: r, cover: r.layers, known: true})
			}
			f.routers[at] = r
		}
	case same:
		if result != nil {
			f.routers[at] = on
		}
	case uses:
		mws, url, known := f.middleware(args, e)
		mws = mws.at(f.Posn(call.Pos()))
		if !certain(call) {
			mws = mws.perhaps()
		}
		on.use(mws, e.when, url, known)
		f.ops = append(f.ops, op{on: on, when: e.when, cover: mws, url: url, known: known})
		if result != nil {
			f.routers[at] = on
		}
	case groups:
		f.group(call, on, e, args, at)
	case handles, mounts:
		f.handle(call, on, e, args)
		if result != nil {
			f.routers[at] = on
		}
	}
}

// certain reports whether a call is made whenever its function returns.
func certain(call ssa.CallInstruction) bool {
	for _, b := range call.Parent().Blocks {
		if _, ok := last(b).(*ssa.Return); ok && !call.Block().Dominates(b) {
			return false
		}
	}
	return true
}

func last(b *ssa.BasicBlock) ssa.Instruction {
	if len(b.Instrs) == 0 {
		return nil
	}
	return b.Instrs[len(b.Instrs)-1]
}

// group makes a router that belongs to another one.
func (f *frame) group(call ssa.CallInstruction, on *router, e entry, args []ssa.Value, at value) {
	url, known := f.text(args, e.path)
	g := &router{at: at, up: on, url: url, known: known, behind: on.layers}
	if v, ok := call.(*ssa.Call); ok {
		at = value{v, f, ""}
		f.routers[at] = g
	}
	if e.mws != none {
		mws := f.list(args, e.mws).at(f.Posn(call.Pos()))
		if e.when == byPath {
			g.use(mws, byPath, "", true)
			f.ops = append(f.ops, op{on: g, when: byPath, cover: mws, known: true})
		} else {
			g.behind = g.behind.plus(mws)
		}
	}
	if e.calls == none || e.calls >= len(args) {
		return
	}
	fn, made := f.literal(args[e.calls])
	if fn == nil {
		if x := f.resolved(args[e.calls]); x.path == "" {
			fn = f.bodyOf(x.v)
		}
	} else {
		f.looked[fn] = true
	}
	if fn == nil || f.depth >= maxInline || f.within(fn) || len(fn.Params) == 0 {
		return
	}
	c := f.frame(fn, made, f.depth+1)
	c.caller = f
	c.bound[fn.Params[len(fn.Params)-1]] = at
	if mc, ok := f.resolved(args[e.calls]).v.(*ssa.MakeClosure); ok && made == nil && len(mc.Bindings) == 1 {
		c.bound[fn.Params[0]] = value{mc.Bindings[0], f.resolved(args[e.calls]).in, ""} // a method's receiver
	}
	c.run()
}

// bodyOf is the function of this package that a value is, be it bound to a receiver.
func (p *engine) bodyOf(v ssa.Value) *ssa.Function {
	if mc, ok := v.(*ssa.MakeClosure); ok {
		v = mc.Fn
	}
	fn, ok := v.(*ssa.Function)
	if !ok {
		return nil
	}
	if obj := declared(fn); obj != nil && obj.Pkg() == p.Pkg.Pkg {
		if body := p.Pkg.Prog.FuncValue(obj); body != nil && len(body.Blocks) > 0 {
			return body
		}
	}
	return nil
}

// handle adds a route.
func (f *frame) handle(call ssa.CallInstruction, on *router, e entry, args []ssa.Value) {
	url, known := f.text(args, e.path)
	var cover Cover
	var last ssa.Value
	if e.handler != none && e.handler < len(args) {
		last = args[e.handler]
		if e.mws != none {
			cover = f.list(args, e.mws)
		}
	} else if e.chain != none && e.chain < len(args) {
		list, ok := lazyssa.Variadic(args[e.chain])
		if !ok || len(list) == 0 {
			return
		}
		for _, mw := range list[:len(list)-1] {
			cover = cover.plus(f.layer(mw))
		}
		last = list[len(list)-1]
	}
	if last == nil {
		return
	}
	h := f.handler(last, 0)
	before := on.covering(url, known).plus(cover.plus(h.cover).at(f.Posn(call.Pos())))
	for _, child := range h.routers {
		if !on.below(child) {
			child.behind = child.behind.plus(before)
			child.up, child.url, child.known = on, url, known
		}
	}
	if len(h.routers) == 0 {
		f.mount(&mounted{on: on, cover: before, needs: h.needs, asks: h.asks, params: h.params, funcs: h.funcs, name: h.name, pos: call.Pos(), posn: f.Posn(call.Pos())}, url, known)
	}
}

func (f *frame) mount(m *mounted, url string, known bool) {
	f.ops = append(f.ops, op{on: m.on, route: m, url: url, known: known})
}

// wraps is a call that makes another handler of a router, or that serves it: what
// the called function does comes before the router's routes.
func (f *frame) wraps(call ssa.CallInstruction, args []ssa.Value) {
	results := call.Common().Signature().Results()
	makes := results.Len() > 0 && isHandler(results.At(0).Type())
	if fn := declared(call.Common().StaticCallee()); !makes && (fn == nil || !f.Local(pathOf(fn))) {
		return // a server, or a variable of the program's
	}
	for _, a := range args {
		if !isHandler(a.Type()) && !f.apis.isRouter(a.Type()) {
			continue
		}
		if r := f.seen(a); r != nil {
			c := f.madeBy(call.Common(), 0).cover
			if !certain(call) {
				c = c.perhaps()
			}
			r.behind = r.behind.plus(c.at(f.Posn(call.Pos())))
			if v, ok := call.(*ssa.Call); ok && makes { // what wraps it again, or mounts it, comes before as well
				f.routers[value{v, f, ""}] = r
			}
		}
	}
}

// middleware is what a call of a use function adds, and below which path.
func (f *frame) middleware(args []ssa.Value, e entry) (c Cover, url string, known bool) {
	if e.when != byPath || e.mws >= len(args) {
		return f.list(args, e.mws), "", true
	}
	list, ok := lazyssa.Variadic(args[e.mws])
	if !ok {
		return f.list(args, e.mws), "", false
	}
	known = true
	for _, v := range list {
		switch v.Type().Underlying().(type) {
		case *types.Interface:
			if x := unwrapped(v); x != nil && types.Identical(x.Type(), types.Typ[types.String]) {
				url, known = f.textOf(x)
				continue
			}
			c = c.plus(f.layer(v))
		case *types.Slice, *types.Basic:
			known = false
		default:
			c = c.plus(f.layer(v))
		}
	}
	return c, url, known
}

// list is the middleware of a variadic argument.
func (f *frame) list(args []ssa.Value, from int) (c Cover) {
	if from >= len(args) {
		return c
	}
	list, ok := lazyssa.Variadic(args[from])
	if !ok {
		return f.layer(args[from])
	}
	for _, v := range list {
		c = c.plus(f.layer(v))
	}
	return c
}

// text is an argument that is a path.
func (f *frame) text(args []ssa.Value, i int) (string, bool) {
	if i == none {
		return "", true
	}
	if i >= len(args) {
		return "", false
	}
	return f.textOf(args[i])
}

func (f *frame) textOf(v ssa.Value) (string, bool) {
	x := f.resolved(v)
	if c, ok := x.v.(*ssa.Const); ok && x.path == "" && c.Value != nil && c.Value.Kind() == constant.String {
		return constant.StringVal(c.Value), true
	}
	if op, ok := x.v.(*ssa.BinOp); ok && op.Op == token.ADD && x.path == "" {
		a, known := x.in.textOf(op.X)
		if b, also := x.in.textOf(op.Y); also {
			return a + b, known
		}
		return a, false
	}
	return "", false
}

// routesBelow lists the routes below a router, in order.
func (w *walk) routesBelow(top *router) []*mounted {
	var out []*mounted
	for _, o := range w.ops {
		if o.route != nil && o.on.top() == top {
			out = append(out, o.route)
		}
	}
	return out
}

// tops lists the routers that requests come through first, in the order in which
// something was done with them.
func (w *walk) tops() []*router {
	var out []*router
	for _, o := range w.ops {
		if t := o.on.top(); !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}
