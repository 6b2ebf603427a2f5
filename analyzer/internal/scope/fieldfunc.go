package scope

import (
	"go/token"
	"go/types"
	"maps"

	"golang.org/x/tools/go/ssa"
)

// throughField completes the target of a call of a function that a field or a
// package variable holds, where the package puts one function there: a literal is
// taken for what it does to its parameters and returns. What it captures, and what
// a bound method is bound to, is not followed.
func (f *frame) throughField(t *target, v ssa.Value) {
	fn, bound := f.kept(v)
	if fn == nil {
		return
	}
	if bound {
		t.all = append([]ssa.Value{ssa.NewConst(nil, v.Type())}, t.args...) // the receiver is judged where it is bound
	}
	if obj := declared(fn); obj != nil {
		t.fn, t.summary = obj, f.summaryOf(obj)
		return
	}
	t.summary = f.literalSummary(fn)
}

// kept returns the one function that the package keeps in a place, and whether
// it is a method with its receiver.
func (f *frame) kept(v ssa.Value) (fn *ssa.Function, bound bool) {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil, false
	}
	var stores []*ssa.Store
	switch addr := load.X.(type) {
	case *ssa.FieldAddr:
		field := fieldAt(addr)
		if field == nil || field.Exported() {
			return nil, false // others may put something there
		}
		stores = f.wiring.stores[field]
	case *ssa.Global:
		if addr.Pkg != f.Pkg || addr.Object() == nil || addr.Object().Exported() {
			return nil, false
		}
		stores = f.wiring.globals[addr]
	}
	f.current.wired = true
	if len(stores) != 1 {
		return nil, false
	}
	c := f.symbolicFrame(stores[0].Parent()).function(stores[0].Val)
	if c.literal != nil {
		return c.literal, false
	}
	return c.declared, len(c.bindings) > 0
}

// A keptLiteral is what a literal that a field holds does, and what that rests on.
type keptLiteral struct {
	summary *Summary // nil for nothing
	analysed
}

// literalSummary is what a literal that is kept in a field does, nil for nothing.
func (p *packageEngine) literalSummary(fn *ssa.Function) *Summary {
	kept := p.literals[fn]
	if kept == nil {
		kept = &keptLiteral{analysed: analysed{uses: map[*types.Func]bool{}}}
		p.literals[fn] = kept // which a literal that calls itself finds empty
		around := p.current
		p.current = &kept.analysed
		e := p.newEngine()
		f := newFrame(e, fn)
		exits := f.run(newEnv(), func(ev *Event) { kept.events = append(kept.events, ev) })
		e.build.finish(f, exits, kept.events)
		if s := e.build.summary(); !s.Empty() {
			kept.summary = s
		}
		kept.over = e.budget < 0 || e.build.dropped
		p.current = around
	}
	maps.Copy(p.current.uses, kept.uses)
	maps.Copy(p.wiringUses, kept.uses) // who asks may be a symbolic frame
	p.current.wired, p.current.looks = p.current.wired || kept.wired, p.current.looks || kept.looks
	p.current.over = p.current.over || kept.over
	return kept.summary
}
