package sqltext

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// given says whether a value is a text that reaches the function from outside
// as it is. What the program computes, keeps in its own fields and variables, or
// looks at before it is used is its own.
func given(v ssa.Value) sqlcheck.Origin {
	g := givenness{seen: map[ssa.Value]bool{}}
	return g.value(v)
}

type givenness struct{ seen map[ssa.Value]bool }

func (g givenness) value(v ssa.Value) sqlcheck.Origin {
	if v == nil || g.seen[v] {
		return sqlcheck.Own
	}
	g.seen[v] = true
	switch v := v.(type) {
	case *ssa.Parameter:
		if !isReceiver(v) && holdsAnyText(v.Type()) && !looked(v) {
			return g.parameter(v)
		}
	case *ssa.FreeVar:
		return g.value(lazyssa.Captured(v))
	case *ssa.MakeInterface:
		return g.value(v.X)
	case *ssa.ChangeType:
		if holdsAnyText(v.Type()) {
			return g.value(v.X)
		}
	case *ssa.Convert:
		if isText(v.X.Type()) {
			return g.value(v.X)
		}
	case *ssa.Phi:
		return g.any(v.Edges)
	case *ssa.Field:
		if holdsAnyText(v.Type()) && fromOutside(v.X) && !looked(v) {
			return sqlcheck.Received
		}
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return g.load(v)
		}
	case *ssa.Call:
		return g.call(v)
	}
	return sqlcheck.Own
}

// parameter judges a parameter by what the callers pass. Those of an exported
// function may be anywhere.
func (g givenness) parameter(p *ssa.Parameter) sqlcheck.Origin { return g.passed(p, g.value) }

func (g givenness) passed(p *ssa.Parameter, judge func(ssa.Value) sqlcheck.Origin) sqlcheck.Origin {
	fn := p.Parent()
	if fn.Object() == nil {
		return sqlcheck.Own
	}
	if fn.Object().Exported() {
		return sqlcheck.Passed
	}
	out := sqlcheck.Own
	index := slices.Index(fn.Params, p)
	for _, caller := range declared(fn.Pkg) {
		eachCall(caller, func(call *ssa.CallCommon) {
			if call.StaticCallee() == fn {
				out = max(out, judge(call.Args[index]))
			}
		})
	}
	return min(out, sqlcheck.Passed)
}

// declared lists the functions and methods of a package.
func declared(pkg *ssa.Package) []*ssa.Function {
	var out []*ssa.Function
	for _, m := range pkg.Members {
		switch m := m.(type) {
		case *ssa.Function:
			out = append(out, m)
		case *ssa.Type:
			n, ok := types.Unalias(m.Type()).(*types.Named)
			if !ok {
				continue
			}
			for method := range n.Methods() {
				if fn := pkg.Prog.FuncValue(method); fn != nil {
					out = append(out, fn)
				}
			}
		}
	}
	return out
}

// eachCall calls f for the calls in a function and its literals.
func eachCall(fn *ssa.Function, f func(*ssa.CallCommon)) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				f(call.Common())
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		eachCall(anon, f)
	}
}

func (g givenness) any(vals []ssa.Value) sqlcheck.Origin {
	out := sqlcheck.Own
	for _, v := range vals {
		out = max(out, g.value(v))
	}
	return out
}

func (g givenness) load(v *ssa.UnOp) sqlcheck.Origin {
	if looked(v) {
		return sqlcheck.Own
	}
	switch addr := v.X.(type) {
	case *ssa.FieldAddr:
		if holdsAnyText(v.Type()) && fromOutside(addr.X) {
			return sqlcheck.Received
		}
	case *ssa.Alloc:
		if vals, whole := lazyssa.Stored(addr); whole {
			return g.any(vals)
		}
	case *ssa.IndexAddr:
		if holdsAnyText(v.Type()) {
			return g.elements(addr.X)
		}
	case *ssa.FreeVar:
		if base, ok := lazyssa.Captured(addr).(*ssa.Alloc); ok {
			if vals, whole := lazyssa.Stored(base); whole && len(vals) == 1 {
				return g.value(vals[0])
			}
		}
	}
	return sqlcheck.Own
}

// elements judges a list of texts: one that is passed in, or what a request has under
// a name.
func (g givenness) elements(list ssa.Value) sqlcheck.Origin {
	if g.seen[list] {
		return sqlcheck.Own
	}
	g.seen[list] = true
	switch list := list.(type) {
	case *ssa.Parameter:
		if !isReceiver(list) && !looked(list) {
			return g.passed(list, g.elements)
		}
	case *ssa.Lookup: // r.URL.Query()["table"]
		switch list.X.Type().String() {
		case "net/url.Values", "net/http.Header":
			return sqlcheck.Received
		}
	}
	return sqlcheck.Own
}

// call knows what hands a text on, and what reads one from a request.
func (g givenness) call(v *ssa.Call) sqlcheck.Origin {
	if looked(v) {
		return sqlcheck.Own
	}
	name := ""
	if v.Call.IsInvoke() {
		name = v.Call.Method.FullName()
	} else if fn := v.Call.StaticCallee(); fn != nil {
		name = fullName(fn)
	}
	switch name {
	case "strings.TrimSpace", "strings.ToLower", "strings.ToUpper", "strings.Trim", "strings.TrimSuffix", "strings.TrimPrefix":
		return g.value(v.Call.Args[0])
	}
	if requestTexts[name] {
		return sqlcheck.Received
	}
	return sqlcheck.Own
}

// ReadsRequest reports whether a call returns a text as the client sent it.
func ReadsRequest(v *ssa.Call) bool {
	name := ""
	if v.Call.IsInvoke() {
		name = v.Call.Method.FullName()
	} else if fn := v.Call.StaticCallee(); fn != nil {
		name = fullName(fn)
	}
	return requestTexts[name]
}

// requestTexts return a text as the client sent it.
var requestTexts = map[string]bool{
	"(*net/http.Request).FormValue":                    true,
	"(*net/http.Request).PostFormValue":                true,
	"(*net/http.Request).PathValue":                    true,
	"(net/url.Values).Get":                             true,
	"(net/http.Header).Get":                            true,
	"github.com/go-chi/chi/v5.URLParam":                true,
	"(*github.com/gin-gonic/gin.Context).GetHeader":    true,
	"(*github.com/gin-gonic/gin.Context).Param":        true,
	"(*github.com/gin-gonic/gin.Context).Query":        true,
	"(*github.com/gin-gonic/gin.Context).DefaultQuery": true,
	"(*github.com/gin-gonic/gin.Context).PostForm":     true,
	"(github.com/labstack/echo/v4.Context).Param":      true,
	"(github.com/labstack/echo/v4.Context).QueryParam": true,
	"(github.com/labstack/echo/v4.Context).FormValue":  true,
	"(*github.com/gofiber/fiber/v2.Ctx).Get":           true,
	"(*github.com/gofiber/fiber/v2.Ctx).Params":        true,
	"(*github.com/gofiber/fiber/v2.Ctx).Query":         true,
	"(*github.com/gofiber/fiber/v2.Ctx).FormValue":     true,
	"(github.com/gofiber/fiber/v3.Ctx).Get":            true,
	"(github.com/gofiber/fiber/v3.Ctx).Params":         true,
	"(github.com/gofiber/fiber/v3.Ctx).Query":          true,
	"(github.com/gofiber/fiber/v3.Ctx).FormValue":      true,
	"(google.golang.org/grpc/metadata.MD).Get":         true,

	"google.golang.org/grpc/metadata.ValueFromIncomingContext": true,
}

// fromOutside reports whether a struct is one that was passed in, rather than the
// receiver with what the program put into it.
func fromOutside(v ssa.Value) bool {
	for {
		switch x := v.(type) {
		case *ssa.Parameter:
			return !isReceiver(x)
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.Field:
			v = x.X
		case *ssa.UnOp:
			v = x.X
		case *ssa.Alloc: // a parameter whose address is taken
			vals, whole := lazyssa.Stored(x)
			if len(vals) != 1 || !whole {
				return false
			}
			v = vals[0]
		case *ssa.FreeVar:
			v = lazyssa.Captured(x)
		default:
			return false
		}
	}
}

func isReceiver(p *ssa.Parameter) bool {
	fn := p.Parent()
	return fn.Signature.Recv() != nil && len(fn.Params) > 0 && fn.Params[0] == p
}

// holdsAnyText reports whether any text can be a value of a type. A named type
// with constants is an enumeration.
func holdsAnyText(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		return false
	}
	if b.Info()&types.IsString == 0 {
		return false
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return true
	}
	scope := n.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		if c, ok := scope.Lookup(name).(*types.Const); ok && types.Identical(c.Type(), t) {
			return false
		}
	}
	return true
}

// looked reports whether the function compares a value with constants, looks it
// up, or asks a function about it: it may let only some texts through.
func looked(v ssa.Value) bool {
	for _, same := range readings(v) {
		if same.Referrers() == nil {
			continue
		}
		for _, instr := range *same.Referrers() {
			if looksAt(instr, same) {
				return true
			}
		}
	}
	return false
}

func looksAt(instr ssa.Instruction, v ssa.Value) bool {
	switch instr := instr.(type) {
	case *ssa.Lookup:
		return instr.Index == v && decides(instr)
	case *ssa.BinOp:
		for _, other := range []ssa.Value{instr.X, instr.Y} {
			c, ok := other.(*ssa.Const)
			if ok && c.Value != nil && c.Value.Kind() == constant.String && constant.StringVal(c.Value) != "" &&
				(instr.Op == token.EQL || instr.Op == token.NEQ) {
				return true
			}
		}
	case *ssa.Call:
		return asks(&instr.Call)
	case *ssa.ChangeType:
		return looked(instr)
	case *ssa.Convert:
		return looked(instr)
	}
	return false
}

// decides reports whether what a map has under a key can keep the key from being used:
// whether it is there, a truth value, or something that is compared. What is gathered
// under it, as in rows[table] = append(rows[table], row), lets all keys through.
func decides(found *ssa.Lookup) bool {
	if found.CommaOk {
		return true
	}
	if b, ok := found.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsBoolean != 0 {
		return true
	}
	return slices.ContainsFunc(*found.Referrers(), func(use ssa.Instruction) bool {
		switch use := use.(type) {
		case *ssa.BinOp:
			return use.Op == token.EQL || use.Op == token.NEQ
		case *ssa.Call:
			b, ok := use.Call.Value.(*ssa.Builtin)
			return !ok || b.Name() == "len"
		}
		return false
	})
}

// askingNames begin the names of functions that judge a text.
var askingNames = []string{"parse", "valid", "is", "allow", "check", "ensure", "assert", "match", "mustparse", "verify", "contains", "atoi", "index"}

// asks reports whether a call judges what it gets: it returns a truth value, or
// nothing but an error about its one argument, or is named like that.
func asks(call *ssa.CallCommon) bool {
	results := call.Signature().Results()
	name := ""
	if call.IsInvoke() {
		name = call.Method.Name()
	} else if fn := call.StaticCallee(); fn != nil {
		name = fn.Name()
		if fn.Pkg != nil && fn.Pkg.Pkg.Path() == "strings" {
			return false // a part of it is not the whole
		}
	}
	if results.Len() == 1 {
		t := results.At(0).Type()
		if b, ok := t.Underlying().(*types.Basic); ok && b.Kind() == types.Bool {
			return true
		}
		if types.Identical(t, types.Universe.Lookup("error").Type()) && call.Signature().Params().Len() == 1 {
			return true
		}
	}
	name = strings.ToLower(name)
	for _, prefix := range askingNames {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// readings lists the values that read what v reads.
func readings(v ssa.Value) []ssa.Value {
	out := []ssa.Value{v}
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return out
	}
	addrs := []ssa.Value{load.X}
	if field, ok := load.X.(*ssa.FieldAddr); ok && field.X.Referrers() != nil {
		for _, instr := range *field.X.Referrers() {
			if other, ok := instr.(*ssa.FieldAddr); ok && other.Field == field.Field {
				addrs = append(addrs, other)
			}
		}
	}
	for _, addr := range addrs {
		if addr.Referrers() == nil {
			continue
		}
		for _, instr := range *addr.Referrers() {
			if other, ok := instr.(*ssa.UnOp); ok && other != load {
				out = append(out, other)
			}
		}
	}
	return out
}
