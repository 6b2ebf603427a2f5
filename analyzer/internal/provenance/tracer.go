package provenance

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/envread"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/analyzer/internal/sqltext"
)

// A tracer follows the values of a package backwards to where they are from.
// Fields and variables are followed as a whole: what any code of the package
// stores in one, each reader of it may get.
type tracer struct {
	pass       *analysis.Pass
	src        *lazyssa.SSA
	env        *envread.Index
	texts      *sqltext.Resolver
	api        *dbapi.Catalogue
	privileged bool
	files      sources

	stores  map[*types.Var][]ssa.Value // to fields and package variables
	given   map[*types.Var][]Origin    // by tags and embedded files
	memo    map[ssa.Value]trace
	busy    map[ssa.Value]bool
	vars    map[*types.Var]trace
	opening map[*types.Var]bool
	results map[*types.Func]*Holds // nil while being found
	lits    []Entry
}

func newTracer(pass *analysis.Pass, src *lazyssa.SSA, env *envread.Index) *tracer {
	t := &tracer{
		pass: pass, src: src, env: env, api: dbapi.Default(), files: newSources(pass.Fset, src.Files),
		stores: map[*types.Var][]ssa.Value{}, given: map[*types.Var][]Origin{},
		memo: map[ssa.Value]trace{}, busy: map[ssa.Value]bool{},
		vars: map[*types.Var]trace{}, opening: map[*types.Var]bool{}, results: map[*types.Func]*Holds{},
	}
	for _, fn := range src.Functions() {
		if !t.files.test(fn.Pos()) {
			t.gather(fn)
		}
	}
	return t
}

// gather notes what a function stores in fields and package variables.
func (t *tracer) gather(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			st, ok := instr.(*ssa.Store)
			if !ok {
				continue
			}
			switch addr := st.Addr.(type) {
			case *ssa.FieldAddr:
				if v := fieldOf(addr.X.Type(), addr.Field); v != nil {
					t.stores[v] = append(t.stores[v], st.Val)
				}
			case *ssa.Global:
				if v, ok := addr.Object().(*types.Var); ok {
					t.stores[v] = append(t.stores[v], st.Val)
				}
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		t.gather(anon)
	}
}

// trace says what a value is made of.
func (t *tracer) trace(v ssa.Value) trace {
	if known, ok := t.memo[v]; ok {
		return known
	}
	if t.busy[v] {
		return trace{} // a cycle adds nothing new
	}
	t.busy[v] = true
	out := t.value(v)
	delete(t.busy, v)
	if len(t.busy) == 0 {
		t.memo[v] = out
	}
	return out
}

func (t *tracer) value(v ssa.Value) trace {
	switch v := v.(type) {
	case *ssa.Const:
		return t.constant(v)
	case *ssa.Parameter:
		return t.parameter(v)
	case *ssa.FreeVar:
		if b := lazyssa.Captured(v); b != nil {
			return t.trace(b)
		}
	case *ssa.Phi:
		return t.all(v.Edges)
	case *ssa.BinOp:
		if v.Op == token.ADD {
			return t.composed(v, v.Block(), []ssa.Value{v.X, v.Y})
		}
	case *ssa.MakeInterface:
		return t.trace(v.X)
	case *ssa.ChangeType:
		return t.trace(v.X)
	case *ssa.ChangeInterface:
		return t.trace(v.X)
	case *ssa.Convert:
		return t.trace(v.X)
	case *ssa.Slice:
		return t.trace(v.X)
	case *ssa.TypeAssert:
		return t.trace(v.X)
	case *ssa.Call:
		return t.call(v, 0)
	case *ssa.Extract:
		switch tuple := v.Tuple.(type) {
		case *ssa.Call:
			return t.call(tuple, v.Index)
		case *ssa.Lookup:
			return t.lookup(tuple)
		case *ssa.TypeAssert:
			return t.trace(tuple.X)
		}
	case *ssa.Lookup:
		return t.lookup(v)
	case *ssa.Field:
		return t.field(fieldOf(v.X.Type(), v.Field))
	case *ssa.Alloc:
		return t.alloc(v)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return t.load(v)
		}
	case *ssa.FieldAddr:
		return t.field(fieldOf(v.X.Type(), v.Field))
	case *ssa.Global:
		return t.global(v)
	}
	return other()
}

// constant: an empty string is no alternative to a credential but its absence,
// as nil is.
func (t *tracer) constant(c *ssa.Const) trace {
	if c.Value == nil {
		return trace{}
	}
	if c.Value.Kind() != constant.String {
		return other()
	}
	text := constant.StringVal(c.Value)
	if text == "" {
		return trace{}
	}
	return t.text(text, token.NoPos)
}

func (t *tracer) parameter(p *ssa.Parameter) trace {
	if p.Parent().Parent() != nil {
		return other() // of a literal
	}
	for i, q := range p.Parent().Params {
		if p == q {
			return trace{params: []int{i}}
		}
	}
	return other()
}

// all joins alternatives.
func (t *tracer) all(vals []ssa.Value) trace {
	var out trace
	for _, v := range vals {
		out.add(t.trace(v))
	}
	return out
}

// parts joins what one value is made of: if any part is a credential, all of it is.
func (t *tracer) parts(vals []ssa.Value) trace {
	var out trace
	undecided := false
	for _, v := range vals {
		part := t.trace(v)
		out.add(trace{origins: part.origins, params: part.params})
		undecided = undecided || part.other && len(part.origins)+len(part.params) > 0
	}
	out.other = undecided || len(out.origins)+len(out.params) == 0
	return out
}

func (t *tracer) load(v *ssa.UnOp) trace {
	if val := lazyssa.StoredBefore(v); val != nil {
		return t.trace(val)
	}
	return t.trace(v.X)
}

// alloc follows a variable to what is stored there.
func (t *tracer) alloc(a *ssa.Alloc) trace {
	if composed, ok := t.composite(a); ok {
		return composed
	}
	vals, whole := lazyssa.Stored(a)
	out := t.all(vals)
	out.other = out.other || !whole || len(vals) == 0
	return out
}

// field says what a field holds, by its tag, by what this package stores there,
// and by what its own package says.
func (t *tracer) field(f *types.Var) trace { return t.variable(f) }

func (t *tracer) global(g *ssa.Global) trace {
	v, ok := g.Object().(*types.Var)
	if !ok {
		return other()
	}
	return t.variable(v)
}

func (t *tracer) variable(v *types.Var) trace {
	if v == nil {
		return other()
	}
	v = v.Origin()
	if known, ok := t.vars[v]; ok {
		return known
	}
	if t.opening[v] {
		return trace{}
	}
	t.opening[v] = true
	defer delete(t.opening, v)
	// Values in the middle of being traced must not remember what they see of
	// this one's first half.
	busy := t.busy
	t.busy = map[ssa.Value]bool{}
	var out trace
	out.add(trace{origins: t.given[v]})
	for _, val := range t.stores[v] {
		stored := t.trace(val)
		stored.params = nil // of another function
		out.add(stored)
	}
	var fact Holds
	if v.Pkg() != nil && v.Pkg() != t.pass.Pkg && t.pass.ImportObjectFact(v, &fact) {
		for _, h := range fact.Values {
			out.add(trace{origins: h.Origins, other: !h.Only})
		}
	}
	t.busy = busy
	out.other = out.other || len(out.origins) == 0
	if len(t.opening) == 1 {
		t.vars[v] = out
	}
	return out
}

func fieldOf(t types.Type, i int) *types.Var {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok || i >= st.NumFields() {
		return nil
	}
	return st.Field(i).Origin()
}
