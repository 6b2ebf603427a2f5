package mutant

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/packages"
)

// A function is what is known of one that the program declares.
type function struct {
	fn      *types.Func
	decl    *ast.FuncDecl
	pkg     *packages.Package
	callees []*types.Func
	sets    bool // sends a statement that sets the tenant's context
	touches bool // it, or what it calls, sends a statement on a tenant relation
	called  bool // the program names it somewhere
}

func (p *Program) indexFunctions() {
	for _, pl := range p.places() {
		for _, d := range pl.file.Decls {
			decl, ok := d.(*ast.FuncDecl)
			if !ok || decl.Body == nil {
				continue
			}
			fn, ok := pl.pkg.TypesInfo.Defs[decl.Name].(*types.Func)
			if !ok {
				continue
			}
			f := &function{fn: fn, decl: decl, pkg: pl.pkg}
			ast.Inspect(decl.Body, func(n ast.Node) bool {
				switch n := n.(type) {
				case ast.Expr:
					if text, ok := pl.sql(n); ok {
						f.sets = f.sets || pl.setsContext(text)
						f.touches = f.touches || pl.touchesTenant(text)
					}
				}
				if id, ok := n.(*ast.Ident); ok {
					// A function that is named may be called, too.
					if callee, ok := pl.pkg.TypesInfo.Uses[id].(*types.Func); ok {
						f.callees = append(f.callees, callee.Origin())
					}
				}
				return true
			})
			p.funcs[fn] = f
			if fn.Signature().Recv() != nil {
				p.names[fn.Name()] = append(p.names[fn.Name()], f)
			}
		}
	}
	for _, f := range p.funcs {
		for _, callee := range f.callees {
			for _, g := range p.resolve(callee) {
				g.called = g.called || g != f
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, f := range p.funcs {
			sets, touches := f.sets, f.touches
			for _, callee := range f.callees {
				for _, g := range p.resolve(callee) {
					sets = sets || g.isSetter() && f.isSetterShape()
					touches = touches || g.touches
				}
			}
			if sets != f.sets || touches != f.touches {
				f.sets, f.touches, changed = sets, touches, true
			}
		}
	}
}

// resolve returns the declarations that a call of fn may reach.
func (p *Program) resolve(fn *types.Func) []*function {
	fn = fn.Origin()
	if f := p.funcs[fn]; f != nil {
		return []*function{f}
	}
	recv := fn.Signature().Recv()
	if recv == nil || !types.IsInterface(recv.Type()) {
		return nil
	}
	iface, ok := recv.Type().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	var out []*function
	for _, f := range p.names[fn.Name()] {
		t := f.fn.Signature().Recv().Type()
		if types.Implements(t, iface) || types.Implements(types.NewPointer(t), iface) {
			out = append(out, f)
		}
	}
	return out
}

// isSetter reports whether a call of f is a statement that sets the context on a
// handle that it is given, and no more.
func (f *function) isSetter() bool { return f.sets && !f.touches && f.isSetterShape() }

func (f *function) isSetterShape() bool {
	sig := f.fn.Signature()
	switch sig.Results().Len() {
	case 0:
	case 1:
		if !isError(sig.Results().At(0).Type()) {
			return false
		}
	default:
		return false
	}
	handle := sig.Recv() != nil && carriesHandle(sig.Recv().Type())
	for v := range sig.Params().Variables() {
		if _, ok := v.Type().Underlying().(*types.Signature); ok {
			return false
		}
		handle = handle || carriesHandle(v.Type())
	}
	return handle && !f.begins()
}

// begins reports whether f opens a transaction or takes a connection: then its
// context is its own affair.
func (f *function) begins() bool {
	for _, callee := range f.callees {
		switch callee.Name() {
		case "Begin", "BeginTx", "BeginTxx", "Beginx", "Acquire", "BeginFunc", "BeginTxFunc":
			return true
		}
	}
	return false
}

// matters reports whether somebody queries on what the function around a
// position sets: helpers that nobody calls protect nothing.
func (pl place) matters(pos token.Pos) bool {
	decl := pl.decl(pos)
	if decl == nil {
		return true
	}
	fn, _ := pl.pkg.TypesInfo.Defs[decl.Name].(*types.Func)
	f := pl.funcs[fn]
	return f == nil || f.touches || f.called
}

// callee is the function that a call names, nil for a value.
func (pl place) callee(call *ast.CallExpr) *types.Func {
	var id *ast.Ident
	fun := ast.Unparen(call.Fun)
	if index, ok := fun.(*ast.IndexExpr); ok {
		fun = index.X
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	default:
		return nil
	}
	fn, _ := pl.pkg.TypesInfo.Uses[id].(*types.Func)
	return fn
}

// calls reports whether a call may reach a function of the program that is so.
func (pl place) calls(call *ast.CallExpr, is func(*function) bool) bool {
	fn := pl.callee(call)
	if fn == nil {
		return false
	}
	for _, f := range pl.resolve(fn) {
		if is(f) {
			return true
		}
	}
	return false
}

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }
