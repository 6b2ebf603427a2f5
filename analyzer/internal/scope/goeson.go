package scope

import (
	"go/constant"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/interceptor"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/analyzer/internal/sqltext"
)

// Middleware puts the tenant's transaction into the context, and some goes on
// without where the client names no tenant. What takes the handle from there then
// falls back on the pool, if it has one: whoever leaves the header out is nobody's
// tenant. That is the way of one that a client can take; a middleware that goes on
// for some paths, or for who is signed in as somebody else, has its reasons.

// A GoesOn is a place where middleware goes on without the handle that it puts
// into contexts under a key, since the client named no tenant.
type GoesOn struct {
	Key string
	// Put is where it puts the handle there for the others.
	Put token.Pos
	// Read is where it reads the tenant from the request.
	Read token.Pos
}

// goesOn emits what middleware in a function does where there is no tenant.
func (p *packageEngine) goesOn(fn *ssa.Function, emit func(*Event)) {
	p.goesOnIn(fn, emit)
	for _, anon := range fn.AnonFuncs {
		p.goesOn(anon, emit)
	}
}

func (p *packageEngine) goesOnIn(fn *ssa.Function, emit func(*Event)) {
	m := middleware{puts: map[string]ssa.CallInstruction{}}
	if !m.proceeds(p, fn) || len(m.goes) < 2 {
		return
	}
	m.frame = p.symbolicFrame(fn)
	m.read()
	for _, key := range sortedKeys(m.puts) {
		put := m.puts[key]
		with := func(g ssa.CallInstruction) bool { return lazyssa.Reaches(put.Block(), g.Block()) }
		if !slices.ContainsFunc(m.goes, with) || p.required(key) {
			continue
		}
		for _, g := range m.goes {
			if with(g) {
				continue
			}
			if read := m.unnamed(g.Block()); read != nil {
				emit(&Event{Call: g, Pos: g.Common().Pos(), GoesOn: &GoesOn{Key: key, Put: put.Common().Pos(), Read: read.Common().Pos()}})
			}
		}
	}
}

// required reports whether other middleware of the package lets only those requests
// through whose contexts carry something under a key: it may come behind.
func (p *packageEngine) required(key string) bool {
	var in func(fn *ssa.Function) bool
	in = func(fn *ssa.Function) bool {
		m := middleware{}
		if m.proceeds(p, fn) {
			f := p.symbolicFrame(fn)
			if !slices.ContainsFunc(m.goes, func(g ssa.CallInstruction) bool {
				return !slices.ContainsFunc(f.presences(g.Block()), func(o *Object) bool { return o.CarriedKey() == key })
			}) {
				return true
			}
		}
		return slices.ContainsFunc(fn.AnonFuncs, in)
	}
	return slices.ContainsFunc(p.functions, in)
}

// A middleware is what the body of one does.
type middleware struct {
	*frame
	goes []ssa.CallInstruction
	puts map[string]ssa.CallInstruction // by key, of handles that are scoped
	// tenants are the calls that read from the request what is set as the tenant.
	tenants []*ssa.Call
}

// proceeds finds the calls that run the rest of the request.
func (m *middleware) proceeds(p *packageEngine, fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok && p.isNext(call) {
				m.goes = append(m.goes, call)
			}
		}
	}
	return len(m.goes) > 0
}

// isNext reports whether a call runs the rest of a request.
func (p *packageEngine) isNext(call ssa.CallInstruction) bool {
	common := call.Common()
	callee := common.Method
	if static := common.StaticCallee(); static != nil {
		callee = declared(static)
	}
	if callee != nil {
		method, ok := p.api.Method(callee)
		return ok && method.Effect == dbapi.Proceed
	}
	return isGiven(common.Value) && len(common.Args) > 0 &&
		(interceptor.IsNext(common.Value.Type()) || bringsContext(common.Args[len(common.Args)-1].Type()))
}

// isGiven reports whether a function is one that the function around is given: next.
func isGiven(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Parameter, *ssa.FreeVar:
		return true
	case *ssa.UnOp:
		_, captured := v.X.(*ssa.FreeVar)
		return captured
	}
	return false
}

// read finds what is put into contexts, and what is set as the tenant.
func (m *middleware) read() {
	w := &flow{frame: m.frame}
	for _, b := range m.fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if _, isBuiltin := call.Common().Value.(*ssa.Builtin); isBuiltin {
				continue
			}
			t := m.targetOf(call)
			a, carries := accessOf(t)
			switch {
			case isWithValue(t.fn):
				m.put(contextKey(t.args[1]), call)
			case carries && a.value != nil:
				m.put(contextKey(a.key), call)
			case t.summary != nil:
				for _, c := range t.summary.Results {
					m.put(keyOfPath(c.Path), call)
				}
				if m.establishes(t.summary) {
					for _, arg := range t.all {
						m.tenants = append(m.tenants, requestReads(arg)...)
					}
				}
			case t.method.Effect == dbapi.Send:
				s := w.statement(call, t.args, t.method)
				for _, c := range w.changes(s) {
					if v := bound(s, c.Value.Param); v != nil && m.tenant(c.name) {
						m.tenants = append(m.tenants, requestReads(v)...)
					}
				}
			}
		}
	}
}

func (m *middleware) put(key string, call ssa.CallInstruction) {
	if key != "" && m.Injected(key, false) == InjectsScoped && m.puts[key] == nil {
		m.puts[key] = call
	}
}

// unnamed returns the call that reads the tenant from the request, where a block is
// only reached if that says none.
func (m *middleware) unnamed(b *ssa.BasicBlock) *ssa.Call {
	for d := b.Idom(); d != nil; d = d.Idom() {
		cond, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		for i, succ := range d.Succs {
			if len(succ.Preds) != 1 || !succ.Dominates(b) {
				continue
			}
			for _, read := range requestReads(lackedIf(cond.Cond, i == 0)) {
				if slices.Contains(m.tenants, read) {
					return read
				}
			}
		}
	}
	return nil
}

// lackedIf is the value that is none where a condition has a value, nil if it says
// something else.
func lackedIf(cond ssa.Value, holds bool) ssa.Value {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return lackedIf(c.X, !holds)
		}
	case *ssa.Extract:
		if !holds {
			return c.Tuple
		}
	case *ssa.BinOp:
		x := c.X
		if isZero(x) {
			x = c.Y
		} else if !isZero(c.Y) && !isZeroLength(c) {
			return nil
		}
		if c.Op != token.EQL && c.Op != token.NEQ {
			return nil
		}
		if equal := (c.Op == token.EQL) == holds; equal != isError(x.Type()) {
			return x
		}
	}
	return nil
}

// isZeroLength recognises len(x) == 0.
func isZeroLength(c *ssa.BinOp) bool {
	k, ok := c.Y.(*ssa.Const)
	return ok && k.Value != nil && k.Value.Kind() == constant.Int && constant.Sign(k.Value) == 0
}

// requestReads lists the calls that read from a request what a value is made of.
func requestReads(v ssa.Value) []*ssa.Call {
	var out []*ssa.Call
	seen := map[ssa.Value]bool{}
	var visit func(v ssa.Value)
	visit = func(v ssa.Value) {
		if v == nil || seen[v] || len(seen) > maxReads {
			return
		}
		seen[v] = true
		switch v := v.(type) {
		case *ssa.Call:
			if sqltext.ReadsRequest(v) {
				out = append(out, v)
				return
			}
			for _, a := range v.Call.Args {
				visit(a)
			}
		case *ssa.Alloc:
			vals, _ := lazyssa.Stored(v)
			for _, val := range vals {
				visit(val)
			}
			elems, _ := lazyssa.Variadic(v)
			for _, e := range elems {
				visit(e)
			}
		case *ssa.Extract:
			visit(v.Tuple)
		case *ssa.Phi:
			for _, e := range v.Edges {
				visit(e)
			}
		case *ssa.FreeVar:
			visit(binding(v))
		case *ssa.UnOp:
			visit(v.X)
		case *ssa.IndexAddr: // md.Get("x")[0]
			visit(v.X)
		case *ssa.MakeInterface, *ssa.ChangeType, *ssa.Convert, *ssa.BinOp, *ssa.Slice:
			for _, op := range v.(ssa.Instruction).Operands(nil) {
				visit(*op)
			}
		}
	}
	visit(v)
	return out
}

// maxReads bounds the values that are looked through.
const maxReads = 60

// FallsBack returns a statement, or else a function, that uses another handle where
// contexts carry nothing under a key; ok is false if the summary tells of none.
func (s *Summary) FallsBack(key string) (n *Need, ok bool) {
	for i := range s.Needs {
		if n := &s.Needs[i]; n.Else != nil && keyOfPath(n.Path) == key {
			return n, true
		}
	}
	unless := func(c Carrier) bool { return c.Unless != nil && keyOfPath(c.Unless.Path) == key && c.Cause == "" }
	if slices.ContainsFunc(s.Results, unless) {
		return nil, true
	}
	return nil, slices.ContainsFunc(s.Sends, func(o SendOver) bool { return slices.ContainsFunc(o.Over, unless) })
}
