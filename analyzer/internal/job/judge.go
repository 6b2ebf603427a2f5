package job

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/request"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A Finding is a worker whose job doesn't say whose rows it is about, or that doesn't
// go by it.
type Finding struct {
	Worker
	Bare
	Site *site.Site // the statement's, nil in another package
	// Named: the payload names a tenant. Sets: the worker sets the tenant's context
	// all the same, for other statements.
	Named, Sets bool
}

// Bare is the fact about a function that works on a tenant relation without the
// tenant's context, and sets it nowhere: the first such statement.
type Bare struct{ Relation, Operation, Posn string }

// AFact marks Bare as a fact of a function.
func (*Bare) AFact() {}

func (b *Bare) String() string { return b.Operation + " on " + b.Relation + " is in no tenant's scope" }

// An Analysis is what was found in a package.
type Analysis struct{ Findings []Finding }

// A judge judges the workers of a package.
type judge struct {
	*site.Result
	requests *request.Analysis
	posn     func(token.Pos) string
	bare     func(*types.Func) *Bare // of another package; nil for none
	impls    scope.Implementations
}

// find judges the workers of the package.
func (j *judge) find() []Finding {
	var found []Finding
	for _, w := range workers(j.SSA.Functions()) {
		if !w.isAboutSomething() {
			continue // a job without a payload is about no tenant in particular
		}
		f, ok := j.forgets(w)
		if !ok {
			f, ok = j.ignores(w)
		}
		if ok {
			found = append(found, f)
		}
	}
	return found
}

// forgets reports a worker that has nothing to set the tenant's context from.
func (j *judge) forgets(w Worker) (Finding, bool) {
	f := Finding{Worker: w}
	if w.supplies(j.requests) {
		return f, false
	}
	switch {
	case w.Function != nil:
		b, s := j.bareIn(w.Function, !w.Workflow)
		if b == nil {
			return f, false
		}
		f.Bare, f.Site = *b, s
	default:
		b := j.bareElsewhere(w)
		if b == nil {
			return f, false
		}
		f.Bare = *b
	}
	return f, w.naming(columnsOf(j.Result, f.Relation)) == namesNone
}

// ignores reports a worker that is told the tenant, and works without its context: it
// does not set it, or not by then.
func (j *judge) ignores(w Worker) (Finding, bool) {
	f := Finding{Worker: w, Named: true}
	if w.Function == nil {
		b := j.bareElsewhere(w)
		if b == nil {
			return f, false
		}
		f.Bare = *b
	} else {
		b := reached(w.Function, !w.Workflow)
		first, named := b.unscoped(j.Result)
		elsewhere, sets := b.elsewhere(j)
		f.Sets = sets || b.setsTenant(j.Result) || w.supplies(j.requests)
		switch {
		case named || b.unknown:
			return f, false
		case first != nil:
			f.Bare, f.Site = Bare{first.Relation, first.Operation, j.where(first)}, first
		case elsewhere != nil && !f.Sets:
			f.Bare = *elsewhere
		default:
			return f, false
		}
	}
	return f, w.naming(columnsOf(j.Result, f.Relation)) == names
}

// bareElsewhere is the fact about a worker of another package.
func (j *judge) bareElsewhere(w Worker) *Bare {
	if w.Func == nil || w.Func.Pkg() == j.SSA.Package().Pkg {
		return nil
	}
	return j.bare(w.Func)
}

// naming tells whether the payload names a tenant.
func (w Worker) naming(columns []string) naming {
	found := namesNone
	for _, in := range w.Inputs {
		if calledTenant(in.Name(), columns) {
			return names
		}
		found = max(found, namingOf(in.Type(), columns, 0))
	}
	return found
}

// where is the place of a site's statement.
func (j *judge) where(s *site.Site) string {
	if s.Need != nil {
		return s.Need.Posn
	}
	return j.posn(s.Start)
}

// isAboutSomething reports whether the payload says anything.
func (w Worker) isAboutSomething() bool {
	return slices.ContainsFunc(w.Inputs, func(in *types.Var) bool {
		n := named(in.Type())
		return n == nil || exportsFields(n.Underlying().(*types.Struct))
	})
}

// bareIn is the first statement that a function works with outside of any tenant's
// scope, nil if there is none, or if the scope is set somewhere.
func (j *judge) bareIn(fn *ssa.Function, values bool) (*Bare, *site.Site) {
	b := reached(fn, values)
	if b.setsTenant(j.Result) {
		return nil, nil
	}
	elsewhere, sets := b.elsewhere(j)
	first, named := b.unscoped(j.Result)
	switch {
	case sets || named:
		return nil, nil
	case first != nil:
		return &Bare{first.Relation, first.Operation, j.where(first)}, first
	}
	return elsewhere, nil
}

// elsewhere looks at the functions of other packages that are called: the first
// statement of one that sets no scope, and whether some function sets one.
func (b *body) elsewhere(j *judge) (first *Bare, sets bool) {
	for _, call := range b.order {
		common := call.Common()
		fn := common.Method
		if common.IsInvoke() {
			fn = j.impls.Method(common.Value.Type(), fn)
		} else {
			fn = declared(common.StaticCallee())
		}
		if fn == nil || fn.Pkg() == nil || fn.Pkg() == call.Parent().Package().Pkg {
			continue
		}
		if s := j.Summary(fn); s != nil && (s.Touch != nil || len(s.Sets) > 0) {
			return nil, true
		}
		if bare := j.bare(fn.Origin()); bare != nil && first == nil {
			first = bare
		}
	}
	return first, false
}

// supplies reports whether something of the job becomes the tenant, or goes into
// a context, where it may become that.
func (w Worker) supplies(a *request.Analysis) bool {
	s := a.Summaries[w.Func]
	return w.param >= 0 && s != nil && (slices.ContainsFunc(s.Sinks, func(k request.Sink) bool { return k.Param == w.param }) ||
		slices.ContainsFunc(s.Puts, func(p request.Put) bool { return p.Param == w.param }))
}

// A body is a worker with the functions of its package that it may call.
type body struct {
	functions map[*ssa.Function]bool
	calls     map[token.Pos]bool
	order     []ssa.CallInstruction
	// unknown: some context comes from a function that is not known.
	unknown bool
	// values: functions that are used as values are run as well.
	values bool
}

func reached(fn *ssa.Function, values bool) *body {
	b := &body{functions: map[*ssa.Function]bool{}, calls: map[token.Pos]bool{}, values: values}
	b.visit(fn, fn.Package())
	return b
}

func (b *body) visit(fn *ssa.Function, pkg *ssa.Package) {
	if b.functions[fn] || fn.Package() != pkg {
		return
	}
	b.functions[fn] = true
	for _, block := range fn.Blocks {
		for _, instr := range block.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				b.calls[call.Common().Pos()] = true
				b.order = append(b.order, call)
				b.unknown = b.unknown || call.Common().StaticCallee() == nil && makesContext(call.Common().Signature())
				if callee := call.Common().StaticCallee(); callee != nil {
					b.visit(callee, pkg)
				}
			}
			if !b.values {
				continue
			}
			for _, op := range instr.Operands(nil) {
				if used, ok := (*op).(*ssa.Function); ok {
					b.visit(used, pkg)
				}
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		b.visit(anon, pkg)
	}
}

func makesContext(sig *types.Signature) bool {
	for i := range sig.Results().Len() {
		if n, ok := types.Unalias(sig.Results().At(i).Type()).(*types.Named); ok &&
			n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context" && n.Obj().Name() == "Context" {
			return true
		}
	}
	return false
}

// setsTenant reports whether the tenant's context is set somewhere below the
// worker, from whatever: a worker that reads a row to learn whose it is, or that
// goes through the tenants one by one, needs no name of one.
func (b *body) setsTenant(res *site.Result) bool {
	if b.unknown || slices.ContainsFunc(res.Reliances, func(r site.Reliance) bool { return b.calls[r.Pos] }) {
		return true
	}
	for fn := range b.functions {
		if res.Scopes(declared(fn)) {
			return true
		}
	}
	return slices.ContainsFunc(b.sites(res), func(s *site.Site) bool {
		return s.Scoped || s.Relation != "" && s.Verdict.Kind != scope.Unscoped || sets(s, res)
	})
}

func sets(s *site.Site, res *site.Result) bool {
	for _, t := range s.Texts {
		for _, st := range t.Facts.Statements {
			if slices.ContainsFunc(st.Settings, func(set sqlcheck.Setting) bool {
				return !set.Reset && res.Tenancy.IsTenantSetting(s.SettingName(set))
			}) {
				return true
			}
		}
	}
	return false
}

// unscoped is the first site that surely works without the tenant's context. Where
// some statement names its tenant the job knows it, too.
func (b *body) unscoped(res *site.Result) (first *site.Site, names bool) {
	for _, s := range b.sites(res) {
		names = names || namesTenant(s, res)
		if s.Relation != "" && s.Verdict.Kind == scope.Unscoped && (first == nil || s.Start < first.Start) {
			first = s
		}
	}
	return first, names
}

// namesTenant reports whether a site's text names a tenant's column with a value.
func namesTenant(s *site.Site, res *site.Result) bool {
	for _, t := range s.Texts {
		for _, st := range t.Facts.Statements {
			for _, ins := range st.Inserts {
				if slices.ContainsFunc(ins.Columns, func(c sqlcheck.ColumnValue) bool { return slices.Contains(res.Tenancy.Columns, c.Column) }) {
					return true
				}
			}
			if slices.ContainsFunc(st.Relations, res.Tenancy.Pinned) {
				return true
			}
		}
	}
	return false
}

func (b *body) sites(res *site.Result) []*site.Site {
	var out []*site.Site
	for _, s := range res.Sites {
		if s.Call != nil && b.functions[s.Call.Parent()] {
			out = append(out, s)
		}
	}
	return out
}

// columnsOf are the columns that hold the tenant's key, that of the relation
// included.
func columnsOf(res *site.Result, relation string) []string {
	schema, name, ok := strings.Cut(relation, ".")
	n := sqlcheck.Name{Schema: schema, Name: name}
	if !ok {
		n = sqlcheck.Name{Name: relation}
	}
	if _, column, ok := res.Tenancy.Owned(n); ok && column != "" {
		return append([]string{column}, res.Tenancy.Columns...)
	}
	return res.Tenancy.Columns
}
