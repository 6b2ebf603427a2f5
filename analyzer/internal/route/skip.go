package route

import (
	"cmp"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/internal/interceptor"
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

// A method is the name of one, or what it begins or ends with, or one that nothing
// names.
type method struct {
	text                  string
	prefix, suffix, other bool
}

// Names are compared with others: true, false, or it depends.
func (m method) is(text string) (bool, bool) {
	switch {
	case m.other:
		return false, true
	case m.prefix && strings.HasPrefix(text, m.text), m.suffix && strings.HasSuffix(text, m.text):
		return false, false
	}
	return !m.prefix && !m.suffix && m.text == text, true
}

func (m method) begins(text string) (bool, bool) {
	switch {
	case m.other:
		return false, true
	case m.suffix, m.prefix && len(text) > len(m.text) && strings.HasPrefix(text, m.text):
		return false, false
	}
	return strings.HasPrefix(m.text, text), true
}

func (m method) ends(text string) (bool, bool) {
	switch {
	case m.other:
		return false, true
	case m.prefix, m.suffix && len(text) > len(m.text) && strings.HasSuffix(text, m.text):
		return false, false
	}
	return strings.HasSuffix(m.text, text), true
}

// A way is that of a call through a function, by the name of its method.
type way struct {
	*engine
	method method
	record *[]string // names that it was compared with
	// named are the parameters that are the method's name.
	named map[*ssa.Parameter]bool
	edges map[[2]*ssa.BasicBlock]bool
	depth int
}

// through finds the blocks that it comes to.
func (w *way) through(fn *ssa.Function) map[*ssa.BasicBlock]bool {
	reached := map[*ssa.BasicBlock]bool{}
	if len(fn.Blocks) == 0 {
		return reached
	}
	w.edges = map[[2]*ssa.BasicBlock]bool{}
	reached[fn.Blocks[0]] = true
	for changed := true; changed; {
		changed = false
		for _, b := range fn.Blocks {
			if !reached[b] {
				continue
			}
			succs := b.Succs
			if branch, ok := last(b).(*ssa.If); ok {
				if val, known := w.truth(branch.Cond); known {
					succs = b.Succs[1:]
					if val {
						succs = b.Succs[:1]
					}
				}
			}
			for _, to := range succs {
				if !w.edges[[2]*ssa.BasicBlock{b, to}] {
					w.edges[[2]*ssa.BasicBlock{b, to}], reached[to], changed = true, true, true
				}
			}
		}
	}
	return reached
}

// truth decides a condition, if the method's name does.
func (w *way) truth(v ssa.Value) (val, known bool) {
	if w.spent() {
		return false, false
	}
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value != nil && v.Value.Kind() == constant.Bool {
			return constant.BoolVal(v.Value), true
		}
	case *ssa.UnOp:
		if v.Op == token.NOT {
			val, known = w.truth(v.X)
			return !val, known
		}
	case *ssa.BinOp:
		return w.compared(v)
	case *ssa.Phi:
		return w.joined(v)
	case *ssa.Extract:
		if l, ok := v.Tuple.(*ssa.Lookup); ok && v.Index == 1 && w.isName(l.Index) {
			return w.listed(l)
		}
	case *ssa.Lookup:
		if w.isName(v.Index) && types.Identical(v.Type().Underlying(), types.Typ[types.Bool]) {
			return w.listed(v)
		}
	case *ssa.Call:
		return w.asked(v)
	}
	return false, false
}

func (w *way) compared(v *ssa.BinOp) (val, known bool) {
	x, y := v.X, v.Y
	if v.Op == token.LSS {
		return w.found(v), w.found(v)
	}
	if !w.isName(x) {
		x, y = y, x
	}
	if list, ok := w.ranged(y); ok && w.isName(x) && v.Op == token.EQL {
		return w.any(list, "", "", w.method.is)
	}
	text, ok := constText(y)
	if !ok || !w.isName(x) || v.Op != token.EQL && v.Op != token.NEQ {
		return false, false
	}
	w.name(text)
	val, known = w.method.is(text)
	return val == (v.Op == token.EQL), known
}

// joined is decided where all the edges say the same that it may come from.
func (w *way) joined(v *ssa.Phi) (val, known bool) {
	for i, e := range v.Edges {
		if !w.edges[[2]*ssa.BasicBlock{v.Block().Preds[i], v.Block()}] {
			continue
		}
		if _, again := e.(*ssa.Phi); again {
			return false, false
		}
		here, ok := w.truth(e)
		if !ok || known && here != val {
			return false, false
		}
		val, known = here, true
	}
	return val, known
}

// listed decides whether a map has the name, and what for.
func (w *way) listed(l *ssa.Lookup) (val, known bool) {
	entries, ok := w.entries(l.X)
	if !ok {
		return false, false
	}
	for name, e := range entries {
		w.name(name)
		is, ok := w.method.is(name)
		if !ok {
			return false, false
		}
		if is && !l.CommaOk {
			return w.truth(e)
		}
		val = val || is
	}
	return val, true
}

// entries are those of a map that a literal makes, of constants, be it kept in a
// variable of the package that nothing else is stored in.
func (w *way) entries(m ssa.Value) (map[string]ssa.Value, bool) {
	if load, ok := m.(*ssa.UnOp); ok {
		if m = w.kept(load); m == nil {
			return nil, false
		}
	}
	made, ok := m.(*ssa.MakeMap)
	if !ok {
		return nil, false
	}
	out := map[string]ssa.Value{}
	for _, use := range *made.Referrers() {
		switch use := use.(type) {
		case *ssa.MapUpdate:
			name, ok := constText(use.Key)
			if !ok || use.Map != made {
				return nil, false
			}
			out[name] = use.Value
		case *ssa.Store, *ssa.Lookup, *ssa.DebugRef:
		default:
			return nil, false
		}
	}
	return out, true
}

// kept is what a variable has that is given something once: one of the package, or one
// of the function around, of which literals take entries and do nothing else.
func (w *way) kept(load *ssa.UnOp) ssa.Value {
	if g, ok := load.X.(*ssa.Global); ok {
		return w.initial(g)
	}
	vals := storedIn(load.X)
	if len(vals) != 1 {
		return nil
	}
	lookedUp := func(v ssa.Value) bool {
		return !slices.ContainsFunc(*v.Referrers(), func(use ssa.Instruction) bool {
			switch use.(type) {
			case *ssa.Lookup, *ssa.DebugRef:
				return false
			}
			return true
		})
	}
	for _, addr := range addresses(variable(load.X)) {
		for _, use := range *addr.Referrers() {
			if l, ok := use.(*ssa.UnOp); ok && !lookedUp(l) {
				return nil
			}
		}
	}
	return vals[0]
}

// addresses are a variable and those by which literals have it.
func addresses(alloc *ssa.Alloc) []ssa.Value {
	out := []ssa.Value{alloc}
	for i := 0; i < len(out); i++ {
		for _, use := range *out[i].Referrers() {
			if mc, ok := use.(*ssa.MakeClosure); ok {
				for j, b := range mc.Bindings {
					if b == out[i] {
						out = append(out, mc.Fn.(*ssa.Function).FreeVars[j])
					}
				}
			}
		}
	}
	return out
}

// initial is what a variable of the package is given where it is declared, nil if it
// is given something elsewhere, or its entries are changed.
func (w *way) initial(g *ssa.Global) (val ssa.Value) {
	if g.Pkg != w.Pkg || g.Object() == nil || g.Object().Exported() {
		return nil
	}
	stores := 0
	var visit func(fn *ssa.Function)
	visit = func(fn *ssa.Function) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Store:
					if instr.Addr == g {
						stores++
						val = instr.Val
					}
				case *ssa.MapUpdate:
					if load, ok := instr.Map.(*ssa.UnOp); ok && load.X == g {
						stores = 2
					}
				}
			}
		}
		for _, anon := range fn.AnonFuncs {
			visit(anon)
		}
	}
	for _, fn := range w.Functions {
		visit(fn)
	}
	if stores != 1 || val == nil || val.Parent().Name() != "init" {
		return nil
	}
	return val
}

// asked decides what a function says of the name.
func (w *way) asked(call *ssa.Call) (val, known bool) {
	fn := call.Call.StaticCallee()
	if fn == nil {
		return false, false
	}
	obj := declared(fn)
	args := call.Call.Args
	if obj != nil && len(args) == 2 {
		switch obj.FullName() {
		case "strings.HasPrefix":
			if text, ok := constText(args[1]); ok && w.isName(args[0]) {
				w.name(text + "*")
				return w.method.begins(text)
			}
			if list, ok := w.ranged(args[1]); ok && w.isName(args[0]) {
				return w.any(list, "", "*", w.method.begins)
			}
			return false, false
		case "strings.HasSuffix":
			if text, ok := constText(args[1]); ok && w.isName(args[0]) {
				w.name("*" + text)
				return w.method.ends(text)
			}
			if list, ok := w.ranged(args[1]); ok && w.isName(args[0]) {
				return w.any(list, "*", "", w.method.ends)
			}
			return false, false
		case "slices.Contains":
			return w.among(args[0], args[1])
		}
	}
	return w.said(fn, args)
}

// among decides whether the name is in a list of constants.
func (w *way) among(list, name ssa.Value) (val, known bool) {
	texts, ok := w.texts(list)
	if !ok || !w.isName(name) {
		return false, false
	}
	return w.any(texts, "", "", w.method.is)
}

// texts are the constants of a list that is written out.
func (w *way) texts(list ssa.Value) ([]string, bool) {
	if load, ok := list.(*ssa.UnOp); ok {
		if g, ok := load.X.(*ssa.Global); ok {
			list = w.initial(g)
		} else if vals := storedIn(load.X); len(vals) == 1 {
			list = vals[0]
		}
	}
	elems, ok := lazyssa.Variadic(list)
	if !ok {
		return nil, false
	}
	var out []string
	for _, e := range elems {
		text, ok := constText(e)
		if !ok {
			return nil, false
		}
		out = append(out, text)
	}
	return out, true
}

// any decides whether one of several texts is what the name has.
func (w *way) any(texts []string, before, after string, has func(string) (bool, bool)) (val, known bool) {
	known = true
	for _, text := range texts {
		w.name(before + text + after)
		is, ok := has(text)
		if is && ok {
			val = true
		}
		known = known && ok
	}
	return val, known || val
}

// ranged are the texts of the list that a loop goes through, of which a value is one.
func (w *way) ranged(v ssa.Value) ([]string, bool) {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return nil, false
	}
	elem, ok := load.X.(*ssa.IndexAddr)
	if !ok || !counts(elem.Index) {
		return nil, false
	}
	return w.texts(elem.X)
}

// counts reports whether an index is that of a loop over all elements.
func counts(index ssa.Value) bool {
	if add, ok := index.(*ssa.BinOp); ok && add.Op == token.ADD {
		index = add.X
	}
	_, ok := index.(*ssa.Phi)
	return ok
}

// found reports whether a loop over a list, which goes on as long as a condition
// holds, comes to an element that the name has, and leaves there.
func (w *way) found(more *ssa.BinOp) bool {
	branch, ok := last(more.Block()).(*ssa.If)
	if !ok || branch.Cond != more || !counts(more.X) {
		return false
	}
	body := more.Block().Succs[0]
	has, ok := last(body).(*ssa.If)
	if !ok || reaches(body.Succs[0], more.Block()) {
		return false
	}
	var elem ssa.Value
	switch c := has.Cond.(type) {
	case *ssa.BinOp:
		if elem = c.Y; c.Op != token.EQL {
			return false
		}
		if w.isName(elem) {
			elem = c.X
		}
	case *ssa.Call:
		if len(c.Call.Args) != 2 {
			return false
		}
		elem = c.Call.Args[1]
	default:
		return false
	}
	if load, ok := elem.(*ssa.UnOp); !ok {
		return false
	} else if at, ok := load.X.(*ssa.IndexAddr); !ok || at.Index != more.X {
		return false
	}
	val, known := w.truth(has.Cond)
	return val && known
}

// reaches reports whether control may go from a block to another one.
func reaches(from, to *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	work := []*ssa.BasicBlock{from}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if b == to {
			return true
		}
		if !seen[b] {
			seen[b] = true
			work = append(work, b.Succs...)
		}
	}
	return false
}

// said is what a function of the package returns that is given the name.
func (w *way) said(fn *ssa.Function, args []ssa.Value) (val, known bool) {
	obj := declared(fn)
	if obj == nil || obj.Pkg() != w.Pkg.Pkg || w.depth > 2 || !types.Identical(fn.Signature.Results(), oneBool) {
		return false, false
	}
	body := w.Pkg.Prog.FuncValue(obj)
	if body == nil || len(body.Blocks) == 0 || len(body.Params) != len(args) {
		return false, false
	}
	in := &way{engine: w.engine, method: w.method, record: w.record, named: map[*ssa.Parameter]bool{}, depth: w.depth + 1}
	for i, a := range args {
		in.named[body.Params[i]] = w.isName(a)
	}
	for b := range in.through(body) {
		ret, ok := last(b).(*ssa.Return)
		if !ok {
			continue
		}
		here, ok := in.truth(ret.Results[0])
		if !ok || known && here != val {
			return false, false
		}
		val, known = here, true
	}
	return val, known
}

var oneBool = types.NewTuple(types.NewVar(token.NoPos, nil, "", types.Typ[types.Bool]))

// isName reports whether a value is the name of the method that is called.
func (w *way) isName(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Parameter:
		return w.named[v]
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok {
			return interceptor.NamesMethod(fa.X.Type(), fieldName(fa))
		}
		if vals := storedIn(v.X); len(vals) == 1 { // a variable that a literal captures
			return w.isName(vals[0])
		}
	case *ssa.Field:
		if st, ok := v.X.Type().Underlying().(*types.Struct); ok {
			return interceptor.NamesMethod(v.X.Type(), st.Field(v.Field).Name())
		}
	}
	return false
}

func (w *way) name(text string) {
	if w.record != nil && !slices.Contains(*w.record, text) {
		*w.record = append(*w.record, text)
	}
}

func constText(v ssa.Value) (string, bool) {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(c.Value), true
}
