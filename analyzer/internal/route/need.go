package route

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
)

// A Statement is one on a tenant relation of which a context decides whether it
// runs in the tenant's scope.
type Statement struct {
	Call ssa.CallInstruction
	// Context is the context, or what has it; Key what it has to carry.
	Context                   ssa.Value
	Key                       string
	Relation, Operation, Posn string
	Falls, Open               bool
}

// A Take is a call that is given the tenant which a context carries under a key.
type Take struct {
	Call      ssa.CallInstruction
	Key, Posn string
}

// needs finds what each function of the package needs of its parameters.
func (p *engine) needs() {
	for _, st := range p.Statements {
		n := Need{Key: st.Key, Relation: st.Relation, Operation: st.Operation, Posn: st.Posn, Falls: st.Falls, Open: st.Open}
		p.need(st.Call, st.Context, n)
	}
	for _, st := range p.Everyone {
		p.everyone(st.Call, Need{Everyone: true, Param: -1, Relation: st.Relation, Operation: st.Operation, Posn: st.Posn, Open: true, Falls: true})
	}
	for _, take := range p.Takes {
		if param := contextOf(take.Call.Parent()); param != nil {
			p.needAt(take.Call, param, Need{Key: take.Key, Posn: take.Posn, Taken: true})
		}
	}
	for range maxRounds {
		before := p.needCount
		for _, fn := range p.Functions {
			p.needsOfCalls(fn)
		}
		if p.needCount == before {
			break
		}
	}
	for fn := range p.needed {
		p.needed[fn] = tidyNeeds(p.needed[fn])
	}
}

// needsOfCalls adds what called functions need of the contexts that they get.
func (p *engine) needsOfCalls(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			args := call.Common().Args
			if call.Common().IsInvoke() {
				args = append([]ssa.Value{call.Common().Value}, args...)
			}
			for _, n := range p.needsOf(call.Common()) {
				if n.Everyone {
					p.everyone(call, n)
					continue
				}
				if n.Param < len(args) && carries(args[n.Param].Type()) {
					p.need(call, args[n.Param], n)
				}
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		p.needsOfCalls(anon)
	}
}

func (p *engine) needsOf(common *ssa.CallCommon) []Need {
	if common.IsInvoke() {
		if fn := p.impls.Method(common.Value.Type(), common.Method); fn != nil {
			return p.needsOfFunc(fn)
		}
		return nil
	}
	static := common.StaticCallee()
	if static == nil {
		return nil
	}
	if fn := declared(static); fn != nil {
		return p.needsOfFunc(fn)
	}
	return p.needed[static]
}

// needsOfFunc are the needs of a declared function, wherever it is.
func (p *engine) needsOfFunc(fn *types.Func) []Need {
	fn = fn.Origin()
	if fn.Pkg() == p.Pkg.Pkg {
		if f := p.Pkg.Prog.FuncValue(fn); f != nil {
			return p.needed[f]
		}
		return nil
	}
	if fn.Pkg() == nil || !p.Local(fn.Pkg().Path()) {
		return nil
	}
	if s := p.Import(fn); s != nil {
		return s.Needs
	}
	return nil
}

// need is a need of a context at a call: one of the function whose parameter it
// is, if it is as it came.
func (p *engine) need(call ssa.CallInstruction, ctx ssa.Value, n Need) {
	if param := p.root(ctx, n.Key, map[ssa.Value]bool{}); param != nil {
		p.needAt(call, param, n)
	}
}

func (p *engine) needAt(call ssa.CallInstruction, param *ssa.Parameter, n Need) {
	fn := param.Parent()
	n.Param = slices.Index(fn.Params, param)
	have := p.needed[fn]
	if slices.ContainsFunc(have, func(h Need) bool { return h.says(n) }) || p.optional(call, n) {
		return
	}
	p.needed[fn] = append(have, n)
	p.needCount++
}

// contextOf is the parameter that has the context of a function: of a handler,
// the request.
func contextOf(fn *ssa.Function) *ssa.Parameter {
	for ; fn != nil; fn = fn.Parent() {
		var found *ssa.Parameter
		for _, param := range fn.Params {
			switch t := param.Type(); {
			case isRequest(t):
				return param
			case (isContext(t) || isStream(t)) && found == nil:
				found = param
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// root is the parameter whose context a value is, without anything that is put
// under the key on the way; nil if that can't be said.
func (p *engine) root(v ssa.Value, key string, seen map[ssa.Value]bool) *ssa.Parameter {
	if seen[v] || len(seen) > maxRoot {
		return nil
	}
	seen[v] = true
	if x := unwrapped(v); x != nil {
		return p.root(x, key, seen)
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		if carries(v.Type()) {
			return v
		}
	case *ssa.FreeVar:
		if b := captured(v); b != nil {
			return p.root(b, key, seen)
		}
	case *ssa.Extract:
		return p.root(v.Tuple, key, seen)
	case *ssa.Phi:
		return p.oneRoot(v.Edges, key, seen)
	case *ssa.UnOp:
		if fa, ok := v.X.(*ssa.FieldAddr); ok {
			if p.apis.fields[strings.TrimPrefix(fullname.OfType(fa.X.Type()), "*")+"."+fieldName(fa)] {
				return p.root(fa.X, key, seen)
			}
			return nil
		}
		return p.oneRoot(storedIn(v.X), key, seen)
	case *ssa.Call:
		if of := p.derivedFrom(v.Common(), key); of != nil {
			return p.root(of, key, seen)
		}
	}
	return nil
}

// maxRoot bounds the values between a context and where it comes from.
const maxRoot = 40

// oneRoot is where all of several values come from.
func (p *engine) oneRoot(vals []ssa.Value, key string, seen map[ssa.Value]bool) *ssa.Parameter {
	var found *ssa.Parameter
	for _, v := range vals {
		if seen[v] {
			continue // what it was before
		}
		root := p.root(v, key, seen)
		if root == nil || found != nil && root != found {
			return nil
		}
		found = root
	}
	return found
}

// derivedFrom is the context that a call derives another one from, nil if it may
// put something under the key.
func (p *engine) derivedFrom(common *ssa.CallCommon, key string) ssa.Value {
	args := common.Args
	var fn *types.Func
	if common.IsInvoke() {
		fn, args = common.Method, append([]ssa.Value{common.Value}, args...)
	} else if fn = declared(common.StaticCallee()); fn == nil {
		return nil
	}
	if put, ok := putKey(common); ok && scope.ContextKey(put) == key {
		return nil
	}
	if e := p.effectOfFunc(fn); e.Unknown || slices.ContainsFunc(e.Puts, func(put Put) bool { return put.Key == key || put.KeyParam >= 0 }) {
		return nil
	}
	var of ssa.Value
	for _, a := range args {
		// r.WithContext(ctx) is the request with another context.
		if carries(a.Type()) && (of == nil || isContext(a.Type())) {
			of = a
		}
	}
	return of
}

func fieldName(fa *ssa.FieldAddr) string {
	t := fa.X.Type().Underlying()
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem().Underlying()
	}
	if st, ok := t.(*types.Struct); ok && fa.Field < st.NumFields() {
		return st.Field(fa.Field).Name()
	}
	return ""
}

// optional reports whether a call is made only where the context carries
// something under a key: it is not missed by a handle that is taken from there
// alone, nor where other work is done without, since then the function is for
// requests of both kinds.
func (p *engine) optional(call ssa.CallInstruction, n Need) bool {
	b := call.Block()
	for d := b.Idom(); d != nil; d = d.Idom() {
		branch, ok := last(d).(*ssa.If)
		if !ok || !p.tests(branch.Cond, n.Key, 0) {
			continue
		}
		for i, succ := range d.Succs {
			if len(succ.Preds) == 1 && succ.Dominates(b) && (!n.Falls && !n.Taken || p.works(d.Succs[1-i], b, map[*ssa.BasicBlock]bool{})) {
				return true
			}
		}
	}
	return false
}

// tests reports whether a condition asks for what a context carries under a key.
func (p *engine) tests(v ssa.Value, key string, depth int) bool {
	if depth > maxDepth {
		return false
	}
	if x := unwrapped(v); x != nil {
		return p.tests(x, key, depth+1)
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		if vals := storedIn(v.X); vals != nil {
			return slices.ContainsFunc(vals, func(s ssa.Value) bool { return p.tests(s, key, depth+1) })
		}
		if fa, ok := v.X.(*ssa.FieldAddr); ok {
			return p.tests(fa.X, key, depth+1)
		}
		return p.tests(v.X, key, depth+1)
	case *ssa.BinOp:
		return p.tests(v.X, key, depth+1) || p.tests(v.Y, key, depth+1)
	case *ssa.Extract:
		return p.tests(v.Tuple, key, depth+1)
	case *ssa.Phi:
		return slices.ContainsFunc(v.Edges, func(e ssa.Value) bool { return p.tests(e, key, depth+1) })
	case *ssa.TypeAssert:
		return p.tests(v.X, key, depth+1)
	case *ssa.Call:
		if taken, ok := takenKey(v.Common()); ok && scope.ContextKey(taken) == key {
			return true
		}
		fn := declared(v.Call.StaticCallee())
		return fn != nil && slices.Contains(p.effectOfFunc(fn).Takes, key)
	}
	return false
}

// works reports whether statements on tenant relations, or calls that lead to
// some, come after a block and not after another one.
func (p *engine) works(b, not *ssa.BasicBlock, seen map[*ssa.BasicBlock]bool) bool {
	if b == not || seen[b] || not.Dominates(b) {
		return false
	}
	seen[b] = true
	for _, instr := range b.Instrs {
		if call, ok := instr.(ssa.CallInstruction); ok && p.Works(call) {
			return true
		}
	}
	return slices.ContainsFunc(b.Succs, func(next *ssa.BasicBlock) bool { return p.works(next, not, seen) })
}
