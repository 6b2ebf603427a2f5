// Package sqltext turns the Go value that reaches a database call into SQL
// templates: literal text with holes where the program inserts values.
package sqltext

import (
	"cmp"
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
	// Cause says why a part of the text is not known, "" when all of it is, or
	// what is not known can't hold syntax.
	Cause string
}

// maxAlternatives bounds the alternatives of one value: conditions that each
// append to a text multiply.
const maxAlternatives = 16

// A Resolver resolves values of one package.
type Resolver struct {
	pkg      *ssa.Package
	builders *querybuilder.Builder
	memo     map[ssa.Value]Text
	busy     map[ssa.Value]bool
}

// NewResolver returns a resolver for the values of a package.
func NewResolver(pkg *ssa.Package) *Resolver {
	r := &Resolver{pkg: pkg, memo: map[ssa.Value]Text{}, busy: map[ssa.Value]bool{}}
	r.builders = r.newBuilder()
	return r
}

// Resolve returns what is known about a string value.
func (r *Resolver) Resolve(v ssa.Value) Text {
	if t, ok := r.memo[v]; ok {
		return t
	}
	if r.busy[v] {
		// A value that is built from itself, as in a loop: what the loop adds
		// is an unknown part.
		return hole(v)
	}
	r.busy[v] = true
	t := r.resolve(v)
	delete(r.busy, v)
	if len(t.Templates) > maxAlternatives {
		t = unknown(tooMany)
	}
	if len(r.busy) == 0 {
		r.memo[v] = t // results inside a cycle depend on where it was entered
	}
	return t
}

func (r *Resolver) resolve(v ssa.Value) Text {
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value != nil && v.Value.Kind() == constant.String {
			return plain(constant.StringVal(v.Value))
		}
		return plain(constantText(v))
	case *ssa.BinOp:
		if v.Op == token.ADD {
			return concat(r.Resolve(v.X), r.Resolve(v.Y))
		}
	case *ssa.Phi:
		var t Text
		for _, e := range v.Edges {
			t = union(t, r.Resolve(e))
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
		if text, ok := passed(v); ok {
			return r.Resolve(text)
		}
		return r.call(v)
	case *ssa.Extract:
		if ts := r.toSQL(v); len(ts) > 0 {
			return Text{Templates: ts}
		}
		if call, ok := v.Tuple.(*ssa.Call); ok && v.Index == 0 {
			if text, ok := passed(call); ok {
				return r.Resolve(text)
			}
		}
		return hole(v)
	case *ssa.Parameter:
		t := hole(v)
		t.Param = v
		return t
	case *ssa.FreeVar:
		if b := lazyssa.Captured(v); b != nil {
			return r.Resolve(b)
		}
	}
	return hole(v)
}

// load resolves a read of a variable.
func (r *Resolver) load(v *ssa.UnOp) Text {
	switch addr := v.X.(type) {
	case *ssa.Alloc, *ssa.FreeVar:
		if val := lazyssa.StoredBefore(v); val != nil {
			return r.Resolve(val)
		}
		base := v.X
		if fv, ok := addr.(*ssa.FreeVar); ok {
			if base = lazyssa.Captured(fv); base == nil {
				return hole(v)
			}
		}
		return r.stores(base, v)
	case *ssa.Global:
		if addr.Pkg == r.pkg {
			return r.global(addr, v)
		}
	}
	return hole(v)
}

// stores resolves a local variable to everything that is ever stored to it.
func (r *Resolver) stores(addr ssa.Value, at ssa.Value) Text {
	vals, whole := lazyssa.Stored(addr)
	if !whole || len(vals) == 0 || len(vals) > maxAlternatives {
		return hole(at)
	}
	var t Text
	for _, val := range vals {
		t = union(t, r.Resolve(val))
	}
	return t
}

// global resolves a package variable that is assigned exactly once, where it
// is declared.
func (r *Resolver) global(g *ssa.Global, at ssa.Value) Text {
	var only *ssa.Store
	for _, m := range r.pkg.Members {
		fn, ok := m.(*ssa.Function)
		if !ok {
			continue
		}
		if n := storesTo(fn, g, &only); n > 1 {
			return hole(at)
		}
	}
	if only == nil {
		return hole(at)
	}
	if g.Object() != nil && g.Object().Exported() && only.Parent().Name() != "init" {
		return hole(at)
	}
	return r.Resolve(only.Val)
}

// storesTo counts the stores to a global in a function and its literals.
func storesTo(fn *ssa.Function, g *ssa.Global, found **ssa.Store) int {
	n := 0
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if st, ok := instr.(*ssa.Store); ok && st.Addr == g {
				if *found != nil && *found != st {
					n++
				}
				*found = st
				n++
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		n += storesTo(anon, g, found)
	}
	return n
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

func plain(s string) Text {
	return Text{Templates: []sqlcheck.Template{sqlcheck.Text(s)}}
}

// hole is a value of which only the type is known.
func hole(v ssa.Value) Text {
	h := &sqlcheck.Hole{Trust: trustOf(v), From: given(v), Type: types.TypeString(v.Type(), nil)}
	t := Text{Templates: []sqlcheck.Template{{Parts: []sqlcheck.Part{{Hole: h}}}}}
	if h.Trust == sqlcheck.Free {
		t.Cause = causeOf(v)
	}
	return t
}

func union(a, b Text) Text {
	a.Templates = append(a.Templates[:len(a.Templates):len(a.Templates)], b.Templates...)
	a.Unresolved = a.Unresolved || b.Unresolved
	a.Cause = cmp.Or(a.Cause, b.Cause)
	if a.Param == nil {
		a.Param = b.Param
	}
	return a
}

func concat(a, b Text) Text {
	t := Text{Unresolved: a.Unresolved || b.Unresolved, Cause: cmp.Or(a.Cause, b.Cause)}
	if len(a.Templates)*len(b.Templates) > maxAlternatives {
		return unknown(tooMany)
	}
	for _, x := range a.Templates {
		for _, y := range b.Templates {
			parts := append(x.Parts[:len(x.Parts):len(x.Parts)], y.Parts...)
			t.Templates = append(t.Templates, sqlcheck.Template{Parts: parts})
		}
	}
	return t
}
