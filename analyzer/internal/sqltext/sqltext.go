// Package sqltext turns the Go value that reaches a database call into SQL
// templates: literal text with holes where the program inserts values.
package sqltext

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/analyzer/internal/querybuilder"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A Text is what a value may be as SQL.
type Text struct {
	// Templates are the alternatives, one a way in which the value can come about.
	Templates []sqlcheck.Template
	// Param is the parameter that the value is, or nil.
	Param *ssa.Parameter
	// Unresolved: some alternative is not known at all; Templates holds the others.
	Unresolved bool
	// Each: the alternatives are the elements of a list that a loop goes over,
	// or of a large table, so that each of them is sent at some time.
	Each bool
	// Cause says why a part of the text is not known, "" when all of it is, or
	// what is not known can't hold syntax.
	Cause string
}

// A Source is what a resolver reads.
type Source struct {
	Pkg *ssa.Package
	// Functions are those of the package, without literals.
	Functions []*ssa.Function
	// Files and Fset lead to go:embed comments; nil where there are none.
	Files []*ast.File
	Fset  *token.FileSet
	// ReadFile reads an embedded file, nil where that is not allowed.
	ReadFile func(name string) ([]byte, error)
	// Import returns what another package says about its function or variable,
	// or nil.
	Import func(types.Object) *Fact
	// HasTable reports whether the schema has a table of that name; nil without
	// a schema.
	HasTable func(name string) bool
}

// A Resolver resolves values of one package.
type Resolver struct {
	Source
	builders *querybuilder.Builder
	work     worklist
	holes    map[ssa.Value]*sqlcheck.Hole
	params   map[*sqlcheck.Hole]*ssa.Parameter
	widened  map[*sqlcheck.Hole]bool // fragments that stand for several texts
	index    *index
	embedded map[string]Text
}

// NewResolver returns a resolver for the values of a package.
func NewResolver(src Source) *Resolver {
	r := &Resolver{
		Source: src, work: newWorklist(),
		holes: map[ssa.Value]*sqlcheck.Hole{}, params: map[*sqlcheck.Hole]*ssa.Parameter{},
		widened: map[*sqlcheck.Hole]bool{}, embedded: map[string]Text{},
	}
	r.builders = r.newBuilder()
	return r
}

// Text returns what is known about a string value that goes to the database in
// a block. Where literals get it as a parameter, it is what their calls pass.
func (r *Resolver) Text(v ssa.Value, at *ssa.BasicBlock) Text { return r.withPassed(r.at(v, at)) }

func (r *Resolver) withPassed(t Text) Text {
	for range maxLiterals {
		next, changed := r.passed(t)
		if !changed {
			break
		}
		t = next
	}
	return t
}

// maxLiterals bounds the literals through which a text is handed on.
const maxLiterals = 4

// Resolve returns what is known about a string value, with holes for what the
// calls of its function decide.
func (r *Resolver) Resolve(v ssa.Value) Text {
	return r.once(v, func() Text { return r.resolve(v) })
}

func (r *Resolver) resolve(v ssa.Value) Text {
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value != nil && v.Value.Kind() == constant.String {
			return plain(constant.StringVal(v.Value))
		}
		return plain(constantText(v))
	case *ssa.BinOp:
		if v.Op == token.ADD && isText(v.Type()) {
			return r.concat(r.at(v.X, v.Block()), r.at(v.Y, v.Block()))
		}
	case *ssa.Phi:
		var t Text
		for i, e := range v.Edges {
			t = r.union(t, r.along(e, v.Block().Preds[i], v.Block()))
		}
		return t
	case *ssa.ChangeType:
		return r.Resolve(v.X)
	case *ssa.Convert:
		if isText(v.X.Type()) && isText(v.Type()) {
			return r.Resolve(v.X)
		}
	case *ssa.MakeInterface:
		return r.Resolve(v.X)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return r.load(v)
		}
	case *ssa.Call:
		return r.call(v, 0)
	case *ssa.Extract:
		return r.extract(v)
	case *ssa.Lookup:
		return r.lookup(v)
	case *ssa.Index:
		return r.element(v.X, v.Index, v)
	case *ssa.Field:
		if st, ok := v.X.Type().Underlying().(*types.Struct); ok {
			return r.field(st.Field(v.Field), v)
		}
	case *ssa.Slice:
		return r.slice(v)
	case *ssa.Parameter:
		return r.parameter(v)
	case *ssa.FreeVar:
		if b := lazyssa.Captured(v); b != nil {
			return r.Resolve(b)
		}
	}
	return r.hole(v)
}

// extract resolves one result of a call, or the text of a comma-ok form.
func (r *Resolver) extract(v *ssa.Extract) Text {
	switch tuple := v.Tuple.(type) {
	case *ssa.Call:
		if ts := r.toSQL(v); len(ts) > 0 {
			return Text{Templates: ts}
		}
		return r.call(tuple, v.Index)
	case *ssa.Lookup:
		if v.Index == 0 {
			return r.lookup(tuple)
		}
	case *ssa.TypeAssert:
		if v.Index == 0 && isText(v.Type()) {
			return r.Resolve(tuple.X)
		}
	case *ssa.Next:
		if rng, ok := tuple.Iter.(*ssa.Range); ok && v.Index > 0 {
			return r.ranged(rng, v)
		}
	}
	return r.hole(v)
}

// load resolves a read of a variable.
func (r *Resolver) load(v *ssa.UnOp) Text {
	switch addr := v.X.(type) {
	case *ssa.Alloc, *ssa.FreeVar:
		return r.variable(addr, v)
	case *ssa.Global:
		return r.global(addr, v)
	case *ssa.FieldAddr:
		return r.fieldOf(addr, v)
	case *ssa.IndexAddr:
		return r.element(addr.X, addr.Index, v)
	}
	return r.hole(v)
}

// parameter resolves a parameter: what it is, the calls decide.
func (r *Resolver) parameter(p *ssa.Parameter) Text {
	t := r.hole(p)
	if p.Parent().Parent() == nil {
		t.Param = p
	}
	return t
}

// passed puts what the calls of literals pass in the place of their parameters.
func (r *Resolver) passed(t Text) (Text, bool) {
	changed := false
	out := Text{Unresolved: t.Unresolved, Param: t.Param, Each: t.Each}
	cause := t.Cause
	for _, tpl := range t.Templates {
		bound := plain("")
		for _, part := range tpl.Parts {
			next := Text{Templates: []sqlcheck.Template{{Parts: []sqlcheck.Part{part}}}}
			if p := r.params[part.Hole]; part.Hole != nil && p != nil && p.Parent().Parent() != nil {
				if args, ok := passed(p); ok {
					next, changed, cause = Text{}, true, ""
					for _, a := range args {
						next = r.union(next, r.at(a.value, a.call.Block()))
					}
				}
			}
			bound = r.concat(bound, next)
		}
		if len(tpl.Parts) == 1 && len(bound.Templates) == 1 && bound.Templates[0].Parts[0].Hole != nil {
			bound.Param = declaredParam(r.params[bound.Templates[0].Parts[0].Hole])
		}
		out = r.union(out, bound)
	}
	if out.Cause == "" {
		out.Cause = cause
	}
	return out, changed
}

// declaredParam is p if it is the parameter of a declared function, or nil.
func declaredParam(p *ssa.Parameter) *ssa.Parameter {
	if p == nil || p.Parent().Parent() != nil {
		return nil
	}
	return p
}

func isText(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Slice:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return ok && b.Kind() == types.Byte
	}
	return false
}

func constantText(c *ssa.Const) string {
	if c.Value == nil {
		return ""
	}
	return c.Value.ExactString()
}

func fullName(fn *ssa.Function) string {
	if obj, ok := fn.Object().(*types.Func); ok {
		return obj.Origin().FullName()
	}
	return fn.String()
}
