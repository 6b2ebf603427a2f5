package route

import (
	"cmp"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/analyzer/internal/interceptor"
	"github.com/tenantvet/tenantvet/analyzer/internal/request"
	"github.com/tenantvet/tenantvet/internal/webcontext"
)

// What a middleware puts into contexts is asked as "may it": of all that it calls,
// on any path, and of the functions that it is given. A route is said to lack
// something only where nothing before it may have put it there.

// effectOf is what a function of the program, or a literal, may do to contexts.
func (p *engine) effectOf(fn *ssa.Function) Effect {
	if e, ok := p.effects[fn]; ok {
		return e
	}
	s := &scan{engine: p, seen: map[scanned]bool{}}
	s.function(fn)
	s.out.tidy()
	p.effects[fn] = s.out // what skips asks may lead here again
	s.out.Skips = p.skips(fn, s.out.Puts)
	p.effects[fn] = s.out
	return s.out
}

// effectOfFunc is that of a declared function, wherever it is.
func (p *engine) effectOfFunc(fn *types.Func) Effect {
	fn = fn.Origin()
	switch {
	case fn.Pkg() == nil || !p.Local(fn.Pkg().Path()):
		return Effect{} // libraries don't know the program's keys
	case fn.Pkg() != p.Pkg.Pkg:
		if s := p.Import(fn); s != nil {
			return s.Effect
		}
		return Effect{}
	}
	if f := p.Pkg.Prog.FuncValue(fn); f != nil && len(f.Blocks) > 0 {
		return p.effectOf(f)
	}
	return Effect{}
}

// A scan goes through a function, and through those of the package that it uses.
type scan struct {
	*engine
	seen map[scanned]bool
	kind interceptor.Kind // of the calls that what is looked at comes before
	out  Effect
}

// scanned is a function that was looked at, before calls of a kind.
type scanned struct {
	fn   *ssa.Function
	kind interceptor.Kind
}

func (s *scan) function(fn *ssa.Function) {
	if kind := kindOf(fn); kind != "" {
		defer func(kind interceptor.Kind) { s.kind = kind }(s.kind)
		s.kind = kind
	}
	if s.seen[scanned{fn, s.kind}] {
		return
	}
	s.seen[scanned{fn, s.kind}] = true
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if s.spent() {
				s.out.Unknown = true
				return
			}
			if call, ok := instr.(ssa.CallInstruction); ok {
				s.call(call)
			}
			for _, op := range instr.Operands(nil) {
				if used, ok := (*op).(*ssa.Function); ok {
					s.used(used)
				}
			}
			if mi, ok := instr.(*ssa.MakeInterface); ok && interceptor.IsLayer(mi.Type()) {
				for _, m := range s.layersOf(mi) {
					s.method(m)
				}
			}
			if keptLayer(instr) {
				s.out.Unknown = true
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		s.function(anon)
	}
}

// keptLayer reports whether an instruction takes interceptors, or options that have
// some, from where others put them.
func keptLayer(instr ssa.Instruction) bool {
	v, ok := instr.(ssa.Value)
	if !ok {
		return false
	}
	switch x := instr.(type) {
	case *ssa.UnOp:
		switch x.X.(type) {
		case *ssa.FieldAddr, *ssa.Global:
		default:
			return false
		}
	case *ssa.Field, *ssa.Lookup, *ssa.TypeAssert:
	default:
		return false
	}
	return isLayer(v.Type())
}

// isLayer reports whether a type is one of interceptors, or of options that have some.
func isLayer(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return isLayer(u.Elem())
	case *types.Signature:
		return slices.ContainsFunc(slices.Collect(u.Params().Variables()), func(v *types.Var) bool { return interceptor.IsNext(v.Type()) })
	}
	return interceptor.IsLayer(t)
}

// method is one of an interceptor that is a value of a type.
func (s *scan) method(fn *types.Func) {
	if body := s.Pkg.Prog.FuncValue(fn.Origin()); body != nil && fn.Pkg() == s.Pkg.Pkg {
		s.function(body)
	} else {
		s.add(s.effectOfFunc(fn), nil)
	}
}

// used is a function that is called or handed on.
func (s *scan) used(fn *ssa.Function) {
	obj := declared(fn)
	switch {
	case obj == nil:
		s.function(fn)
	case obj.Pkg() == s.Pkg.Pkg:
		if f := s.Pkg.Prog.FuncValue(obj.Origin()); f != nil {
			s.function(f)
		}
	default:
		s.add(s.effectOfFunc(obj), nil)
	}
}

// add joins the effect of a called function, with the call's arguments.
func (s *scan) add(e Effect, args []ssa.Value) {
	for _, put := range e.Puts {
		put.Kind = cmp.Or(put.Kind, s.kind)
		if put.KeyParam < 0 {
			s.out.Puts = append(s.out.Puts, put)
		} else if key, ok := request.Completed(put.Key, put.KeyParam, args); ok {
			s.out.Puts = append(s.out.Puts, Put{key, -1, put.Kind})
		} else if args != nil {
			s.out.Unknown = true
		}
	}
	s.out.Takes = append(s.out.Takes, e.Takes...)
	s.out.Unknown = s.out.Unknown || e.Unknown
}

func (s *scan) call(call ssa.CallInstruction) {
	common := call.Common()
	if key, ok := putKey(common); ok {
		s.puts(key, call.Parent())
	}
	if key, ok := takenKey(common); ok {
		if name, param := request.KeyOf(key); name != "" && param < 0 {
			s.out.Takes = append(s.out.Takes, name)
		}
	}
	switch {
	case common.IsInvoke():
		fn := common.Method
		if fn.Pkg() == nil || !s.Local(fn.Pkg().Path()) {
			return
		}
		if impl := s.impls.Method(common.Value.Type(), fn); impl != nil {
			if body := s.Pkg.Prog.FuncValue(impl.Origin()); body != nil && impl.Pkg() == s.Pkg.Pkg {
				s.function(body)
			} else {
				s.add(s.effectOfFunc(impl), nil)
			}
		} else if changesContext(fn.Signature()) {
			s.out.Unknown = true
		}
	case common.StaticCallee() == nil:
		if _, builtin := common.Value.(*ssa.Builtin); !builtin && !given(common.Value, 0) && changesContext(common.Signature()) {
			s.out.Unknown = true
		}
	default:
		if fn := declared(common.StaticCallee()); fn != nil && fn.Pkg() != nil && s.Local(fn.Pkg().Path()) {
			s.add(s.completing(fn), common.Args)
		}
	}
}

// completing is what a called function puts under keys that its arguments
// complete: the rest is found in its body.
func (s *scan) completing(fn *types.Func) Effect {
	var e Effect
	if fn.Origin().Pkg() != s.Pkg.Pkg {
		e = s.effectOfFunc(fn)
	} else if f := s.Pkg.Prog.FuncValue(fn.Origin()); f != nil {
		for _, b := range f.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					if key, ok := putKey(call.Common()); ok {
						if name, param := request.KeyOf(key); name != "" && param >= 0 {
							e.Puts = append(e.Puts, Put{Key: name, KeyParam: param})
						}
					}
				}
			}
		}
	}
	e.Puts = slices.DeleteFunc(slices.Clone(e.Puts), func(put Put) bool { return put.KeyParam < 0 })
	return Effect{Puts: e.Puts}
}

// puts records a key. One that a parameter completes belongs to the calls of the
// function around it.
func (s *scan) puts(key ssa.Value, in *ssa.Function) {
	name, param := request.KeyOf(key)
	switch {
	case name == "":
		s.out.Unknown = true
	case param < 0:
		s.out.Puts = append(s.out.Puts, Put{name, -1, s.kind})
	case len(s.seen) == 1:
		s.out.Puts = append(s.out.Puts, Put{name, param, s.kind})
	}
}

// putKey is the key under which a call puts something into a context.
func putKey(common *ssa.CallCommon) (ssa.Value, bool) {
	if fn := common.StaticCallee(); fn != nil && fn.String() == "context.WithValue" {
		return common.Args[1], true
	}
	m, args, ok := webMethod(common)
	if !ok || m.Value < 0 || m.Takes && isNil(args[m.Value]) {
		return nil, false
	}
	return args[m.Key], true
}

// takenKey is the key under which a call looks into a context.
func takenKey(common *ssa.CallCommon) (ssa.Value, bool) {
	if common.IsInvoke() && fullname.Is(common.Method, "(context.Context).Value") {
		return common.Args[0], true
	}
	m, args, ok := webMethod(common)
	if !ok || !m.Takes || m.Value >= 0 && !isNil(args[m.Value]) {
		return nil, false
	}
	return args[m.Key], true
}

func webMethod(common *ssa.CallCommon) (m webcontext.Method, args []ssa.Value, ok bool) {
	fn, args := common.Method, common.Args
	if !common.IsInvoke() {
		static := common.StaticCallee()
		if static == nil || len(args) == 0 {
			return m, nil, false
		}
		fn, _ = static.Object().(*types.Func)
		args = args[1:]
	}
	m, ok = webcontext.Of(fn)
	return m, args, ok && len(args) > max(m.Key, m.Value)
}

func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value == nil
}

// given reports whether a function value is one that the function, or the one
// around it, is given: it counts where it is given.
func given(v ssa.Value, depth int) bool {
	if depth > maxDepth {
		return false
	}
	switch v := v.(type) {
	case *ssa.Parameter, *ssa.MakeClosure, *ssa.Function, *ssa.Call:
		return true // functions that are used are seen, and those that calls return as well
	case *ssa.FreeVar:
		b := captured(v)
		return b != nil && given(b, depth+1)
	case *ssa.ChangeType:
		return given(v.X, depth+1)
	case *ssa.Extract:
		return given(v.Tuple, depth+1)
	case *ssa.Phi:
		return !slices.ContainsFunc(v.Edges, func(e ssa.Value) bool { return !given(e, depth+1) })
	case *ssa.UnOp:
		switch x := v.X.(type) {
		case *ssa.Alloc, *ssa.FreeVar:
			vals := storedIn(x)
			return len(vals) > 0 && !slices.ContainsFunc(vals, func(e ssa.Value) bool { return !given(e, depth+1) })
		case *ssa.IndexAddr: // of a variadic parameter
			return given(x.X, depth+1)
		}
	case *ssa.Next, *ssa.Range:
		return false
	}
	return false
}

// changesContext reports whether a function may hand out a context, or a request
// with one, or is given the context of a framework, which it may change.
func changesContext(sig *types.Signature) bool {
	for i := range sig.Results().Len() {
		t := sig.Results().At(i).Type()
		if isContext(t) || isRequest(t) || isHandler(t) {
			return true
		}
	}
	for i := range sig.Params().Len() {
		if webcontext.IsContext(sig.Params().At(i).Type()) {
			return true
		}
	}
	return false
}
