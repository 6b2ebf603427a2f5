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

// A Finding is a worker whose job doesn't say whose rows it is about.
type Finding struct {
	Worker
	Site *site.Site // the first that works on a tenant relation
}

// Find judges the workers of a package.
func Find(res *site.Result, a *request.Analysis) []Finding {
	if res.SSA == nil || len(res.Sites) == 0 {
		return nil
	}
	var found []Finding
	for _, w := range workers(res.SSA.Functions()) {
		s, ok := w.Payload.Underlying().(*types.Struct)
		if !ok || !exportsFields(s) || w.supplies(a) {
			continue // a job without a payload is about no tenant in particular
		}
		body := reached(w.Function)
		if body.setsTenant(res) {
			continue
		}
		if first := body.unscoped(res); first != nil && !mayName(w.Payload, columnsOf(res, first), 0) {
			found = append(found, Finding{w, first})
		}
	}
	return found
}

// supplies reports whether something of the job becomes the tenant, or goes into
// a context, where it may become that.
func (w Worker) supplies(a *request.Analysis) bool {
	s := a.Summaries[declared(w.Function)]
	return s != nil && (slices.ContainsFunc(s.Sinks, func(k request.Sink) bool { return k.Param == w.param }) ||
		slices.ContainsFunc(s.Puts, func(p request.Put) bool { return p.Param == w.param }))
}

// A body is a worker with the functions of its package that it may call.
type body struct {
	functions map[*ssa.Function]bool
	calls     map[token.Pos]bool
	// unknown: some context comes from a function that is not known.
	unknown bool
}

func reached(fn *ssa.Function) *body {
	b := &body{functions: map[*ssa.Function]bool{}, calls: map[token.Pos]bool{}}
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
				b.unknown = b.unknown || call.Common().StaticCallee() == nil && makesContext(call.Common().Signature())
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

// unscoped is the first site that surely works without the tenant's context; nil
// as well where some statement names its tenant: the job knows it then.
func (b *body) unscoped(res *site.Result) *site.Site {
	var first *site.Site
	for _, s := range b.sites(res) {
		if named(s, res) {
			return nil
		}
		if s.Relation != "" && s.Verdict.Kind == scope.Unscoped && (first == nil || s.Start < first.Start) {
			first = s
		}
	}
	return first
}

// named reports whether a site's text names a tenant's column with a value.
func named(s *site.Site, res *site.Result) bool {
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

// columnsOf are the columns that hold the tenant's key, that of the site's
// relation included.
func columnsOf(res *site.Result, s *site.Site) []string {
	schema, name, ok := strings.Cut(s.Relation, ".")
	n := sqlcheck.Name{Schema: schema, Name: name}
	if !ok {
		n = sqlcheck.Name{Name: s.Relation}
	}
	if _, column, ok := res.Tenancy.Owned(n); ok && column != "" {
		return append([]string{column}, res.Tenancy.Columns...)
	}
	return res.Tenancy.Columns
}
