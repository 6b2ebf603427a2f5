package scope

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// wiring knows what a package stores in the fields of its structs. Safety of a
// handle in a field depends on who put it there, not on the field's type.
type wiring struct {
	engine *packageEngine
	stores map[*types.Var][]*ssa.Store
	// globals are the stores to package variables, kinds what globalKind found.
	globals map[*ssa.Global][]*ssa.Store
	kinds   map[*ssa.Global]dbapi.Kind
	// listed are the method expressions that the package keeps in tables, by type.
	listed map[*types.TypeName][]*ssa.Function
	// asked are the fields that the package compares with nil, reset those that it
	// fills in what was built before.
	asked, reset map[*types.Var]bool
	// escaping are the registries of which it can't be seen what is put there.
	escaping map[string]bool
	// kept are the structs that the package has in maps.
	kept map[*types.TypeName]bool
	memo map[*types.Var][]*Object
	busy map[*types.Var]bool
}

func newWiring(e *packageEngine) *wiring {
	w := &wiring{engine: e, listed: map[*types.TypeName][]*ssa.Function{}, stores: map[*types.Var][]*ssa.Store{},
		globals: map[*ssa.Global][]*ssa.Store{}, kinds: map[*ssa.Global]dbapi.Kind{}, asked: map[*types.Var]bool{}, reset: map[*types.Var]bool{}, escaping: map[string]bool{}, kept: map[*types.TypeName]bool{},
		memo: map[*types.Var][]*Object{}, busy: map[*types.Var]bool{}}
	var visit func(fn *ssa.Function)
	visit = func(fn *ssa.Function) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				w.listExpression(instr)
				w.asks(instr)
				w.resets(instr)
				w.registersIn(instr)
				st, ok := instr.(*ssa.Store)
				if !ok {
					continue
				}
				switch addr := st.Addr.(type) {
				case *ssa.FieldAddr:
					if field := fieldAt(addr); field != nil {
						w.stores[field] = append(w.stores[field], st)
					}
				case *ssa.Global:
					w.globals[addr] = append(w.globals[addr], st)
				}
			}
		}
		for _, anon := range fn.AnonFuncs {
			visit(anon)
		}
	}
	for _, fn := range e.functions {
		if !strings.Contains(e.posn(fn.Pos()), "_test.go:") { // tests wire what they like
			visit(fn)
		}
	}
	return w
}

// of returns the objects that the package stores in a field, in terms of the
// functions that store them, or nil when nothing in it does.
func (w *wiring) of(field *types.Var) []*Object {
	if objs, ok := w.memo[field]; ok {
		return objs
	}
	if w.busy[field] {
		return nil
	}
	w.busy[field] = true
	defer delete(w.busy, field)
	var objs []*Object
	for _, st := range w.stores[field] {
		fr := w.engine.symbolicFrame(st.Parent())
		objs = add(objs, fr.resolve(st.Val)...)
	}
	w.memo[field] = objs
	return objs
}
