package scope

import (
	"go/token"
	"go/types"
	"maps"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/sqltext"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// Options are what the analysis of a package rests on.
type Options struct {
	Pkg       *ssa.Package
	Functions []*ssa.Function
	API       *dbapi.Catalogue
	Texts     *sqltext.Resolver
	// Catalog knows the tables of the package's database; it may be nil.
	Catalog sqlcheck.Catalog
	// ImportVariable returns what is known about a variable of another package, or nil.
	ImportVariable func(*types.Var) *Variable
	// InModule: the package belongs to a main module.
	InModule bool
	// Local reports whether a package belongs to the same module.
	Local func(path string) bool
	// Import returns the summary of a function of another package, or nil.
	Import func(*types.Func) *Summary
	// Tenant reports whether a setting carries the tenant.
	Tenant func(setting string) bool
	// TenantSettings: policies read settings that carry the tenant.
	TenantSettings bool
	// Injected tells what the contexts of the module's requests carry under a
	// key: a handle, or a value.
	Injected func(key string, value bool) Injection
	// Requested tells it of the contexts that requests come with.
	Requested func(key string, value bool) Injection
	// Setter reports whether some function or method of the module that has a name, or
	// any name if it is "", may set the tenant's context on handles that it is given.
	Setter func(name string) bool
	// Relation: see Judge.
	Relation func(sqlcheck.Name) bool
	// PoolsVary: see Judge.
	PoolsVary bool
	// OpenedWith says what a call opens a handle with, LoginOf what a value would.
	OpenedWith func(ssa.CallInstruction) Opening
	LoginOf    func(ssa.Value) Opening
	// GlobalLogin is the login of a handle in a package variable, nil if unknown.
	GlobalLogin func(*ssa.Global) *Login
	// PrivilegedHandle reports whether the configuration declares a handle privileged.
	PrivilegedHandle func(pkg, name string) bool
	// PrivilegedPackage: statements of the package may work past the policies.
	PrivilegedPackage bool
	// HandlesVary: see Judge.
	HandlesVary bool
	// Bypass reports whether a setting with this value lets what follows past
	// the policies.
	Bypass func(setting, value string) bool
	// Relevant tells which of an event's relations needs the tenant context,
	// if any.
	Relevant func(*Event) (Wants, bool)
	// Declared tells what is declared to be scoped; see Declarations.
	Declared func(types.Object) bool
	Posn     func(token.Pos) string
}

// A Result is what the analysis of a package found.
type Result struct {
	Events    []*Event
	Reliances []Reliance
	Summaries map[*types.Func]*Summary
	Variables map[*types.Var]*Variable
	// Registries are those, by their keys, in which every handle has the tenant's context.
	Registries map[string]bool
	// FallsAt are where functions of the package return a pool in case that nothing is
	// looked up in a registry, by the places that facts tell.
	FallsAt map[string]*ssa.Return
	// Declared are the objects of which the declaration decided something.
	Declared map[types.Object]bool
	// OverBudget are the functions that were too large to follow to the end, or of which
	// there is too much to tell.
	OverBudget []*ssa.Function
}

// maxRounds bounds the rounds in which summaries of a package settle: calls
// within a package form chains and cycles.
const maxRounds = 6

// A packageEngine analyses the functions of one package.
type packageEngine struct {
	Options
	api       *dbapi.Catalogue
	functions []*ssa.Function
	tenant    func(string) bool
	judge     Judge
	texts     *sqltext.Resolver
	posn      func(token.Pos) string
	summaries map[*types.Func]*Summary
	impls     *implementations
	wiring    *wiring
	symbolic  map[*ssa.Function]*frame
	literals  map[*ssa.Function]*keptLiteral
	shared    *engine // interns the objects of symbolic frames
	// wiringUses are the functions whose summaries decided what was found out in
	// symbolic frames: what the package stores where.
	wiringUses map[*types.Func]bool
	factsMemo  map[string]sqlcheck.Facts
	named      map[string][]sqlcheck.Template // statements prepared under a name
	holdMemo   map[types.Type]bool
	typeMemo   map[string]types.Type
	// tenantKeys are the keys of contexts on whose values settings depend.
	tenantKeys map[string]bool
	// bound are the keys of the values that the package makes the tenant's context
	// of, and of the parts of those; nil until somebody asks.
	bound   map[string]bool
	current *analysed // the function at hand
	// registries are what comes out of the registries of the package, by their keys.
	registries map[string]registered
	// fallsAt are the returns that fall back on a pool, by the places that facts tell.
	fallsAt map[string]*ssa.Return
	// declaredUse are the objects of which the declaration decided something.
	declaredUse map[types.Object]bool
}

// An engine analyses one declared function with the literals in it.
type engine struct {
	*packageEngine
	in           *interner
	running      map[*ssa.Function]bool
	seen         map[*ssa.Function]bool // literals that were looked at
	madeAt       map[*ssa.Function]*literalAt
	queuedEvents map[ssa.CallInstruction]*Event
	budget       int
	build        *builder
	listeners    int // how many ask what callbacks do
}

// A literalAt is a literal that was made in a frame in a state.
type literalAt struct {
	frame *frame
	env   *env
}

// budget bounds the effort for one function, literals and rounds of the fixed
// point included: in instructions, and in facts copied from block to block.
// Real functions stay far below; one that doesn't is unknown(budget).
const budget = 4_000_000

// Analyze analyses a package.
func Analyze(opt Options) *Result {
	p := &packageEngine{
		Options: opt, api: opt.API, functions: opt.Functions, tenant: opt.Tenant, texts: opt.Texts, posn: opt.Posn,
		summaries: map[*types.Func]*Summary{},
		impls:     &implementations{pkg: opt.Pkg.Pkg, posn: opt.Posn, memo: map[*types.Func]implementation{}},
		symbolic:  map[*ssa.Function]*frame{}, wiringUses: map[*types.Func]bool{},
		factsMemo: map[string]sqlcheck.Facts{},
		holdMemo:  map[types.Type]bool{}, typeMemo: map[string]types.Type{}, tenantKeys: map[string]bool{}, fallsAt: map[string]*ssa.Return{}, declaredUse: map[types.Object]bool{},
	}
	if p.Declared == nil {
		p.Declared = func(types.Object) bool { return false }
	}
	for _, imp := range opt.Pkg.Pkg.Imports() {
		if opt.Local(imp.Path()) {
			p.impls.near = append(p.impls.near, imp)
		}
	}
	p.judge = Judge{Tenant: opt.Tenant, Relation: opt.Relation, Injected: opt.Injected, Requested: opt.Requested, PoolsVary: opt.PoolsVary, HandlesVary: opt.HandlesVary}
	p.shared = p.newEngine()
	return p.settle(calleesFirst(opt.Functions))
}

// An analysed is the state of one function between rounds.
type analysed struct {
	events []*Event
	relies []Reliance
	over   bool
	// uses are the functions of the package whose summaries decided the result;
	// wired: what the package stores in fields did as well.
	// looks: so did what comes out of a registry.
	uses         map[*types.Func]bool
	wired, looks bool
}

// settle analyses functions until their summaries no longer change. After the
// first round only those are looked at again that used what has changed.
func (p *packageEngine) settle(functions []*ssa.Function) *Result {
	results := make([]analysed, len(functions))
	changed := map[*types.Func]bool{}
	reregistered := false
	for round := range maxRounds {
		p.wiring = newWiring(p)
		p.bound = nil
		p.symbolic, p.literals = map[*ssa.Function]*frame{}, map[*ssa.Function]*keptLiteral{}
		before := changed
		changed = map[*types.Func]bool{}
		for i, fn := range functions {
			if round > 0 && !results[i].stale(before, changed) && (!results[i].wired || !p.rewired(round, before, changed)) &&
				!(reregistered && (results[i].looks || results[i].wired)) {
				continue
			}
			p.current = &results[i]
			*p.current = analysed{uses: map[*types.Func]bool{}}
			s, over := p.function(fn)
			results[i].over = over
			if obj := declared(fn); obj != nil {
				if old := p.summaries[obj]; !reflect.DeepEqual(old, s) {
					p.summaries[obj] = s
					changed[obj] = true
				}
			}
		}
		found := p.inRegistries(results)
		reregistered = !maps.Equal(found, p.registries)
		p.registries = found
		if len(changed) == 0 && !reregistered {
			break
		}
	}
	p.promises()
	p.current = &analysed{uses: map[*types.Func]bool{}}
	res := &Result{Summaries: p.summaries, Variables: p.variables(), Declared: p.declaredUse, Registries: p.scopedRegistries(), FallsAt: p.fallsAt}
	for i, fn := range functions {
		res.Events = append(res.Events, results[i].events...)
		res.Reliances = append(res.Reliances, results[i].relies...)
		if results[i].over {
			res.OverBudget = append(res.OverBudget, fn)
		}
	}
	return res
}

// stale reports whether a result rests on a summary that has changed since.
func (a *analysed) stale(changes ...map[*types.Func]bool) bool {
	for _, changed := range changes {
		for fn := range changed {
			if a.uses[fn] {
				return true
			}
		}
	}
	return false
}

// rewired reports whether what the package stores in fields may be something else than
// in the round before. In the second round it is all looked at with summaries that are
// there, whatever it rested on in the first.
func (p *packageEngine) rewired(round int, changes ...map[*types.Func]bool) bool {
	for _, changed := range changes {
		if round == 1 && len(changed) > 0 {
			return true
		}
		for fn := range changed {
			if p.wiringUses[fn] {
				return true
			}
		}
	}
	return false
}

// calleesFirst orders functions so that most summaries are there when they are
// asked for.
func calleesFirst(functions []*ssa.Function) []*ssa.Function {
	listed := map[*ssa.Function]bool{}
	for _, fn := range functions {
		listed[fn] = true
	}
	var out []*ssa.Function
	done := map[*ssa.Function]bool{}
	var visit func(fn *ssa.Function)
	var calls func(fn *ssa.Function)
	calls = func(fn *ssa.Function) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					if callee := call.Common().StaticCallee(); callee != nil {
						visit(callee)
					}
				}
			}
		}
		for _, anon := range fn.AnonFuncs {
			calls(anon)
		}
	}
	visit = func(fn *ssa.Function) {
		if o := fn.Origin(); o != nil {
			fn = o
		}
		if done[fn] || !listed[fn] {
			return
		}
		done[fn] = true
		calls(fn)
		out = append(out, fn)
	}
	for _, fn := range functions {
		visit(fn)
	}
	return out
}

func (p *packageEngine) newEngine() *engine {
	return &engine{
		packageEngine: p, in: newInterner(),
		running: map[*ssa.Function]bool{}, seen: map[*ssa.Function]bool{}, madeAt: map[*ssa.Function]*literalAt{},
		queuedEvents: map[ssa.CallInstruction]*Event{}, budget: budget, build: &builder{},
	}
}

// function analyses one declared function; its events go to p.current.
func (p *packageEngine) function(fn *ssa.Function) (s *Summary, over bool) {
	e := p.newEngine()
	f := newFrame(e, fn)
	at := p.current
	emit := func(ev *Event) { at.events = append(at.events, ev) }
	exits := f.run(newEnv(), emit)
	f.leftover(fn, emit)
	f.openHooks(emit)
	f.listedOn(emit)
	p.goesOn(fn, emit)
	e.build.keeps = append(e.build.keeps, (&flow{frame: f, emit: emit}).kept()...)
	f.settled(exits, at.events)
	e.build.finish(f, exits, at.events)
	s = p.withDeclaration(f, e.build.summary(), exits)
	at.events = append(at.events, e.build.fallbacks()...)
	at.events = append(at.events, e.build.idle.events()...)
	at.events = append(at.events, e.build.unheeded...)
	return s, e.budget < 0 || e.build.dropped || at.over
}

// spend takes instructions from the budget.
func (e *engine) spend(n int) bool {
	e.budget -= n
	return e.budget >= 0
}

// leftover analyses the literals that nothing was seen to call: they are kept
// in a field, returned, or handed to code that can't be seen.
func (f *frame) leftover(fn *ssa.Function, emit func(*Event)) {
	for _, anon := range fn.AnonFuncs {
		if !f.seen[anon] && len(anon.Blocks) > 0 {
			f.seen[anon] = true
			at := f.madeAt[anon]
			parent, start := f, newEnv()
			if at != nil {
				parent, start = at.frame, at.env
			} else if parent.fn != fn {
				parent = f.symbolicFrame(fn)
			}
			c := parent.child(anon)
			c.run(start, emit)
		}
		f.leftover(anon, emit)
	}
}

// closureMade remembers the state in which a literal is made.
func (w *flow) closureMade(e *env, mc *ssa.MakeClosure) {
	if w.emit == nil {
		return
	}
	fn := mc.Fn.(*ssa.Function)
	switch {
	case fn.Parent() == nil:
		w.listed(e, mc)
	case w.madeAt[fn] == nil:
		w.madeAt[fn] = &literalAt{w.frame, e.clone()}
	}
}

// escapes: a value that is handed on behind an interface whose methods run
// elsewhere takes its handles along, as a http.Handler does.
func (w *flow) escapes(e *env, mi *ssa.MakeInterface) {
	iface, ok := mi.Type().Underlying().(*types.Interface)
	if !ok || iface.NumMethods() == 0 || w.emit == nil || !mayCarry(mi.X.Type()) {
		return
	}
	if w.kindOf(mi.Type()) != dbapi.NoHandle || isError(mi.Type()) {
		return // followed as a handle
	}
	if w.obligesType(mi.Type()) && w.forCallback(mi) {
		return // the callback says what it calls
	}
	for i := range iface.NumMethods() {
		obj, _, _ := types.LookupFieldOrMethod(mi.X.Type(), true, iface.Method(i).Pkg(), iface.Method(i).Name())
		fn, isFunc := obj.(*types.Func)
		if !isFunc {
			continue
		}
		s := w.summaryOf(fn.Origin())
		if s == nil || !w.foreign(mi.Type()) && w.impls.method(mi.Type(), iface, iface.Method(i)).fn != nil {
			continue // calls through the interface are followed to this type
		}
		for j := range s.Needs {
			if n := &s.Needs[j]; n.Param == 0 {
				objs := w.handlesOf(n, func(p Place) []*Object { return w.walk(w.resolve(mi.X), p.Path) })
				if len(objs) > 0 {
					w.record(e, &Event{Pos: w.chosenAt(mi.X, n.chosenPath(objs), mi), Need: n, Callee: fn, Wired: true}, objs)
				}
			}
		}
		for j := range s.Reads {
			if n := &s.Reads[j]; n.Param == 0 {
				w.readsOver(e, nil, w.chosenAt(mi.X, n.Path, mi), fn, n, w.walk(w.resolve(mi.X), n.Path))
			}
		}
	}
}

// foreign reports whether an interface is declared in another module: that calls its
// methods without a type in sight.
func (p *packageEngine) foreign(iface types.Type) bool {
	n, ok := types.Unalias(iface).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg() != p.Pkg.Pkg && !p.Local(n.Obj().Pkg().Path())
}

// forCallback reports whether a value goes to a callback and nowhere else.
func (w *flow) forCallback(v ssa.Value) bool {
	for _, use := range *v.Referrers() {
		call, ok := use.(ssa.CallInstruction)
		if !ok || call.Common().IsInvoke() {
			return false
		}
		if c := w.function(call.Common().Value); !c.known || c.param < 0 {
			return false
		}
	}
	return true
}

// chosenAt is the line to report for a handle that travels on behind v.
func (w *flow) chosenAt(v ssa.Value, path string, at ssa.Instruction) token.Pos {
	if pos := w.wiredAt(v, path, 0); pos.IsValid() {
		return pos
	}
	if v.Pos().IsValid() {
		return v.Pos()
	}
	if at.Pos().IsValid() {
		return at.Pos()
	}
	return w.fn.Pos()
}

// symbolicFrame is the frame of a function, or literal, of which no context is
// known.
func (p *packageEngine) symbolicFrame(fn *ssa.Function) *frame {
	if f, ok := p.symbolic[fn]; ok {
		return f
	}
	var f *frame
	if fn.Parent() != nil {
		f = p.symbolicFrame(fn.Parent()).child(fn)
	} else {
		f = newFrame(p.shared, fn)
	}
	p.symbolic[fn] = f
	return f
}

// summaryOf returns the summary of a function, or nil.
func (e *engine) summaryOf(fn *types.Func) *Summary {
	if e == e.shared {
		e.wiringUses[fn] = true
	}
	return e.packageEngine.summaryOf(fn)
}

func (p *packageEngine) summaryOf(fn *types.Func) *Summary {
	if fn.Pkg() == p.Pkg.Pkg {
		if p.current != nil {
			p.current.uses[fn] = true
		}
		if s := p.summaries[fn]; s != nil && !s.Empty() {
			return s
		}
		return nil
	}
	return p.Import(fn)
}

// facts analyses a template once.
func (p *packageEngine) facts(t sqlcheck.Template) sqlcheck.Facts {
	var key strings.Builder
	for _, part := range t.Parts {
		if part.Hole != nil {
			key.WriteByte(0)
			key.WriteByte(byte(part.Hole.Trust))
		} else {
			key.WriteString(part.Text)
		}
		key.WriteByte(1)
	}
	if f, ok := p.factsMemo[key.String()]; ok {
		return f
	}
	f := sqlcheck.AnalyzeIn(t, p.Catalog)
	p.factsMemo[key.String()] = f
	return f
}

// sortedKeys returns a map's keys in order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
