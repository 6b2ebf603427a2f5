package request

import (
	"go/token"
	"go/types"
	"maps"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
)

type tokenPos = token.Pos

// Options are what the analysis of a package rests on.
type Options struct {
	Pkg       *ssa.Package
	Functions []*ssa.Function
	// Local reports whether a package belongs to the program's module.
	Local func(path string) bool
	// Import returns the summary of a function of another package, or nil.
	Import func(*types.Func) *Summary
	// Keys are the keys of contexts in what the package imports.
	Keys []KeyUse
	// Verified reports whether the configuration declares that a function
	// returns what was verified.
	Verified func(*types.Func) bool
	// SQL reports whether a method sends SQL.
	SQL func(*types.Func) bool
	// Handle reports whether the values of a type are what SQL is sent over.
	Handle func(types.Type) bool
	// Set are the statements that set the tenant, by call.
	Set  map[ssa.CallInstruction][]Setting
	Posn func(token.Pos) string
}

// A Setting is a value that a statement sets a setting to, or a tenant's column.
type Setting struct {
	Name  string // of the setting, or of the column with its table
	Value ssa.Value
}

// A Finding is a tenant that comes from a request.
type Finding struct {
	Pos      token.Pos // of the call or other instruction
	Function *ssa.Function
	Setting  string
	Origin   Origin
	// Key is what contexts carry it under on the way, "" if none does.
	Key   string
	Steps []Step // from where it is read to where it is set
}

// An Analysis is what the analysis of a package found.
type Analysis struct {
	Package  string
	Findings []Finding
	// GlobalKeys are where tokens are verified with one key for all tenants.
	GlobalKeys []GlobalKey
	Summaries  map[*types.Func]*Summary
	Keys       []KeyUse
	// Takes are the calls that are given the tenant from a context.
	Takes []Take

	imported func(*types.Func) *Summary
	engine   *engine
}

// Vouches reports whether a middleware checks what is read from a request before
// it goes on with it.
func (a *Analysis) Vouches(middleware *types.Func, o Origin) bool {
	s := a.Summaries[middleware]
	if s == nil && a.imported != nil {
		s = a.imported(middleware)
	}
	return s != nil && o.Kind == Request && o.Name != "" && slices.Contains(s.Vouches, o.Words())
}

// A Take is a call that is given the tenant that a context carries under a key.
type Take struct {
	Call ssa.CallInstruction
	Key  string
}

// An engine analyses one package.
type engine struct {
	Options
	apis       *catalogue
	impls      scope.Implementations
	summaries  map[*types.Func]*Summary
	keys       []KeyUse
	resultMemo map[resultKey][]Origin
	running    map[resultKey]bool // results that are being found out
	traceMemo  map[demand][]Origin
	busy       map[demand]bool
	order      *order
	cut        int  // how often an answer was incomplete, since it was being found out
	raw        bool // what was checked is not left out
	depth      int
	budget     int
	found      []Finding
	takes      []Take
	globalKeys []GlobalKey
}

// budget bounds the values and conditions that are followed for one function, in
// one round. Real functions stay far below; beyond it nothing is known.
const budget = 200_000

// maxRounds bounds the rounds in which the summaries of a package settle.
const maxRounds = 6

// Analyze analyses a package.
func Analyze(opt Options) *Analysis {
	p := &engine{Options: opt, apis: apis(), impls: scope.NewImplementations(opt.Pkg.Pkg, opt.Local, opt.Posn), summaries: map[*types.Func]*Summary{}, order: newOrder(), keys: tidy(slices.Clone(opt.Keys), compareUses)}
	for range maxRounds {
		p.resultMemo, p.running = map[resultKey][]Origin{}, map[resultKey]bool{}
		p.traceMemo, p.busy = map[demand][]Origin{}, map[demand]bool{}
		p.found, p.takes, p.globalKeys = nil, nil, nil
		keys, changed := len(p.keys), false
		for _, fn := range opt.Functions {
			s := p.function(fn)
			if obj, ok := fn.Object().(*types.Func); ok && !reflect.DeepEqual(p.summaries[obj], s) {
				p.summaries[obj], changed = s, true
			}
		}
		if !changed && keys == len(p.keys) {
			break
		}
	}
	p.exportResults()
	slices.SortStableFunc(p.found, func(a, b Finding) int { return int(a.Pos - b.Pos) })
	maps.DeleteFunc(p.summaries, func(_ *types.Func, s *Summary) bool { return s.empty() })
	return &Analysis{Package: opt.Pkg.Pkg.Path(), Findings: p.found, GlobalKeys: p.globalKeys, Takes: p.takes, Summaries: p.summaries, Keys: p.keys, engine: p}
}

// summaryOf returns the summary of a function, or nil.
func (p *engine) summaryOf(fn *types.Func) *Summary {
	if fn.Pkg() == p.Pkg.Pkg {
		return p.summaries[fn]
	}
	if fn.Pkg() == nil || !p.Local(fn.Pkg().Path()) {
		return nil
	}
	return p.Import(fn)
}

// function looks at one declared function with the literals in it.
func (p *engine) function(fn *ssa.Function) *Summary {
	p.budget = budget
	f := &function{engine: p, root: fn, s: &Summary{}}
	f.body(fn)
	f.fills()
	f.s.Vouches = f.vouched()
	f.s.Sinks = tidy(f.s.Sinks, compareSinks)
	f.s.Puts = tidy(f.s.Puts, comparePuts)
	f.s.Reads = tidy(f.s.Reads, strings.Compare)
	// A login sets the tenant that it is asked for, and then finds out whether
	// the caller knows a password there. Who mounts it doesn't log in.
	if f.s.LogsIn {
		f.candidates, f.s.Injects = nil, nil
	}
	f.mounts(fn)
	p.found = append(p.found, f.candidates...)
	f.s.Injects = tidy(f.s.Injects, compareInjects)
	return f.s
}

// A function is one that is looked at.
type function struct {
	*engine
	root       *ssa.Function
	s          *Summary
	candidates []Finding
	read       []Origin // of the request
	goesOn     []ssa.CallInstruction
	asked      []*ssa.Call // whose results may be of the request
}

func (f *function) body(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				f.call(call)
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		f.body(anon)
	}
}

// call looks at one call: what it does to values that may come from a request.
func (f *function) call(call ssa.CallInstruction) {
	for _, set := range f.Set[call] {
		at := Step{f.Posn(call.Pos()), set.Name + " is set here"}
		f.sink(call, f.trace(set.Value, "", call), set.Name, []Step{at})
	}
	c := f.callee(call)
	f.passesOn(call, c)
	f.traits(call, c)
	f.putsAt(call, c)
	f.pickedKey(call, c)
	if c.summary == nil {
		return
	}
	for _, k := range c.summary.Sinks {
		if k.Param < len(c.args) {
			steps := withStep(Step{f.Posn(call.Pos()), "handed to " + c.fn.Name()}, k.Steps)
			f.sink(call, f.trace(c.args[k.Param], k.Path, call), k.Setting, steps)
		}
	}
}

// sink is a place where values become the tenant.
func (f *function) sink(call ssa.CallInstruction, origins []Origin, setting string, steps []Step) {
	for _, o := range f.trusting(origins, call.Block(), nil) {
		switch o.Kind {
		case Request:
			f.candidates = append(f.candidates, Finding{
				Pos: call.Pos(), Function: f.root, Setting: setting, Origin: o,
				Steps: slices.Concat(o.path(), steps),
			})
		case Param:
			f.s.Sinks = append(f.s.Sinks, Sink{Param: o.Param, Path: o.Path, Setting: setting, Steps: steps})
		case Context:
			if o.Param < 0 {
				f.takes = append(f.takes, Take{call, o.What})
				f.use(KeyUse{Key: o.What, Path: o.Path, Setting: setting, Steps: steps})
			}
		}
	}
}

// path is how a value came from the request.
func (o Origin) path() []Step {
	return append([]Step{{o.Posn, o.Words() + " is read here"}}, o.Steps...)
}

// use remembers a key.
func (f *function) use(u KeyUse) {
	if len(f.keys) < maxEntries {
		f.keys = tidy(append(f.keys, u), compareUses)
	}
}

// traits notes what a call says about the function around it.
func (f *function) traits(call ssa.CallInstruction, c callee) {
	switch c.entry.role {
	case get, verified:
		f.s.Asks = f.s.Asks || !c.puts()
	case password:
		f.s.LogsIn = true
	case source, pass:
		if c.entry.role == source || c.entry.name != none {
			f.reads(f.made(call, c))
		}
	case noRole:
		switch {
		case c.fn == nil:
		case fullname.Is(c.fn, "(context.Context).Value"):
			f.s.Asks = true
		case c.summary != nil && !c.virtual:
			f.s.Asks = f.s.Asks || c.summary.Asks
			f.s.LogsIn = f.s.LogsIn || c.summary.LogsIn
			f.s.Reads = append(f.s.Reads, c.summary.Reads...)
		case c.own && !c.known && !f.SQL(c.fn):
			f.s.LogsIn = f.s.LogsIn || c.summary != nil && c.summary.LogsIn
			f.s.Asks = f.s.Asks || slices.ContainsFunc(c.args, func(a ssa.Value) bool {
				return isContext(a.Type()) || f.apis.isRequest(a.Type())
			})
		}
	}
}

func (f *function) reads(origins []Origin) {
	for _, o := range origins {
		if o.Kind == Request {
			f.read = join(f.read, o)
			f.s.Reads = append(f.s.Reads, o.Words())
		}
	}
}

// fills notes what the function writes to what its parameters point to.
func (f *function) fills() {
	for i, param := range f.root.Params {
		if i == 0 && f.root.Signature.Recv() != nil || f.apis.isRequest(param.Type()) || isContext(param.Type()) {
			continue
		}
		if _, ok := param.Type().Underlying().(*types.Pointer); !ok && !types.IsInterface(param.Type()) {
			continue
		}
		for _, path := range append([]string{""}, fieldPaths(param.Type())...) {
			w := &writes{engine: f.engine, whole: true}
			w.through(param, path)
			var origins []Origin
			for _, d := range w.defs {
				if _, isStore := d.at.(*ssa.Store); d.part || path != "" && !isStore {
					continue // it is said of the whole, or of the part
				}
				origins = join(origins, f.trusting(d.origins(), d.at.Block(), nil)...)
			}
			if len(origins) > 0 && len(f.s.Fills) < maxEntries {
				f.s.Fills = append(f.s.Fills, Fill{Param: i, Path: path, Origins: origins})
			}
		}
	}
}
