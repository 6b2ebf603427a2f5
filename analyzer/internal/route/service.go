package route

import (
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/analyzer/internal/interceptor"
)

// The methods of a service are routes: generated code mounts them, all at once, on a
// server of gRPC or as one handler of connect. Interceptors are told apart by the kind
// of the calls that they run before.

// A service is what generated code mounts: RegisterXServer of gRPC, NewXHandler of
// connect. Both are told by their signatures.
type service struct {
	methods *types.Interface
	of      *types.Named // the interface's name
	impl    int          // arguments
	server  int          // of gRPC; none of connect
	opts    int          // of connect; none of gRPC
}

// serviceOf recognises
//
//	func RegisterXServer(s grpc.ServiceRegistrar, srv XServer)
//	func NewXHandler(svc XHandler, opts ...connect.HandlerOption) (string, http.Handler)
func serviceOf(fn *types.Func) (service, bool) {
	if fn == nil || fn.Signature().Recv() != nil {
		return service{}, false
	}
	s := service{impl: 1, opts: none}
	params, results := fn.Signature().Params(), fn.Signature().Results()
	switch {
	case params.Len() != 2:
		return service{}, false
	case results.Len() == 0 && isServer(params.At(0).Type()):
	case results.Len() == 2 && fn.Signature().Variadic() && fullname.OfType(results.At(1).Type()) == "net/http.Handler":
		list, _ := params.At(1).Type().(*types.Slice)
		if list == nil || fullname.OfType(list.Elem()) != "connectrpc.com/connect.HandlerOption" {
			return service{}, false
		}
		s.impl, s.server, s.opts = 0, none, 1
	default:
		return service{}, false
	}
	s.of, _ = types.Unalias(params.At(s.impl).Type()).(*types.Named)
	if s.of == nil {
		return service{}, false
	}
	s.methods, _ = s.of.Underlying().(*types.Interface)
	if s.methods == nil {
		return service{}, false
	}
	served := 0
	for m := range s.methods.Methods() {
		switch {
		case interceptor.Serves(m.Signature()) != "":
			served++
		case m.Exported():
			return service{}, false
		}
	}
	return s, served > 0
}

// isServer reports whether a type is that of gRPC's servers.
func isServer(t types.Type) bool {
	name := fullname.OfType(t)
	return name == "*google.golang.org/grpc.Server" || name == "google.golang.org/grpc.ServiceRegistrar"
}

// service mounts the methods of one.
func (f *frame) service(call ssa.CallInstruction, s service, args []ssa.Value) {
	var on *router
	if s.server != none {
		on = f.router(args[s.server])
	} else {
		at := value{resultOf(call, 1), f, ""}
		if at.v == nil {
			return
		}
		on = &router{at: at, known: true, made: true, handler: true, layers: f.options(args[s.opts])}
		f.routers[at] = on
	}
	cover := on.covering("", true).at(f.Posn(call.Pos()))
	impl := f.resolved(args[s.impl])
	for m := range s.methods.Methods() {
		kind := interceptor.Serves(m.Signature())
		if kind == "" {
			continue
		}
		fn := f.implementation(args[s.impl], impl, s.of, m)
		if fn == nil || !f.Local(pathOf(fn)) || fn.Pkg() == s.of.Obj().Pkg() {
			continue // generated code implements it, and refuses the call
		}
		f.mount(&mounted{
			on: on, cover: cover, needs: f.needsOfFunc(fn), asks: f.asksOfFunc(fn), funcs: f.bodies(fn), name: nameOf(fn),
			pos: call.Pos(), posn: f.Posn(call.Pos()), kind: kind, method: s.name(m),
		}, "", true)
	}
}

// resultOf is one of several results of a call, nil if it is not used.
func resultOf(call ssa.CallInstruction, index int) ssa.Value {
	v, ok := call.(*ssa.Call)
	if !ok {
		return nil
	}
	for _, use := range *v.Referrers() {
		if ex, ok := use.(*ssa.Extract); ok && ex.Index == index {
			return ex
		}
	}
	return nil
}

// implementation is the method of what a service is given: of its type, as far as
// that is seen, or else of the only type that there is. nil if that isn't known.
func (f *frame) implementation(arg ssa.Value, impl value, of types.Type, m *types.Func) *types.Func {
	var t types.Type
	for v := arg; v != nil; v = unwrapped(v) {
		t = v.Type()
	}
	if types.IsInterface(t) && impl.v != nil && impl.path == "" {
		t = impl.v.Type()
	}
	if types.IsInterface(t) {
		return f.impls.Method(of, m)
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, f.Pkg.Pkg, m.Name())
	fn, _ := obj.(*types.Func)
	if fn != nil && recvOf(fn) != nil && types.IsInterface(recvOf(fn)) {
		return f.impls.Method(recvOf(fn), fn)
	}
	return fn
}

// name is a method's as calls have it: generated code has a constant for it in newer
// versions; else the package of the protocol is left out.
func (s service) name(m *types.Func) string {
	name := strings.TrimSuffix(s.of.Obj().Name(), "Server")
	if s.server == none {
		name = strings.TrimSuffix(s.of.Obj().Name(), "Handler")
	}
	name += "/" + m.Name()
	scope := s.of.Obj().Pkg().Scope()
	for _, c := range scope.Names() {
		c, ok := scope.Lookup(c).(*types.Const)
		if !ok || c.Val().Kind() != constant.String {
			continue
		}
		if text := constant.StringVal(c.Val()); strings.HasPrefix(text, "/") && (text == "/"+name || strings.HasSuffix(text, "."+name)) {
			return text
		}
	}
	return name
}

// letsBy reports whether an interceptor lets a method by.
func (l Layer) letsBy(method string) (at Skip, lets bool) {
	if method == "" {
		return Skip{}, false
	}
	var rest *Skip
	for i, s := range l.Skips {
		switch {
		case s.Method == others:
			rest = &l.Skips[i]
		case !strings.HasPrefix(method, "/") && strings.Contains(s.Method, "*"):
			return Skip{}, false // it may be one of these
		case matches(strings.TrimPrefix(s.Method, kept), method):
			return s, !strings.HasPrefix(s.Method, kept)
		}
	}
	if rest != nil {
		return *rest, true
	}
	return Skip{}, false
}

// matches compares a name, or how it begins or ends, with that of a method.
func matches(pattern, method string) bool {
	text := strings.Trim(pattern, "*")
	switch {
	case strings.HasPrefix(pattern, "*"):
		return strings.HasSuffix(method, text)
	case strings.HasSuffix(pattern, "*"):
		return strings.HasPrefix(method, text)
	case !strings.HasPrefix(method, "/"):
		return text == "/"+method || strings.HasSuffix(text, "."+method)
	}
	return text == method
}
