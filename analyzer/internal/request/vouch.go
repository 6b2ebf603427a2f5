package request

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
)

// tested reports whether a value that a condition tests for nothing, an error,
// a count, is what a call found out about the value at hand.
func (g *guard) tested(v ssa.Value) bool {
	return slices.ContainsFunc(g.callsBehind(v, 0), g.vouches)
}

// maxBehind bounds how far a tested value is followed to the calls that made it.
const maxBehind = 8

// callsBehind lists the calls that a value is the result of.
func (g *guard) callsBehind(v ssa.Value, depth int) []ssa.CallInstruction {
	if depth > maxBehind {
		return nil
	}
	behind := func(vals ...ssa.Value) (out []ssa.CallInstruction) {
		for _, v := range vals {
			out = append(out, g.callsBehind(v, depth+1)...)
		}
		return out
	}
	switch v := v.(type) {
	case *ssa.Call:
		out := []ssa.CallInstruction{v}
		if _, ok := v.Call.Value.(*ssa.Builtin); ok {
			return behind(v.Call.Args...) // len(rows)
		}
		if c := g.callee(v); c.shift == 1 && !c.own { // QueryRow(..).Scan(..)
			out = append(out, behind(c.args[0])...)
		}
		return out
	case *ssa.Extract:
		return behind(v.Tuple)
	case *ssa.BinOp:
		return behind(v.X, v.Y)
	case *ssa.UnOp:
		if alloc, ok := v.X.(*ssa.Alloc); ok {
			return g.writers(alloc, v, depth)
		}
		return behind(v.X)
	case *ssa.Field:
		return behind(v.X)
	case *ssa.FieldAddr:
		return behind(v.X)
	case *ssa.Phi:
		return behind(v.Edges...)
	case *ssa.Alloc:
		return g.writers(v, nil, depth)
	}
	if x := operand(v); x != nil {
		return behind(x)
	}
	return nil
}

// writers lists the calls that have written to a variable, as Scan does, by the
// time that it is used. The error that a function returns by name is one variable
// for all its calls.
func (g *guard) writers(addr ssa.Value, at ssa.Instruction, depth int) []ssa.CallInstruction {
	if addr.Referrers() == nil || depth > maxBehind {
		return nil
	}
	type write struct {
		def
		calls func() []ssa.CallInstruction
	}
	var writes []write
	add := func(at ssa.Instruction, strong bool, calls func() []ssa.CallInstruction) {
		writes = append(writes, write{def{at: at, strong: strong}, calls})
	}
	for _, instr := range *addr.Referrers() {
		switch instr := instr.(type) {
		case *ssa.Store:
			if instr.Addr == addr {
				add(instr, true, func() []ssa.CallInstruction { return g.callsBehind(instr.Val, depth+1) })
			} else if ia, ok := instr.Addr.(*ssa.IndexAddr); ok { // an argument of a variadic call
				for _, use := range *ia.X.Referrers() {
					if s, isSlice := use.(*ssa.Slice); isSlice {
						add(instr, false, func() []ssa.CallInstruction { return g.writers(s, at, depth+1) })
					}
				}
			}
		case *ssa.MakeInterface:
			add(instr, false, func() []ssa.CallInstruction { return g.writers(instr, at, depth+1) })
		case *ssa.Call:
			add(instr, false, func() []ssa.CallInstruction { return g.callsBehind(instr, depth+1) })
		}
	}
	var out []ssa.CallInstruction
	for _, w := range live(g.order, writes, func(w write) def { return w.def }, at) {
		out = append(out, w.calls()...)
	}
	return out
}

// vouches reports whether what a call finds out vouches for the value: it gets
// the value together with something that says who the caller is, be it in a
// context or in the request.
func (g *guard) vouches(call ssa.CallInstruction) bool {
	c := g.callee(call)
	switch c.entry.role {
	case noRole:
	case equal, secret:
		return g.compares(c)
	default:
		return false
	}
	if c.fn == nil {
		return true // a function of which nothing is known
	}
	about, asks, role := false, false, false
	for i, arg := range g.expanded(call, c) {
		switch {
		case g.apis.isRequest(arg.Type()):
			about = about || g.readsIt(c)
			asks = asks || g.asks(c)
		case isContext(arg.Type()):
			asks = asks || g.asks(c)
		case i == 0 && c.shift == 1:
			asks = asks || g.identifies(arg)
		case g.is(arg):
			about = true
		default:
			text, isText := constString(arg)
			role = role || isText && text != ""
			asks = asks || g.tells(arg) || g.credential(arg)
		}
	}
	verdict := onlyVerdict(call.Common().Signature().Results())
	switch {
	case about && asks:
		return true
	case !c.own || !verdict || !asks:
		return false
	}
	// Who has a role, or a permission, was asked who he is.
	return role || privileged.MatchString(c.fn.Name())
}

// compares is a call that compares its arguments.
func (g *guard) compares(c callee) bool {
	for i, x := range c.args {
		for j, y := range c.args {
			if i == j {
				continue
			}
			if g.is(x) && g.independent(y) || g.secretPair(x, y) {
				return true
			}
			if _, isConst := y.(*ssa.Const); c.entry.role == secret && !isConst {
				return true // a signature, or a key
			}
		}
	}
	return false
}

// expanded are the arguments, those of a variadic parameter one by one.
func (g *guard) expanded(call ssa.CallInstruction, c callee) []ssa.Value {
	args := c.args
	if n := len(args); n > 0 && call.Common().Signature().Variadic() {
		if elems, ok := lazyssa.Variadic(args[n-1]); ok {
			args = slices.Concat(args[:n-1], elems)
		}
	}
	return args
}

// tells reports whether an argument may say who the caller is: a database, and
// what else a server has in its fields, doesn't.
func (g *guard) tells(v ssa.Value) bool {
	if g.Handle(v.Type()) {
		return false
	}
	for _, o := range g.trace(v, "", nil) {
		switch o.Kind {
		case Request, Program:
		case Param:
			if fn := root(v); fn == nil || fn.Signature.Recv() == nil || o.Param > 0 {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// root is the declared function that a value is used in.
func root(v ssa.Value) *ssa.Function {
	fn := v.Parent()
	for fn != nil && fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn
}

// credential reports whether a value is another one that stands where requests
// carry credentials.
func (g *guard) credential(v ssa.Value) bool {
	for _, o := range g.trace(v, "", nil) {
		if o.Kind == Request && !o.same(g.o) && (o.What == "header" || o.What == "cookie" || o.What == "body" || o.What == "form") {
			return true
		}
	}
	return false
}

// readsIt reports whether a function that gets the request finds the value there.
func (g *guard) readsIt(c callee) bool {
	if g.o.Kind != Request {
		return false
	}
	if c.summary != nil && slices.Contains(c.summary.Reads, g.o.Words()) {
		return true
	}
	return c.own && !c.known && onlyVerdict(c.fn.Signature().Results())
}

// asks reports whether a function that gets a context or the request finds out
// who the caller is.
func (g *guard) asks(c callee) bool {
	if c.known {
		return c.summary != nil && c.summary.Asks
	}
	return c.own && !g.SQL(c.fn) // of other types behind the interface nothing is known
}

// onlyVerdict reports whether a function returns an error or a bool and nothing
// else.
func onlyVerdict(results *types.Tuple) bool {
	for i := range results.Len() {
		b, ok := results.At(i).Type().Underlying().(*types.Basic)
		if !isError(results.At(i).Type()) && (!ok || b.Kind() != types.Bool) {
			return false
		}
	}
	return results.Len() > 0
}

func isContext(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Context" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context"
}
