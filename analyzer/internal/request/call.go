package request

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
)

// A callee is what is known about the function that a call calls.
type callee struct {
	fn      *types.Func // nil for function values
	entry   entry       // of the catalogue
	summary *Summary    // nil if there is none
	static  *ssa.Function
	args    []ssa.Value // the receiver first
	shift   int         // 1 if there is a receiver
	own     bool        // the function belongs to the program
	known   bool        // its body, or what the catalogue says, is known
	virtual bool        // a method of an interface: the summary is that of the type in sight
}

// callee resolves a call.
func (p *engine) callee(call ssa.CallInstruction) callee {
	c, common := callee{entry: entry{out: none, keyfunc: none}}, call.Common()
	switch {
	case common.IsInvoke():
		c.fn, c.shift = common.Method, 1
		c.args = append([]ssa.Value{common.Value}, common.Args...)
	default:
		c.args, c.static = common.Args, common.StaticCallee()
		if c.static == nil {
			return c
		}
		if o := c.static.Origin(); o != nil {
			c.static = o
		}
		c.fn, _ = c.static.Object().(*types.Func)
		if c.fn == nil {
			return c
		}
		if c.fn.Signature().Recv() != nil {
			c.shift = 1
		}
	}
	c.fn = c.fn.Origin()
	c.own = c.fn.Pkg() != nil && p.Local(c.fn.Pkg().Path())
	if e := p.apis.entry(c.fn); e.role != noRole {
		c.entry, c.known = e, true
		return c
	}
	if p.Verified(c.fn) {
		c.entry, c.known = entry{role: verified, out: none, keyfunc: none}, true
		return c
	}
	switch {
	case !common.IsInvoke():
		c.summary = p.summaryOf(c.fn)
		c.known = c.own
	case c.own && !p.SQL(c.fn):
		c.virtual = true
		if fn := p.impls.Method(common.Value.Type(), common.Method); fn != nil {
			c.summary = p.summaryOf(fn)
		}
	}
	return c
}

// result is a result of a call.
func (p *engine) result(call *ssa.Call, index int, path string) []Origin {
	if b, ok := call.Call.Value.(*ssa.Builtin); ok {
		if b.Name() != "append" {
			return opaque
		}
		var out []Origin
		for _, a := range call.Call.Args {
			out = join(out, p.trace(a, path, call)...)
		}
		return out
	}
	c := p.callee(call)
	if results := call.Call.Signature().Results(); index < results.Len() && isError(results.At(index).Type()) {
		return []Origin{{Kind: Program}}
	}
	e := c.entry
	switch e.role {
	case source, pass, unverified, verified:
		if e.role == verified && p.insecure(c) {
			return []Origin{p.unverified(call)}
		}
		if e.out != none && e.role != verified && e.role != unverified {
			return []Origin{{Kind: Program}} // an error, or a flag
		}
		return p.made(call, c)
	case get:
		if o, ok := p.carried(c.args[e.key+c.shift], path); ok && !c.puts() {
			return []Origin{o}
		}
		return opaque
	case config:
		return []Origin{{Kind: Program}}
	case noRole:
	default:
		return opaque
	}
	if fullname.Is(c.fn, "(context.Context).Value") {
		if o, ok := p.carried(c.args[1], path); ok {
			return []Origin{o}
		}
		return []Origin{{Kind: Caller}}
	}
	return p.returned(call, c, index, path)
}

// returned is the result of a function of the program.
func (p *engine) returned(call *ssa.Call, c callee, index int, path string) []Origin {
	if c.static != nil && c.fn != nil && c.fn.Pkg() == p.Pkg.Pkg && len(c.static.Blocks) > 0 {
		return p.bind(p.results(c.static, index, path), call, c, "")
	}
	if c.summary != nil {
		best := -1
		for i, r := range c.summary.Results {
			rest, ok := strings.CutPrefix(path, r.Path)
			if r.Index == index && ok && (rest == "" || rest[0] == '.') && (best < 0 || len(r.Path) > len(c.summary.Results[best].Path)) {
				best = i
			}
		}
		if best >= 0 {
			r := c.summary.Results[best]
			return p.bind(r.Origins, call, c, strings.TrimPrefix(path, r.Path))
		}
	}
	if c.own || c.fn == nil {
		return []Origin{{Kind: Caller}}
	}
	return opaque
}

// results are what a function of this package returns.
func (p *engine) results(fn *ssa.Function, index int, path string) []Origin {
	key := resultKey{fn, index, path}
	if out, ok := p.resultMemo[key]; ok {
		if p.running[key] {
			p.cut++ // recursion brings nothing new
		}
		return out
	}
	p.resultMemo[key], p.running[key] = nil, true
	defer delete(p.running, key)
	// What the function checks before it returns is checked, whoever asks.
	raw, busy := p.raw, p.busy
	p.raw, p.busy = false, map[demand]bool{}
	defer func() { p.raw, p.busy = raw, busy }()
	var out []Origin
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || index >= len(ret.Results) {
			continue
		}
		out = join(out, p.trusting(p.trace(ret.Results[index], path, ret), b, nil)...)
	}
	p.resultMemo[key] = out
	return out
}

type resultKey struct {
	fn    *ssa.Function
	index int
	path  string
}

// bind puts the arguments of a call in the place of parameters.
func (p *engine) bind(origins []Origin, call ssa.CallInstruction, c callee, rest string) []Origin {
	var out []Origin
	for _, o := range origins {
		switch {
		case o.Kind == Param && o.Param < len(c.args):
			out = join(out, p.trace(c.args[o.Param], o.Path+rest, call)...)
		case o.Kind == Param:
			out = join(out, Origin{Kind: Opaque})
		case o.Kind == Context && o.Param >= 0:
			if key, ok := Completed(o.What, o.Param, c.args); ok {
				out = join(out, Origin{Kind: Context, What: key, Param: -1, Path: o.Path + rest})
			} else {
				out = join(out, Origin{Kind: Caller})
			}
		case o.Kind == Context:
			o.Path += rest
			out = join(out, o)
		case o.Kind == Request && c.fn != nil && len(o.Steps) < maxSteps:
			o.Steps = append(o.Steps[:len(o.Steps):len(o.Steps)], Step{p.Posn(call.Pos()), c.fn.Name() + " returns it"})
			out = join(out, o)
		case o.Kind == Opaque && c.own:
			out = join(out, Origin{Kind: Caller})
		default:
			out = join(out, o)
		}
	}
	return out
}

// maxSteps bounds the path of a finding.
const maxSteps = 6

// made is what a function of a library makes of its arguments.
func (p *engine) made(call ssa.CallInstruction, c callee) []Origin {
	e := c.entry
	switch e.role {
	case source:
		o := p.read(e.kind, "", call.Pos())
		if e.name != none {
			return named([]Origin{o}, c.args[e.name+c.shift])
		}
		return []Origin{o}
	case unverified:
		return []Origin{p.unverified(call)}
	case verified:
		return []Origin{{Kind: Caller}}
	}
	var out []Origin
	for i, arg := range c.args {
		if !e.takes(i - c.shift) {
			continue
		}
		if elems, ok := lazyssa.Variadic(arg); ok && call.Common().Signature().Variadic() && i == len(c.args)-1 {
			for _, elem := range elems {
				out = join(out, p.trace(elem, "", call)...)
			}
			continue
		}
		out = join(out, p.trace(arg, "", call)...)
	}
	if e.name != none {
		out = named(out, c.args[e.name+c.shift])
	}
	return out
}

// takes reports whether an argument goes into what the function makes.
func (e entry) takes(arg int) bool {
	if e.fromAllArguments {
		return arg >= 0
	}
	for _, n := range e.from {
		if n == arg {
			return true
		}
	}
	return false
}

// read is a value read from the request.
func (p *engine) read(kind, name string, pos tokenPos) Origin {
	return Origin{Kind: Request, What: kind, Name: name, Posn: p.Posn(pos)}
}

func (p *engine) unverified(call ssa.CallInstruction) Origin {
	return p.read(unverifiedToken, "", call.Pos())
}

// insecure reports whether an option switches a function's verification off.
func (p *engine) insecure(c callee) bool {
	if len(c.args) == 0 {
		return false
	}
	elems, _ := lazyssa.Variadic(c.args[len(c.args)-1])
	for _, elem := range elems {
		if mi, ok := elem.(*ssa.MakeInterface); ok {
			elem = mi.X
		}
		call, ok := elem.(*ssa.Call)
		if !ok {
			continue
		}
		if o := p.callee(call); o.entry.role == insecure {
			if arg, isConst := o.args[o.entry.option].(*ssa.Const); isConst && arg.Value != nil && arg.Value.String() == "false" {
				return true
			}
		}
	}
	return false
}

// puts reports whether the call of a function that gets from a context, or puts
// into it what it is given, puts.
func (c callee) puts() bool {
	if c.entry.role == put {
		return true
	}
	if c.entry.role != get || c.entry.value == none {
		return false
	}
	elems, ok := lazyssa.Variadic(c.args[c.entry.value+c.shift])
	return !ok || len(elems) > 0
}

// carried is what contexts carry under a key.
func (p *engine) carried(key ssa.Value, path string) (Origin, bool) {
	name, param := KeyOf(key)
	return Origin{Kind: Context, What: name, Param: param, Path: path}, name != ""
}

// KeyOf names a key; param is the parameter of the function that completes it,
// as in ctx.Value(claim(name)).
func KeyOf(v ssa.Value) (name string, param int) {
	if name := scope.ContextKey(v); name != "" {
		return name, -1
	}
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	typ := v.Type()
	for {
		x := operand(v)
		if x == nil {
			break
		}
		v = x
	}
	param = -1
	if par, ok := v.(*ssa.Parameter); ok && par.Parent().Parent() == nil {
		param = paramIndex(par)
	}
	if param < 0 {
		return "", -1
	}
	if b, ok := types.Unalias(typ).(*types.Basic); ok && b.Kind() == types.String {
		return "string", param
	}
	if name := fullname.OfType(typ); name != "" {
		return name + "=", param
	}
	return "", -1
}

// completed is a key that a call's argument completes.
func Completed(key string, param int, args []ssa.Value) (string, bool) {
	if param >= len(args) {
		return "", false
	}
	c, ok := args[param].(*ssa.Const)
	if !ok || c.Value == nil {
		return "", false
	}
	if key == "string" {
		return scope.ConstantKey(types.Typ[types.String], c.Value), true
	}
	return key + c.Value.ExactString(), true
}

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }
