package route

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/interceptor"
)

// Interceptors let some methods by: logins, health checks. Which ones is said by the
// way that a call of such a method takes through the interceptor: each place where
// it goes on is reached with the context as it came. What depends on anything but
// the method's name may go either way, and lets none by.

// skips finds the methods that the interceptors in a function let by without what
// they put into contexts. Where there are several, all of them must.
func (p *engine) skips(fn *ssa.Function, puts []Put) []Skip {
	if !slices.ContainsFunc(puts, func(put Put) bool { return put.Kind != "" && put.KeyParam < 0 }) {
		return nil
	}
	bodies := p.bodiesIn(fn)
	var out []Skip
	for i, put := range puts {
		if put.KeyParam >= 0 || slices.ContainsFunc(puts[:i], func(before Put) bool { return before.Key == put.Key }) {
			continue
		}
		var all []Skip
		some := false
		for _, b := range bodies {
			if skips, carries := p.letBy(b, put.Key); carries && !some {
				all, some = skips, true
			} else if carries {
				all = both(all, skips)
			}
		}
		out = append(out, all...)
	}
	return out
}

// both are the methods that two interceptors let by.
func both(a, b []Skip) []Skip {
	same := func(list []Skip) func(Skip) bool {
		return func(s Skip) bool {
			return !slices.ContainsFunc(list, func(also Skip) bool { return also.Method == s.Method })
		}
	}
	others := func(s Skip) bool { return s.Method == others }
	out := slices.DeleteFunc(slices.Clone(a), same(b))
	if (slices.ContainsFunc(a, others) || slices.ContainsFunc(b, others)) && (len(out) != len(a) || len(out) != len(b)) {
		return nil
	}
	return out
}

// bodiesIn lists the interceptors in a function: itself, its literals, and the
// functions of the package that it hands out or has made.
func (p *engine) bodiesIn(fn *ssa.Function) []*ssa.Function {
	seen := map[*ssa.Function]bool{}
	var out []*ssa.Function
	var visit func(fn *ssa.Function)
	visit = func(fn *ssa.Function) {
		if fn == nil || seen[fn] {
			return
		}
		if seen[fn] = true; intercepts(fn) {
			out = append(out, fn)
			return // what it calls is part of it
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(*ssa.Call); ok && givesNext(call.Common()) && !returned(call) {
					continue // it is run by the interceptor that is made here
				}
				for _, op := range instr.Operands(nil) {
					used, ok := (*op).(*ssa.Function)
					if !ok || !isHandler(used.Signature) && !makesHandler(used.Signature) {
						continue
					}
					if obj := declared(used); obj == nil {
						visit(used)
					} else if obj.Pkg() == p.Pkg.Pkg {
						visit(p.Pkg.Prog.FuncValue(obj.Origin()))
					}
				}
				if mi, ok := instr.(*ssa.MakeInterface); ok && interceptor.IsLayer(mi.Type()) {
					for _, m := range p.layersOf(mi) {
						if m.Pkg() == p.Pkg.Pkg {
							visit(p.Pkg.Prog.FuncValue(m.Origin()))
						}
					}
				}
			}
		}
		for _, anon := range fn.AnonFuncs {
			visit(anon)
		}
	}
	visit(fn)
	return out
}

// givesNext reports whether a call gives another interceptor the function that goes on.
func givesNext(common *ssa.CallCommon) bool {
	return slices.ContainsFunc(common.Args, func(a ssa.Value) bool { return interceptor.IsNext(a.Type()) })
}

func returned(v ssa.Value) bool {
	return slices.ContainsFunc(*v.Referrers(), func(use ssa.Instruction) bool {
		_, ok := use.(*ssa.Return)
		return ok
	})
}

func makesHandler(sig *types.Signature) bool {
	return sig.Results().Len() > 0 && isHandler(sig.Results().At(0).Type())
}

// layersOf are the methods of the program by which calls go through an interceptor
// that is a value of a type.
func (p *engine) layersOf(mi *ssa.MakeInterface) []*types.Func {
	return p.layerMethods(mi.X.Type(), mi.Type().Underlying().(*types.Interface))
}

func (p *engine) layerMethods(t types.Type, iface *types.Interface) []*types.Func {
	var out []*types.Func
	for m := range iface.Methods() {
		obj, _, _ := types.LookupFieldOrMethod(t, true, p.Pkg.Pkg, m.Name())
		if fn, ok := obj.(*types.Func); ok && fn.Pkg() != nil && p.Local(fn.Pkg().Path()) {
			out = append(out, fn)
		}
	}
	return out
}

// intercepts reports whether a function is called with each call: it is given the
// function that goes on, or is one that connect's are made into.
func intercepts(fn *ssa.Function) bool {
	sig := fn.Signature
	if makesNext(sig) {
		return false
	}
	for v := range sig.Params().Variables() {
		if interceptor.IsNext(v.Type()) {
			return true
		}
	}
	return fn.Parent() != nil && kindOf(fn.Parent()) != "" && sig.Params().Len() == 2 && isContext(sig.Params().At(0).Type())
}

func makesNext(sig *types.Signature) bool {
	return sig.Results().Len() > 0 && interceptor.IsNext(sig.Results().At(0).Type())
}

// kindOf is the kind of the calls that a function comes before, by the function that
// goes on which it, or one around it, is given.
func kindOf(fn *ssa.Function) interceptor.Kind {
	for ; fn != nil; fn = fn.Parent() {
		for v := range fn.Signature.Params().Variables() {
			if kind := interceptor.KindOfNext(v.Type()); kind != "" {
				return kind
			}
		}
	}
	return ""
}

// others stands for all methods that nothing names; kept is before the names of those
// that are named, and are not let by. A whole name says more than a part of one.
const (
	others = "*"
	kept   = "!"
)

// maxNames bounds the names that an interceptor tells apart. Beyond it, it counts as
// one that lets none by.
const maxNames = 60

// letBy lists the methods that an interceptor lets by without what it puts under a
// key, if it puts something there for others.
func (p *engine) letBy(fn *ssa.Function, key string) (out []Skip, carries bool) {
	next := p.nextIn(fn)
	anyway := map[[2]*ssa.BasicBlock]bool{}
	for _, b := range fn.Blocks {
		for _, to := range b.Succs {
			anyway[[2]*ssa.BasicBlock{b, to}] = true
		}
	}
	if len(next) == 0 || !slices.ContainsFunc(next, func(n goesOn) bool { return !p.asItCame(fn, n, key, anyway) }) {
		return nil, false
	}
	ways := func(m method, record *[]string) (skipped bool, at token.Pos) {
		w := &way{engine: p, method: m, record: record}
		reached := w.through(fn)
		goes := false
		for _, n := range next {
			if !reached[n.block] {
				continue
			}
			if !p.asItCame(fn, n, key, w.edges) {
				return false, token.NoPos
			}
			goes, at = true, n.call.Pos()
		}
		return goes, at
	}
	var names []string
	skip, at := ways(method{other: true}, &names)
	if skip {
		out = append(out, Skip{key, others, p.Posn(at)})
	}
	for i := 0; i < len(names) && i <= maxNames; i++ { // some are compared with behind others
		name := names[i]
		m := method{text: strings.Trim(name, "*"), prefix: strings.HasSuffix(name, "*"), suffix: strings.HasPrefix(name, "*")}
		if by, at := ways(m, &names); by {
			out = append(out, Skip{key, name, p.Posn(at)})
		} else if skip {
			out = append(out, Skip{key, kept + name, ""})
		}
	}
	if len(names) > maxNames {
		return nil, true
	}
	slices.SortFunc(out, func(a, b Skip) int {
		return cmp.Or(compareBool(strings.Contains(a.Method, "*"), strings.Contains(b.Method, "*")), cmp.Compare(a.Method, b.Method))
	})
	return out, true
}

// A goesOn is a call that goes on, and where the interceptor comes to it, or to the
// literal that makes it.
type goesOn struct {
	call  ssa.CallInstruction
	block *ssa.BasicBlock
	// to is another interceptor that is given the function which goes on; not set, but
	// called, if that isn't known.
	called bool
	to     *types.Func
}

func (p *engine) nextIn(fn *ssa.Function) []goesOn {
	var out []goesOn
	var visit func(in *ssa.Function, at *ssa.BasicBlock)
	visit = func(in *ssa.Function, at *ssa.BasicBlock) {
		for _, b := range in.Blocks {
			from := cmp.Or(at, b)
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					if n, ok := p.next(call); ok {
						n.block = from
						out = append(out, n)
					}
				}
				if mc, ok := instr.(*ssa.MakeClosure); ok && mc.Fn.(*ssa.Function).Parent() == in {
					visit(mc.Fn.(*ssa.Function), from)
				}
			}
		}
	}
	visit(fn, nil)
	return out
}

// next recognises
//
//	handler(ctx, req)
//	other(ctx, req, info, handler)
//	other(next)(ctx, req)
func (p *engine) next(call ssa.CallInstruction) (n goesOn, ok bool) {
	common := call.Common()
	n.call = call
	switch {
	case givesNext(common) && !makesNext(common.Signature()):
		n.called, n.to = true, declared(common.StaticCallee())
		return n, true
	case common.IsInvoke() || common.StaticCallee() != nil || !interceptor.IsNext(common.Value.Type()):
		return n, false
	}
	v := common.Value
	for range maxDepth { // a variable that a literal captures
		free, ok := v.(*ssa.FreeVar)
		if load, isLoad := v.(*ssa.UnOp); isLoad {
			if vals := storedIn(load.X); len(vals) == 1 {
				v = vals[0]
				continue
			}
		}
		if !ok || captured(free) == nil {
			break
		}
		v = captured(free)
	}
	if _, given := v.(*ssa.Parameter); !given {
		n.called = true
		if made, ok := v.(*ssa.Call); ok && givesNext(&made.Call) {
			n.to = declared(made.Call.StaticCallee())
		}
	}
	return n, true
}

// asItCame reports whether a call goes on with the context that the interceptor got,
// as far as a key is concerned, on the way that some edges are.
func (p *engine) asItCame(fn *ssa.Function, n goesOn, key string, edges map[[2]*ssa.BasicBlock]bool) bool {
	if n.called {
		if n.to == nil {
			return false
		}
		if e := p.effectOfFunc(n.to); e.Unknown || slices.ContainsFunc(e.Puts, func(put Put) bool { return put.Key == key || put.KeyParam >= 0 }) {
			return false
		}
	}
	var came func(v ssa.Value, depth int) bool
	came = func(v ssa.Value, depth int) bool {
		if phi, ok := v.(*ssa.Phi); ok && depth < 3 {
			for i, e := range phi.Edges {
				if edges[[2]*ssa.BasicBlock{phi.Block().Preds[i], phi.Block()}] && !came(e, depth+1) {
					return false
				}
			}
			return true
		}
		if !isContext(v.Type()) { // a stream that is made of another one has a context of its own
			for u := unwrapped(v); u != nil; u = unwrapped(v) {
				v = u
			}
			param, ok := v.(*ssa.Parameter)
			return ok && param.Parent() == fn
		}
		root := p.root(v, key, map[ssa.Value]bool{})
		return root != nil && root.Parent() == fn
	}
	for _, a := range n.call.Common().Args {
		if carries(a.Type()) {
			return came(a, 0)
		}
	}
	return false
}
