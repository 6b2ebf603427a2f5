package sqltext

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/lazyssa"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// call resolves the result of a function call.
func (r *Resolver) call(v *ssa.Call) Text {
	fn := v.Call.StaticCallee()
	if fn == nil {
		return hole(v)
	}
	args := v.Call.Args
	switch name := fullName(fn); name {
	case "fmt.Sprintf":
		return r.sprintf(v, args)
	case "fmt.Sprint":
		elems, ok := lazyssa.Variadic(args[0])
		if !ok {
			return hole(v)
		}
		t := plain("")
		for _, e := range elems {
			t = concat(t, r.operand(e))
		}
		return t
	case "strings.TrimSpace":
		return r.Resolve(args[0])
	case "(*strings.Builder).String", "(*bytes.Buffer).String":
		return r.built(v)
	case "strings.Join":
		return r.join(v, args)
	}
	if trustOfCall(&v.Call) != sqlcheck.Free {
		return hole(v)
	}
	if fn.Pkg == r.pkg && fn.Blocks != nil {
		return r.returned(v, fn)
	}
	return hole(v)
}

// returned resolves a function of this package that returns constant text.
func (r *Resolver) returned(v *ssa.Call, fn *ssa.Function) Text {
	if fn.Signature.Results().Len() != 1 || !isText(fn.Signature.Results().At(0).Type()) {
		return hole(v)
	}
	var t Text
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		t = union(t, r.Resolve(ret.Results[0]))
	}
	if len(t.Templates) == 0 {
		return hole(v)
	}
	t.Param = nil // a parameter of the callee is not one of the caller
	return t
}

// join resolves strings.Join over a slice literal.
func (r *Resolver) join(v *ssa.Call, args []ssa.Value) Text {
	elems, ok := lazyssa.Variadic(args[0])
	if !ok {
		return hole(v)
	}
	sep := r.Resolve(args[1])
	t := plain("")
	for i, e := range elems {
		if i > 0 {
			t = concat(t, sep)
		}
		t = concat(t, r.Resolve(e))
	}
	return t
}

// operand resolves a formatted operand: a string to its text, anything else to
// a hole that remembers the type under the interface.
func (r *Resolver) operand(v ssa.Value) Text {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	if c, ok := v.(*ssa.Const); ok {
		if b, isBasic := c.Type().Underlying().(*types.Basic); !isBasic || b.Info()&types.IsString == 0 {
			return plain(constantText(c))
		}
	}
	if isText(v.Type()) {
		t := r.Resolve(v)
		t.Param = nil
		return t
	}
	return hole(v)
}

func fullName(fn *ssa.Function) string {
	if obj, ok := fn.Object().(*types.Func); ok {
		return obj.Origin().FullName()
	}
	return fn.String()
}
