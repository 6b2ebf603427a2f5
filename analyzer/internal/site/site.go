// Package site joins handles, texts and schema into query sites: the places
// where a program sends SQL, with the verdict on whether the tenant's context
// is set there. The rules are functions over its result.
package site

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/directive"
	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/analyzer/internal/provenance"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/sqltext"
	"github.com/tenantvet/tenantvet/analyzer/internal/textpos"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A Site is one place where SQL is sent, or where a handle is chosen for SQL
// that a called function sends.
type Site struct {
	*scope.Event
	// Start and End span the call's function expression.
	Start, End token.Pos
	Expr       *ast.CallExpr // nil at a wiring without a call
	// Relation is the tenant relation that needs the context, "" if none does.
	Relation  string
	Operation string
	// Shared: the policies let the site reach the relation's rows that are everybody's
	// without context, and they may be all that it wants.
	Shared bool
	// Named is where the site's text names the relation, nil where a called
	// function's does.
	Named   *Word
	Verdict scope.Verdict
	Handle  *scope.Handle // the one that the verdict rests on, nil if none is known
	// Promised is the key under which the site puts a handle into a context, where
	// queries that take it from there count on the tenant's context; "" elsewhere.
	Promised string
	// Scoped: some handle carries the tenant's context, whatever is sent.
	Scoped bool
	// Throughout: so does every handle that the event may be on.
	Throughout bool
	// BuiltAt is where the text is built, if that is on another line.
	BuiltAt  token.Pos
	Func     string // the enclosing function, as in its package
	FullFunc string // the same with the package
}

// A Result is what the analysis of a package found.
type Result struct {
	Sites   []*Site
	Tenancy Tenancy
	// Credentials are where those come from that the package has.
	Credentials *provenance.Index
	// Reliances are the calls of functions that set the tenant's context.
	Reliances []Reliance
	// Declared are the objects of which a directive's declaration decided something.
	Declared map[types.Object]bool
	// OverBudget are the positions of functions that were not followed to the end.
	OverBudget []token.Pos
	// Skip reports whether findings in a file are not wanted.
	Skip func(token.Pos) bool
	// SSA is the package's SSA form, nil where nothing in it can matter.
	SSA *lazyssa.SSA

	// FallsAt are where functions of the package return a pool in case that nothing is
	// looked up in a registry, as facts tell the place.
	FallsAt map[string]FallsAt

	calls     callIndex
	dialect   *dialect
	texts     *textpos.Index
	summaries map[*types.Func]*scope.Summary
	imported  func(*types.Func) *scope.Summary
	judge     scope.Judge
}

// Summary returns what is known about a function of this package or another one,
// nil if that is nothing.
func (r *Result) Summary(fn *types.Func) *scope.Summary {
	if s := r.summaries[fn.Origin()]; s != nil || r.imported == nil {
		return s
	}
	return r.imported(fn.Origin())
}

// RestsOn lists what contexts have to carry for a site to be in the tenant's
// scope, and whether it is sent without that as well.
func (r *Result) RestsOn(s *Site) (carried []*scope.Object, falls bool) {
	for _, h := range s.Handles {
		objs, without := r.judge.RestsOn(h)
		carried, falls = append(carried, objs...), falls || without
	}
	return carried, falls
}

// Scopes reports whether a function of the package, or what it calls, sets the
// tenant's context on a handle of its own, or on one that it is given.
func (r *Result) Scopes(fn *types.Func) bool {
	s := r.summaries[fn]
	return s != nil && (s.Touch != nil || len(s.Sets) > 0)
}

// A FallsAt is a return, in this package, of a pool in case that nothing is looked up.
type FallsAt struct {
	Pos  token.Pos
	Func string // around it, as in its package
}

// A Reliance is a call of a function that sets the tenant's context for its caller.
type Reliance struct {
	Pos          token.Pos
	Func, Callee string // with their packages
}

// Find returns where bytes of a text that a site sends stand in the source.
func (r *Result) Find(s *Site, t sqlcheck.Template, from, to int) (textpos.Place, bool) {
	return r.texts.Find(s.Expr, t, from, to)
}

// Evidence returns what is known about the module that holds a directory.
type Evidence func(dir string) (*evidence.Module, error)

// Config is what the analyzer needs beside the package.
type Config struct {
	Evidence Evidence
	// ReadFile reads embedded files; without it, what the driver lets analyzers
	// read decides.
	ReadFile                    func(string) ([]byte, error)
	SSA, Provenance, Directives *analysis.Analyzer
}

// NewAnalyzer returns the analyzer that the rules require. It exports the
// summaries of functions as facts.
func NewAnalyzer(cfg Config) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:       "tenantscope",
		Doc:        "tenantscope: follow database handles and the tenant's context through a package",
		Requires:   []*analysis.Analyzer{cfg.SSA, cfg.Provenance, cfg.Directives},
		FactTypes:  []analysis.Fact{(*scope.Summary)(nil), (*scope.Variable)(nil), (*sqltext.Fact)(nil)},
		ResultType: resultType,
		Run: func(pass *analysis.Pass) (any, error) {
			return run(pass, cfg)
		},
	}
}

func run(pass *analysis.Pass, cfg Config) (*Result, error) {
	src, directives := pass.ResultOf[cfg.SSA].(*lazyssa.SSA), pass.ResultOf[cfg.Directives].(*directive.Index)
	origins := pass.ResultOf[cfg.Provenance].(*provenance.Index)
	res := &Result{
		calls: callIndex{files: pass.Files}, texts: textpos.New(pass), Skip: func(token.Pos) bool { return false },
		Credentials: origins,
	}
	if len(pass.Files) == 0 {
		return res, nil
	}
	dir := filepath.Dir(pass.Fset.Position(pass.Files[0].FileStart).Filename)
	tenancy, err := tenancyOf(cfg.Evidence, dir)
	if err != nil {
		return nil, err
	}
	res.Tenancy = tenancy
	res.Skip = skipper(pass, tenancy)
	if tenancy.nobody() || len(src.Files) == 0 {
		return res, nil
	}
	res.SSA = src
	api, err := tenancy.catalogue(pass)
	if err != nil {
		return nil, err
	}
	if !matters(pass, api) && !throughMethods(pass, tenancy) {
		if tenancy.Module != nil && holdsTexts(src.Files) {
			exportTexts(pass, textsOf(pass, src, tenancy, cfg.ReadFile))
		}
		return res, nil
	}
	texts := textsOf(pass, src, tenancy, cfg.ReadFile)
	res.imported = func(fn *types.Func) *scope.Summary {
		var s scope.Summary
		if pass.ImportObjectFact(fn, &s) {
			return &s
		}
		return nil
	}
	res.dialect = &dialect{pass: pass, module: tenancy.Module}
	j := &judge{pass: pass, Tenancy: tenancy, declared: directives.Scoped, uses: map[types.Object]bool{}, dialect: res.dialect}
	found := scope.Analyze(scope.Options{
		Pkg:       src.Package(),
		Functions: src.Functions(),
		API:       api,
		Texts:     texts,
		Catalog:   tenancy.catalog(),
		InModule:  tenancy.Module != nil,
		Local: func(path string) bool {
			return tenancy.Module != nil && tenancy.Module.Has(path)
		},
		Import: res.imported,
		ImportVariable: func(v *types.Var) *scope.Variable {
			var fact scope.Variable
			if pass.ImportObjectFact(v, &fact) {
				return &fact
			}
			return nil
		},
		OpenedWith: func(call ssa.CallInstruction) scope.Opening { return tenancy.opening(origins.Opens(call)) },
		LoginOf:    func(v ssa.Value) scope.Opening { return tenancy.opening(origins.Of(v)) },
		GlobalLogin: func(g *ssa.Global) *scope.Login {
			return tenancy.opening(origins.Variable(g)).Login
		},
		PrivilegedHandle:  tenancy.privilegedHandle,
		HandlesVary:       tenancy.handlesVary(),
		PrivilegedPackage: tenancy.Privileged(pass.Pkg.Path()),

		Tenant:         tenancy.IsTenantSetting,
		TenantSettings: len(tenancy.Settings) > 0,

		Relation:  j.isRelation,
		Injected:  tenancy.injected,
		Requested: tenancy.requested,
		Setter:    tenancy.setter,
		PoolsVary: tenancy.poolsVary(),
		Bypass:    func(name, value string) bool { return tenancy.Bypass(name, value) != "" },
		Relevant:  j.relevant,
		Declared:  directives.Scoped,
		Posn:      func(pos token.Pos) string { return pass.Fset.Position(pos).String() },
	})
	res.summaries, res.judge = found.Summaries, j.judge()
	res.FallsAt = map[string]FallsAt{}
	for posn, ret := range found.FallsAt {
		local, _ := functionNames(ret.Parent())
		res.FallsAt[posn] = FallsAt{ret.Pos(), local}
	}
	maps.Copy(j.uses, found.Declared)
	res.Declared = j.uses
	for fn, s := range found.Summaries {
		if !s.Empty() {
			pass.ExportObjectFact(fn, s)
		}
	}
	for v, fact := range found.Variables {
		pass.ExportObjectFact(v, fact)
	}
	if tenancy.Module != nil {
		exportTexts(pass, texts)
	}
	for _, fn := range found.OverBudget {
		res.OverBudget = append(res.OverBudget, fn.Pos())
	}
	for _, r := range found.Reliances {
		_, around := functionNames(r.Call.Parent())
		res.Reliances = append(res.Reliances, Reliance{Pos: r.Call.Common().Pos(), Func: around, Callee: r.Callee.FullName()})
	}
	for _, ev := range found.Events {
		res.Sites = append(res.Sites, j.site(ev, &res.calls))
	}
	return res, nil
}

// matters reports whether a package can send SQL: it imports a database
// library, or something that it imports has handles.
func matters(pass *analysis.Pass, api *dbapi.Catalogue) bool {
	libs := map[string]bool{}
	for _, p := range api.Packages() {
		libs[p] = true
	}
	for _, imp := range pass.Pkg.Imports() {
		if libs[imp.Path()] {
			return true
		}
	}
	return slices.ContainsFunc(pass.AllObjectFacts(), func(f analysis.ObjectFact) bool {
		s, ok := f.Fact.(*scope.Summary)
		return ok && !s.OnlyValues()
	})
}

// throughMethods reports whether a package calls methods of the module's interfaces
// that may send SQL, whatever is behind them, or takes from contexts what may be the
// tenant, for packages that send SQL.
func throughMethods(pass *analysis.Pass, t Tenancy) bool {
	if t.Module == nil || t.Strategy == evidence.StrategyNone {
		return false
	}
	for _, sel := range pass.TypesInfo.Selections {
		fn, ok := sel.Obj().(*types.Func)
		if ok && fn.Pkg() != nil && types.IsInterface(sel.Recv()) &&
			(t.Module.Has(fn.Pkg().Path()) && scope.TakesContext(fn) || fullname.Is(fn, "(context.Context).Value")) {
			return true
		}
	}
	return false
}

// skipper says in which files findings are not wanted: tests and what only
// tests can use, unless the configuration asks for them.
func skipper(pass *analysis.Pass, t Tenancy) func(token.Pos) bool {
	if t.Module != nil && t.Module.Config.Tests {
		return func(token.Pos) bool { return false }
	}
	tests := map[string]bool{}
	for _, f := range pass.Files {
		name := pass.Fset.Position(f.FileStart).Filename
		tests[name] = strings.HasSuffix(name, "_test.go") || imports(f, "testing")
	}
	return func(pos token.Pos) bool { return tests[pass.Fset.Position(pos).Filename] }
}

func imports(f *ast.File, path string) bool {
	for _, spec := range f.Imports {
		if spec.Path.Value == strconv.Quote(path) {
			return true
		}
	}
	return false
}

// A judge decides which sites need the tenant's context.
type judge struct {
	pass *analysis.Pass
	Tenancy
	// declared tells what is declared to be scoped; uses are those of which that
	// decided something.
	declared func(types.Object) bool
	uses     map[types.Object]bool
	dialect  *dialect
}

// site completes an event.
func (j *judge) site(ev *scope.Event, calls *callIndex) *Site {
	s := &Site{Event: ev, Start: ev.Pos, End: ev.Pos, Scoped: j.scoped(ev), Throughout: j.throughout(ev)}
	if call := calls.at(ev.Pos); call != nil {
		s.Expr, s.Start, s.End = call, call.Fun.Pos(), call.Fun.End()
	}
	if ev.Call != nil {
		s.Func, s.FullFunc = functionNames(ev.Call.Parent())
	} else if ev.In != nil {
		s.Func, s.FullFunc = functionNames(ev.In)
	}
	if pos := textPos(ev.TextArg); pos.IsValid() && j.pass.Fset.Position(pos).Line != j.pass.Fset.Position(s.Start).Line {
		s.BuiltAt = pos
	}
	if wants, word, ok := j.relevantWord(ev); ok {
		s.Relation, s.Operation, s.Named = wants.Relation, wants.Operation, word
		s.Verdict, s.Handle = j.judge().Event(ev)
		open := s.Verdict.Kind == scope.Unscoped || s.Verdict.Cause == scope.FallsBack
		if open && (j.Privileged(j.pass.Pkg.Path()) || ev.Need != nil && ev.Need.Privileged) {
			// Packages that work for all tenants are declared so.
			s.Verdict = scope.Verdict{Kind: scope.Reported, Cause: "privileged"}
		}
		if open && s.Verdict.Cause != "privileged" && j.meant(s.Operation, s.Relation) {
			s.Verdict = scope.Verdict{Kind: scope.Unknown, Cause: "unbound-policy"}
		}
		s.Shared = wants.Shared
		if open && s.Verdict.Cause != "privileged" && wants.Shared && j.forced(s.Relation) {
			s.Verdict = scope.Verdict{Kind: scope.Unknown, Cause: "shared-rows"}
		}
		if j.byRequest(s.Verdict) {
			// The callers that make a context of their own are judged by that.
			s.Verdict = scope.Verdict{Kind: scope.Safe}
		}
		if ev.ByValue && s.Verdict.Kind == scope.Unknown {
			s.Verdict = scope.Verdict{Kind: scope.ByCaller}
		}
		j.byDeclaration(s)
	}
	if ev.Over != nil && j.injected(ev.Over.Key, false) != scope.NotInjected {
		s.Promised, s.Verdict, s.Handle = ev.Over.Key, scope.Verdict{Kind: scope.Unscoped}, &ev.Handles[0]
	}
	if key := ev.PutUnder(); key != "" && (scope.IsRegistry(key) && ev.Need != nil && !j.ownRegistry(key) || !scope.IsRegistry(key) && j.injected(key, false) == scope.InjectsScoped) {
		s.Promised = key
		s.Verdict, s.Handle = j.judge().Event(ev)
	}
	return s
}

// ownRegistry reports whether a registry is one of the package at hand, where it is
// known what comes out of it. That of another package is told of where all that it
// has seen there has the tenant's context.
func (j *judge) ownRegistry(key string) bool {
	name, ok := strings.CutPrefix(scope.RegistryName(key), j.pass.Pkg.Path()+".")
	return ok && !strings.Contains(name, "/")
}

// byDeclaration takes a parameter that is declared to be scoped for that. What
// callers pass is judged all the same: the obligation stays in the summary.
func (j *judge) byDeclaration(s *Site) {
	if s.Verdict.Kind != scope.ByCaller || s.Verdict.Decider == nil {
		return
	}
	p, ok := s.Verdict.Decider.Value.(*ssa.Parameter)
	if ok && p.Object() != nil && j.declared(p.Object()) {
		j.uses[p.Object()] = true
		s.Verdict = scope.Verdict{Kind: scope.Safe}
	}
}

func (j *judge) isRelation(name sqlcheck.Name) bool {
	_, ok := j.Relation(name)
	return ok
}

func (j *judge) judge() scope.Judge {
	return scope.Judge{Tenant: j.IsTenantSetting, Relation: j.isRelation, Injected: j.injected, Requested: j.requested,
		Unset: j.Module != nil && j.Module.Unset && j.ByPolicies(), PoolsVary: j.poolsVary(), HandlesVary: j.handlesVary()}
}

// scoped reports whether an event is on a handle that carries the tenant's context.
func (j *judge) scoped(ev *scope.Event) bool {
	return slices.ContainsFunc(ev.Handles, func(h scope.Handle) bool {
		v := j.judge().Verdict(h)
		return v.Kind == scope.Safe || v.Kind == scope.Dropped || j.byRequest(v)
	})
}

// throughout reports whether an event is on nothing but handles on which the context is
// surely set.
func (j *judge) throughout(ev *scope.Event) bool {
	return len(ev.Handles) > 0 && !slices.ContainsFunc(ev.Handles, func(h scope.Handle) bool { return j.judge().Verdict(h).Kind != scope.Safe })
}

// byRequest reports whether a caller's context decides, and those of requests carry
// what makes the handle safe.
func (j *judge) byRequest(v scope.Verdict) bool {
	return v.Kind == scope.ByCaller && v.Decider.CarriedKey() != "" && j.judge().RequestsCarry(v.Decider)
}

// textPos is where a text is built.
func textPos(arg ssa.Value) token.Pos {
	switch arg := arg.(type) {
	case nil, *ssa.Const, *ssa.Parameter:
		return token.NoPos
	case *ssa.Call:
		return arg.Common().Pos()
	default:
		return arg.Pos()
	}
}

// functionNames names the declared function around a literal.
func functionNames(fn *ssa.Function) (local, full string) {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	full = fn.String()
	if obj, ok := fn.Object().(*types.Func); ok {
		full = obj.FullName()
	}
	return fn.RelString(fn.Package().Pkg), full
}
