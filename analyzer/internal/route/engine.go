package route

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/analyzer/internal/request"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
)

// Options are what the analysis of a package rests on.
type Options struct {
	Pkg       *ssa.Package
	Functions []*ssa.Function
	// Local reports whether a package belongs to the program's module.
	Local func(path string) bool
	// Import returns the summary of a function of another package, or nil.
	Import func(*types.Func) *Summary
	// Statements are those that contexts decide about, Takes the calls that are
	// given a tenant from one.
	Statements []Statement
	Takes      []Take
	// Everyone are statements on every tenant's rows, where each is to name its
	// tenant. Asked reports whether it was asked who sends the request, by the time
	// of a call.
	Everyone []Statement
	// Named: each statement is to name its tenant.
	Named bool
	// Privileged: the package is declared to work for all tenants.
	Privileged bool
	Asked      func(ssa.CallInstruction) bool
	// Tenant reports whether contexts carry the tenant under a key.
	Tenant func(key string) bool
	// Works reports whether a call leads to statements on tenant relations.
	Works func(ssa.CallInstruction) bool
	Posn  func(token.Pos) string
}

// An Analysis is what the analysis of a package found.
type Analysis struct {
	Findings  []Finding
	Summaries map[*types.Func]*Summary
	// Routes are all those that were followed.
	Routes []Route
}

// An engine analyses one package.
type engine struct {
	Options
	apis      *catalogue
	impls     scope.Implementations
	effects   map[*ssa.Function]Effect
	asks      map[*ssa.Function][]string
	needed    map[*ssa.Function][]Need
	needCount int
	// routing are the functions that do something with routers, themselves or in
	// what they call; called those of them that others in the package call.
	routing, called map[*ssa.Function]bool
	stores          map[*types.Var][]*ssa.Store // what fields with functions are given
	budget          int
}

// maxRounds bounds the rounds in which the needs of a package settle.
const maxRounds = 6

// budget bounds the instructions that are looked at for one question, or one
// function that is followed. Beyond it, nothing is said.
const budget = 400_000

func (p *engine) spent() bool {
	p.budget--
	return p.budget < 0
}

// Analyze analyses a package.
func Analyze(opt Options) *Analysis {
	p := &engine{
		Options: opt, apis: apis(), impls: scope.NewImplementations(opt.Pkg.Pkg, opt.Local, opt.Posn),
		effects: map[*ssa.Function]Effect{}, asks: map[*ssa.Function][]string{}, needed: map[*ssa.Function][]Need{},
		routing: map[*ssa.Function]bool{}, called: map[*ssa.Function]bool{},
	}
	a := &Analysis{Summaries: map[*types.Func]*Summary{}}
	p.budget = budget
	p.needs()
	p.findRouting()
	found := map[token.Pos]map[string]bool{}
	for _, fn := range opt.Functions {
		p.budget = budget
		s := &Summary{Needs: p.needed[fn], Handler: p.handlersIn(fn), Asks: p.asksOf(fn)}
		if relays(fn.Signature) {
			s.Effect = p.effectOf(fn)
		}
		if p.routing[fn] {
			w, f := p.follow(fn)
			j := &judge{walk: w, frame: f, found: found}
			j.run()
			a.Findings = append(a.Findings, j.findings...)
			a.Routes = append(a.Routes, j.routes...)
			s.Items = j.items
		}
		if obj := declared(fn); obj != nil && !s.empty() {
			a.Summaries[obj] = s
		}
	}
	slices.SortStableFunc(a.Findings, func(a, b Finding) int { return int(a.Pos) - int(b.Pos) })
	return a
}

// relays reports whether a function can be on the way of a request: its
// parameters or results have to do with contexts, requests or handlers.
func relays(sig *types.Signature) bool {
	for _, list := range []*types.Tuple{sig.Params(), sig.Results()} {
		for i := range list.Len() {
			if t := list.At(i).Type(); carries(t) || isHandler(t) {
				return true
			}
		}
	}
	return false
}

// asksOf lists the keys under which a handler looks into its context itself, or
// has a function look that does nothing else.
func (p *engine) asksOf(fn *ssa.Function) []string {
	if !slices.ContainsFunc(fn.Params, func(param *ssa.Parameter) bool { return carries(param.Type()) }) {
		return nil
	}
	var out []string
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			if key, ok := takenKey(call.Common()); ok {
				if name, param := request.KeyOf(key); name != "" && param < 0 {
					out = append(out, name)
				}
			}
			if callee := call.Call.StaticCallee(); callee != nil && callee != fn && accessor(callee.Signature) && !p.Works(call) {
				if obj := declared(callee); obj != nil {
					out = append(out, p.asksOfFunc(obj)...)
				}
			}
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), maxEntries)]
}

// asksOfFunc are those of a declared function, wherever it is.
func (p *engine) asksOfFunc(fn *types.Func) []string {
	fn = fn.Origin()
	switch {
	case fn.Pkg() == nil || !p.Local(fn.Pkg().Path()):
	case fn.Pkg() != p.Pkg.Pkg:
		if s := p.Import(fn); s != nil {
			return s.Asks
		}
	default:
		if f := p.Pkg.Prog.FuncValue(fn); f != nil {
			if asks, ok := p.asks[f]; ok {
				return asks
			}
			p.asks[f] = nil // around a cycle nothing new comes in
			p.asks[f] = p.asksOf(f)
			return p.asks[f]
		}
	}
	return nil
}

// accessor reports whether a function may be one that returns what a context has.
func accessor(sig *types.Signature) bool {
	res := sig.Results()
	if res.Len() == 0 || res.Len() > 2 || types.Identical(res.At(0).Type(), types.Universe.Lookup("error").Type()) || carries(res.At(0).Type()) {
		return false
	}
	n := sig.Params().Len()
	return n > 0 && n <= 2 && carries(sig.Params().At(0).Type())
}

// handlersOf is what the handlers need that a function returns.
func (p *engine) handlersOf(fn *types.Func) []Need {
	fn = fn.Origin()
	switch {
	case fn.Pkg() == nil || !p.Local(fn.Pkg().Path()):
		return nil
	case fn.Pkg() != p.Pkg.Pkg:
		if s := p.Import(fn); s != nil {
			return s.Handler
		}
		return nil
	}
	if f := p.Pkg.Prog.FuncValue(fn); f != nil {
		return p.handlersIn(f)
	}
	return nil
}

// handlersIn are the needs of the literals in a function that returns handlers.
func (p *engine) handlersIn(fn *ssa.Function) []Need {
	res := fn.Signature.Results()
	if res.Len() == 0 || !isHandler(res.At(0).Type()) {
		return nil
	}
	var out []Need
	var visit func(fn *ssa.Function)
	visit = func(fn *ssa.Function) {
		for _, anon := range fn.AnonFuncs {
			out = append(out, p.needed[anon]...)
			visit(anon)
		}
	}
	visit(fn)
	for i := range out {
		if !out[i].Everyone {
			out[i].Param = 0
		}
	}
	return tidyNeeds(out)
}

// findRouting finds the functions that have to do with routers.
func (p *engine) findRouting() {
	all := map[*ssa.Function][]*ssa.Function{} // and what they call
	var visit func(fn *ssa.Function)
	visit = func(fn *ssa.Function) {
		all[fn] = nil
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					p.routes(fn, call.Common(), all)
				}
			}
		}
		for _, anon := range fn.AnonFuncs {
			visit(anon)
			all[fn] = append(all[fn], anon)
		}
	}
	for _, fn := range p.Functions {
		visit(fn)
	}
	for changed := true; changed; {
		changed = false
		for fn, calls := range all {
			if !p.routing[fn] && slices.ContainsFunc(calls, func(c *ssa.Function) bool { return p.routing[c] }) {
				p.routing[fn], changed = true, true
			}
		}
	}
	for fn, calls := range all {
		if p.routing[fn] {
			for _, c := range calls {
				p.called[c] = true
			}
		}
	}
}

// routes notes whether a call has to do with routers, and what it calls.
func (p *engine) routes(fn *ssa.Function, common *ssa.CallCommon, all map[*ssa.Function][]*ssa.Function) {
	obj := common.Method
	if !common.IsInvoke() {
		obj = declared(common.StaticCallee())
	}
	if obj == nil {
		return
	}
	switch e := p.apis.entry(obj); {
	case e.role != noRole:
		p.routing[fn] = p.routing[fn] || e.role != context
		for _, a := range common.Args { // r.Route("/x", s.routes)
			if body := p.bodyOf(a); body != nil && e.calls != none {
				all[fn] = append(all[fn], body)
			}
		}
		return
	case passesHandler(common):
		p.routing[fn] = true
	}
	if _, ok := serviceOf(obj); ok && !common.IsInvoke() {
		p.routing[fn] = true
		return
	}
	if common.IsInvoke() {
		if obj = p.impls.Method(common.Value.Type(), obj); obj == nil {
			return
		}
	}
	switch {
	case obj.Pkg() == p.Pkg.Pkg:
		if body := p.Pkg.Prog.FuncValue(obj.Origin()); body != nil {
			all[fn] = append(all[fn], body)
		}
	case obj.Pkg() != nil && p.Local(obj.Pkg().Path()):
		if s := p.Import(obj.Origin()); s != nil && len(s.Items) > 0 {
			p.routing[fn] = true
		}
	}
}

// passesHandler reports whether a call makes a handler of another one.
func passesHandler(common *ssa.CallCommon) bool {
	res := common.Signature().Results()
	return res.Len() == 1 && isHandler(res.At(0).Type()) &&
		slices.ContainsFunc(common.Args, func(a ssa.Value) bool { return fullname.OfType(a.Type()) == "net/http.Handler" })
}

// storedInField lists what the package stores in the field of a value.
func (p *engine) storedInField(x value) []*ssa.Store {
	if p.stores == nil {
		p.stores = map[*types.Var][]*ssa.Store{}
		var visit func(fn *ssa.Function)
		visit = func(fn *ssa.Function) {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if st, ok := instr.(*ssa.Store); ok {
						if fa, ok := st.Addr.(*ssa.FieldAddr); ok && isHandler(st.Val.Type()) {
							if v := fieldVar(fa.X.Type(), fieldName(fa)); v != nil {
								p.stores[v] = append(p.stores[v], st)
							}
						}
					}
				}
			}
			for _, anon := range fn.AnonFuncs {
				visit(anon)
			}
		}
		for _, fn := range p.Functions {
			visit(fn)
		}
	}
	t := x.v.Type()
	var field *types.Var
	for name := range strings.SplitSeq(strings.TrimPrefix(x.path, "."), ".") {
		if field = fieldVar(t, name); field == nil {
			return nil
		}
		t = field.Type()
	}
	return p.stores[field]
}

func fieldVar(t types.Type, name string) *types.Var {
	t = t.Underlying()
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem().Underlying()
	}
	st, ok := t.(*types.Struct)
	if !ok {
		return nil
	}
	for f := range st.Fields() {
		if f.Name() == name {
			return f
		}
	}
	return nil
}
