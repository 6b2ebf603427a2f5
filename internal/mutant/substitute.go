package mutant

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// variables are those that can be named at a position: the innermost first, then
// in the order of their declaration.
func (pl place) variables(pos token.Pos) []*types.Var {
	var out []*types.Var
	seen := map[string]bool{}
	for scope := pl.scope(pos); scope != nil && scope != types.Universe; scope = scope.Parent() {
		var here []*types.Var
		for _, name := range scope.Names() {
			v, ok := scope.Lookup(name).(*types.Var)
			if !ok || seen[name] || name == "_" {
				continue
			}
			if v.Pos() >= pos && scope != pl.pkg.Types.Scope() {
				continue // declared further down
			}
			here = append(here, v)
		}
		slices.SortFunc(here, func(a, b *types.Var) int { return int(a.Pos() - b.Pos()) })
		for _, v := range here {
			seen[v.Name()] = true
		}
		out = append(out, here...)
	}
	return out
}

// A substitute is an expression that can be written at a place.
type substitute struct {
	text string
	typ  types.Type
}

// substitutes are the variables in sight and the fields of those that are
// structs, two levels down.
func (pl place) substitutes(pos token.Pos) []substitute {
	var out []substitute
	vars := pl.variables(pos)
	for _, v := range vars {
		out = append(out, substitute{v.Name(), v.Type()})
	}
	for _, v := range vars {
		if v.Parent() == pl.pkg.Types.Scope() {
			continue
		}
		out = append(out, pl.fields(substitute{v.Name(), v.Type()}, 2)...)
	}
	for _, s := range slices.Clone(out) {
		out = append(out, pl.accessors(s)...)
	}
	return out
}

// accessors are calls of methods that return a pool and take nothing, as in
// db.Pool().
func (pl place) accessors(of substitute) []substitute {
	if isHandle(of.typ) {
		return nil
	}
	var out []substitute
	for _, f := range pl.methodsOf(of.typ) {
		sig := f.fn.Signature()
		if sig.Params().Len() == 0 && sig.Results().Len() == 1 && isPool(sig.Results().At(0).Type()) && (f.fn.Exported() || f.fn.Pkg() == pl.pkg.Types) {
			out = append(out, substitute{of.text + "." + f.fn.Name() + "()", sig.Results().At(0).Type()})
		}
	}
	slices.SortFunc(out, func(a, b substitute) int { return strings.Compare(a.text, b.text) })
	return out
}

func (pl place) fields(of substitute, depth int) []substitute {
	t := of.typ
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	wrapper := pl.isWrapper(of.typ)
	if !ok || depth == 0 || isHandle(of.typ) && !wrapper {
		return nil
	}
	var out, deeper []substitute
	for f := range s.Fields() {
		if !f.Exported() && f.Pkg() != pl.pkg.Types || wrapper && !isPool(f.Type()) {
			continue
		}
		field := substitute{of.text + "." + f.Name(), f.Type()}
		out = append(out, field)
		deeper = append(deeper, pl.fields(field, depth-1)...)
	}
	return append(out, deeper...)
}

// isWrapper reports whether the program declares the handle's type: it may set the
// context by itself, or take a handle that has it from the context.
func (pl place) isWrapper(t types.Type) bool { return isHandle(t) && len(pl.methodsOf(t)) > 0 }

// bare is the first of the substitutes that is no wrapper, else the first; "" if
// there are none.
func (pl place) bare(all []substitute) string {
	for _, s := range all {
		if !pl.isWrapper(s.typ) {
			return s.text
		}
	}
	if len(all) == 0 {
		return ""
	}
	return all[0].text
}

// poolFor is a pool in sight with which a call of the method on the handle would
// compile.
func (pl place) poolFor(handle ast.Expr, name string) string {
	want := method(pl.pkg.TypesInfo.TypeOf(handle), name)
	if want == nil {
		return ""
	}
	var pools []substitute
	for _, s := range pl.substitutes(handle.Pos()) {
		if !isPool(s.typ) || s.text == pl.text(handle) {
			continue
		}
		got, _, _ := types.LookupFieldOrMethod(s.typ, true, nil, name)
		fn, ok := got.(*types.Func)
		if ok && types.Identical(fn.Signature().Params(), want.Params()) && !pl.isInside(fn, handle.Pos()) {
			pools = append(pools, s)
		}
	}
	return pl.bare(pools)
}

// isInside reports whether a position is in the function's own body: it would
// call itself without end.
func (pl place) isInside(fn *types.Func, pos token.Pos) bool {
	decl := pl.decl(pos)
	return decl != nil && pl.pkg.TypesInfo.Defs[decl.Name] == fn.Origin()
}

// poolAs is a pool in sight that can be assigned to the type.
func (pl place) poolAs(t types.Type, pos token.Pos) string {
	if _, ok := t.(*types.TypeParam); ok {
		return ""
	}
	var pools []substitute
	for _, s := range pl.substitutes(pos) {
		if isPool(s.typ) && types.AssignableTo(s.typ, t) {
			pools = append(pools, s)
		}
	}
	return pl.bare(pools)
}

// isScopedHandle reports whether an expression may be a handle that somebody has
// scoped: a transaction, a connection, or an interface that stands for one. It may
// be what a function of the program takes out of the context, as in conn(ctx, pool).
func (pl place) isScopedHandle(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident, *ast.SelectorExpr:
	case *ast.CallExpr:
		if !pl.isTakenOut(e) {
			return false
		}
	default:
		return false
	}
	t := pl.pkg.TypesInfo.TypeOf(e)
	return t != nil && isHandle(t) && !isShared(t)
}

func (pl place) isTakenOut(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	return ok && pl.calls(call, func(f *function) bool {
		for v := range f.fn.Signature().Params().Variables() {
			if isContext(v.Type()) {
				return f.fn.Signature().Results().Len() == 1
			}
		}
		return false
	})
}

// isShared reports whether the type is a pool's own, rather than an interface
// which a transaction implements as well.
func isShared(t types.Type) bool {
	return isPool(t) && !types.IsInterface(t) && method(t, "Release") == nil
}

func (pl place) isParameter(v *types.Var) bool {
	return v.Kind() == types.ParamVar
}
