package scope

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// kindOf returns what kind of handle a type is.
func (e *packageEngine) kindOf(t types.Type) dbapi.Kind { return e.api.KindOf(t) }

// A target is what a call runs: a catalogued method, a function with a
// summary, a literal, a parameter, or nothing that is known.
type target struct {
	method  dbapi.Method // Effect None when not catalogued
	recv    ssa.Value    // the receiver of a catalogued method, nil for functions
	args    []ssa.Value  // without the receiver
	all     []ssa.Value  // with the receiver, as a summary counts
	summary *Summary
	fn      *types.Func
	behind  *types.Func // what a method of an interface surely is, nil for others
	callee  callee
}

// called is the function that runs, as far as that is known.
func (t target) called() *types.Func {
	if t.behind != nil {
		return t.behind
	}
	return t.fn
}

// handle is what a catalogued call works on: the receiver, or the argument that
// the catalogue names.
func (t target) handle() ssa.Value {
	if t.method.DB >= 0 {
		return t.args[t.method.DB]
	}
	return t.recv
}

// targetOf resolves a call.
func (f *frame) targetOf(call ssa.CallInstruction) target {
	common := call.Common()
	t := target{args: common.Args, all: common.Args}
	if common.IsInvoke() {
		t.fn = common.Method
		t.recv = common.Value
		t.all = append([]ssa.Value{common.Value}, common.Args...)
		if m, ok := f.api.Method(common.Method); ok {
			t.method = m
			if m.Effect == dbapi.Proceed {
				t.behind, t.summary = f.implementation(common)
			}
			return t
		}
		if t.summary = f.declaredMethod(common.Method); t.summary != nil {
			return t
		}
		if m, ok := f.api.Shape(common.Signature()); ok {
			t.method = m
			return t
		}
		t.behind, t.summary = f.implementation(common)
		return t
	}
	static := common.StaticCallee()
	if static == nil {
		if t.callee = f.function(common.Value); !t.callee.known {
			f.throughField(&t, common.Value)
		}
		return t
	}
	if fn := declared(static); fn != nil {
		t.fn = fn
		if m, ok := f.api.Method(fn); ok {
			t.method = m
			if fn.Signature().Recv() != nil && len(common.Args) > 0 {
				t.recv, t.args = common.Args[0], common.Args[1:]
			}
			return t
		}
		if s := f.summaryOf(fn); s != nil {
			t.summary = s.instance(static)
		}
		return t
	}
	t.callee = f.function(common.Value)
	return t
}

// declared returns the declaration behind an SSA function: generic instances,
// wrappers and bound methods lead to what the program wrote.
func declared(fn *ssa.Function) *types.Func {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if obj, ok := fn.Object().(*types.Func); ok {
		return obj.Origin()
	}
	return nil
}

// implementation returns the method, and its summary, of the one type behind an
// interface method: the only one that this package, the interface's, or one that this
// package imports from its own module declares. Go programs declare interfaces
// where they use them, so the type is usually in an import.
func (f *frame) implementation(common *ssa.CallCommon) (*types.Func, *Summary) {
	iface, ok := common.Value.Type().Underlying().(*types.Interface)
	if !ok {
		return nil, nil
	}
	impl := f.impls.method(common.Value.Type(), iface, common.Method)
	if impl.fn == nil {
		return nil, nil
	}
	return impl.fn, f.summaryOf(impl.fn).promoted(impl.path)
}

// implementations finds the types behind interfaces.
type implementations struct {
	pkg  *types.Package
	near []*types.Package // imports from the same module
	posn func(token.Pos) string
	memo map[*types.Func]implementation
}

// An implementation is the method behind an interface's, and the path to the
// embedded value that it is promoted from.
type implementation struct {
	fn   *types.Func
	path string
}

func (im *implementations) method(named types.Type, iface *types.Interface, m *types.Func) implementation {
	if impl, ok := im.memo[m]; ok {
		return impl
	}
	pkgs := append([]*types.Package{im.pkg}, im.near...)
	if n, ok := types.Unalias(named).(*types.Named); ok && n.Obj().Pkg() != nil && !slices.Contains(pkgs, n.Obj().Pkg()) {
		pkgs = append(pkgs, n.Obj().Pkg())
	}
	var inner []implementation // those that don't hold the interface themselves
	decorated := false         // what holds it may do something about handles
	for _, pkg := range pkgs {
		for _, name := range pkg.Scope().Names() {
			tn, ok := pkg.Scope().Lookup(name).(*types.TypeName)
			if !ok || tn.IsAlias() || types.IsInterface(tn.Type()) {
				continue
			}
			if t, isNamed := tn.Type().(*types.Named); isNamed && t.TypeParams().Len() > 0 {
				continue
			}
			if strings.Contains(im.posn(tn.Pos()), "_test.go:") {
				continue // a fake
			}
			ptr := types.NewPointer(tn.Type())
			if !types.Implements(ptr, iface) {
				continue
			}
			obj, index, _ := types.LookupFieldOrMethod(ptr, true, m.Pkg(), m.Name())
			if fn, isFunc := obj.(*types.Func); isFunc {
				impl := implementation{fn.Origin(), embedded(ptr, index)}
				switch holds, handles := holding(tn.Type(), named); {
				case !holds:
					inner = append(inner, impl)
				case handles:
					decorated = true
				}
			}
		}
	}
	var found implementation
	if len(inner) == 1 && !decorated {
		// A service has the methods of the repository that it works with: what it calls
		// is the one that holds no other. What has a handle as well may be there to
		// begin the transaction for the one that it holds.
		found = inner[0]
	}
	im.memo[m] = found
	return found
}

// holding reports whether a struct has a field of a type, and whether another of
// its fields may hold handles.
func holding(t, field types.Type) (holds, handles bool) {
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false, false
	}
	for i := range st.NumFields() {
		if typ := st.Field(i).Type(); types.Identical(typ, field) {
			holds = true
		} else if mayCarry(typ) {
			handles = true
		}
	}
	return holds, handles
}
