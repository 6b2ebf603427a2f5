package provenance

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/internal/credential"
)

// call says what a result of a call is made of.
func (t *tracer) call(call *ssa.Call, index int) trace {
	common := call.Common()
	if names, ok := t.reads(call); ok {
		if index != 0 {
			return other()
		}
		return t.named(names, call)
	}
	static := common.StaticCallee()
	if static == nil {
		return other()
	}
	fn, _ := static.Object().(*types.Func)
	if fn == nil {
		return t.literalResult(static, index)
	}
	fn = fn.Origin()
	if m, ok := t.api.Method(fn); ok && m.Effect == dbapi.Open {
		if index != 0 {
			return other()
		}
		return t.opens(call)
	}
	switch kind := passes(fn); kind {
	case alternatives:
		return t.all(flat(common.Args))
	case composes:
		return t.composed(call, call.Block(), flat(common.Args))
	}
	return t.declared(fn, call, index)
}

// declared applies what is known about a function of the program.
func (t *tracer) declared(fn *types.Func, call *ssa.Call, index int) trace {
	holds := t.holdsOf(fn)
	if holds == nil {
		return other()
	}
	for _, h := range holds.Values {
		if h.Slot != index {
			continue
		}
		out := trace{origins: h.Origins, other: !h.Only}
		for _, p := range h.Params {
			if p < len(call.Call.Args) {
				out.add(t.trace(call.Call.Args[p]))
			}
		}
		return out
	}
	return other()
}

// literalResult says what a function literal returns.
func (t *tracer) literalResult(fn *ssa.Function, index int) trace {
	if fn.Parent() == nil || len(fn.Blocks) == 0 {
		return other()
	}
	out := t.returned(fn, index)
	if len(out.params) > 0 {
		out.params, out.other = nil, true // its calls were followed by lazyssa.Passed
	}
	return out
}

// returned joins what a function returns as one of its results.
func (t *tracer) returned(fn *ssa.Function, index int) trace {
	var out trace
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(ret.Results) {
			out.add(t.trace(ret.Results[index]))
		}
	}
	return out
}

// holdsOf says what a function returns, nil if nothing of interest.
func (t *tracer) holdsOf(fn *types.Func) *Holds {
	if fn.Pkg() == nil {
		return nil
	}
	if fn.Pkg() != t.pass.Pkg {
		var fact Holds
		if t.pass.ImportObjectFact(fn, &fact) {
			return &fact
		}
		return nil
	}
	if known, ok := t.results[fn]; ok {
		return known
	}
	t.results[fn] = nil // recursion adds nothing new
	ssaFn := t.src.Package().Prog.FuncValue(fn)
	if ssaFn == nil || len(ssaFn.Blocks) == 0 {
		return nil
	}
	var h Holds
	for i := range fn.Signature().Results().Len() {
		if typ := fn.Signature().Results().At(i).Type(); !t.carries(typ) {
			continue
		}
		held := t.returned(ssaFn, i).held(i)
		if len(held.Origins)+len(held.Params) > 0 {
			h.Values = append(h.Values, held)
		}
	}
	if len(h.Values) == 0 {
		return nil
	}
	t.results[fn] = &h
	return &h
}

// carries reports whether values of a type can be a credential or what a
// connection is opened with; handles themselves are followed by others.
func (t *tracer) carries(typ types.Type) bool {
	if isText(typ) {
		return true
	}
	p, ok := typ.Underlying().(*types.Pointer)
	if ok {
		typ = p.Elem()
	}
	named, ok := types.Unalias(typ).(*types.Named)
	return ok && named.Obj().Pkg() != nil && (isConfig(named) || named.Obj().Pkg().Path() == "net/url")
}

func isText(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Slice:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return ok && b.Kind() == types.Byte
	}
	return false
}

// reads lists the variables that a call reads, if it reads any by name.
func (t *tracer) reads(call ssa.CallInstruction) (names []string, ok bool) {
	common := call.Common()
	if static := common.StaticCallee(); static != nil {
		fn, _ := static.Object().(*types.Func)
		r := t.env.Reader(fn)
		if r == nil {
			return nil, false
		}
		args := common.Args
		if fn.Signature().Recv() != nil && len(args) > 0 {
			args = args[1:]
		}
		for i, arg := range args {
			if i != r.Param && !(r.Rest && i > r.Param) {
				continue
			}
			for _, v := range flat([]ssa.Value{arg}) {
				for _, name := range t.names(v, call.Block()) {
					names = append(names, r.Variable(name))
				}
			}
		}
		return names, true
	}
	// A function that is handed in place of os.Getenv.
	if sig := common.Signature(); !common.IsInvoke() && isGetter(sig) && len(common.Args) == 1 {
		for _, name := range t.names(common.Args[0], call.Block()) {
			if credential.IsServiceRoleEnv(name) {
				names = append(names, name)
			}
		}
	}
	return names, len(names) > 0
}

func isGetter(sig *types.Signature) bool {
	text := types.Typ[types.String]
	results := sig.Results()
	return sig.Params().Len() == 1 && types.Identical(sig.Params().At(0).Type(), text) &&
		(results.Len() == 1 || results.Len() == 2) && types.Identical(results.At(0).Type(), text)
}

// names lists the constants that a name may be.
func (t *tracer) names(v ssa.Value, at *ssa.BasicBlock) []string {
	var out []string
	for _, tpl := range t.texts.Text(v, at).Templates {
		if name, ok := tpl.Const(); ok {
			out = append(out, name)
		}
	}
	return out
}

// named is the trace of a read of some variables.
func (t *tracer) named(names []string, call ssa.CallInstruction) trace {
	var out trace
	for _, name := range names {
		if credential.IsServiceRoleEnv(name) {
			out.add(known(t.origin(name, Read, call.Common().Pos())))
		} else {
			out.other = true
		}
	}
	out.other = out.other || len(out.origins) == 0
	if callee := call.Common().StaticCallee(); callee != nil {
		// getenv(name, fallback)
		for _, arg := range call.Common().Args {
			if c, ok := arg.(*ssa.Const); ok && len(out.origins) == 0 && isText(c.Type()) {
				fallback := t.constant(c)
				out.origins = append(out.origins, fallback.origins...)
			}
		}
	}
	return out
}

// lookup: a map that a .env file was read into is a configuration store.
func (t *tracer) lookup(l *ssa.Lookup) trace {
	if !t.isEnvironment(l.X, 0) {
		return other()
	}
	var out trace
	for _, name := range t.names(l.Index, l.Block()) {
		if credential.IsServiceRoleEnv(name) {
			out.add(known(t.origin(name, Read, l.Pos())))
		}
	}
	out.other = len(out.origins) == 0
	return out
}

// isEnvironment reports whether a map is what a .env file was read into.
func (t *tracer) isEnvironment(m ssa.Value, depth int) bool {
	if depth > 4 {
		return false
	}
	switch m := m.(type) {
	case *ssa.Extract:
		return t.isEnvironment(m.Tuple, depth+1)
	case *ssa.Call:
		fn := m.Common().StaticCallee()
		return fn != nil && fn.Pkg != nil && fn.Pkg.Pkg.Path() == "github.com/joho/godotenv"
	case *ssa.UnOp:
		if val := lazyssa.StoredBefore(m); val != nil {
			return t.isEnvironment(val, depth+1)
		}
		return t.isEnvironment(m.X, depth+1)
	case *ssa.Alloc:
		vals, _ := lazyssa.Stored(m)
		return slices.ContainsFunc(vals, func(v ssa.Value) bool { return t.isEnvironment(v, depth+1) })
	case *ssa.Phi:
		return slices.ContainsFunc(m.Edges, func(v ssa.Value) bool { return t.isEnvironment(v, depth+1) })
	}
	return false
}

// flat replaces the slice of a variadic argument by its elements.
func flat(args []ssa.Value) []ssa.Value {
	var out []ssa.Value
	for _, a := range args {
		if _, isSlice := a.Type().Underlying().(*types.Slice); isSlice && !isText(a.Type()) {
			if elems, ok := lazyssa.Variadic(a); ok {
				out = append(out, elems...)
				continue
			}
		}
		out = append(out, a)
	}
	return out
}

// A passing is what a library's function does with its arguments.
type passing uint8

const (
	nothing      passing = iota
	composes             // the result is made of them
	alternatives         // the result is one of them
)

// passes says how the functions of libraries hand credentials on.
func passes(fn *types.Func) passing {
	if fn.Pkg() == nil {
		return nothing
	}
	switch fn.FullName() {
	case "cmp.Or":
		return alternatives
	case "os.ExpandEnv", "os.Expand":
		return composes
	}
	switch path := fn.Pkg().Path(); {
	case path == "fmt" && !strings.HasPrefix(fn.Name(), "Sprint"), path == "strings" && !makesText(fn.Name()):
		return nothing
	case path == "fmt", path == "strings", path == "net/url", path == "bytes", path == "path", path == "encoding/base64":
		return composes
	case isConfigPackage(path):
		return composes
	}
	return nothing
}

// makesText tells the functions of package strings that return a text.
func makesText(name string) bool {
	switch name {
	case "Contains", "ContainsAny", "HasPrefix", "HasSuffix", "Count", "Index", "EqualFold", "Compare":
		return false
	}
	return true
}
